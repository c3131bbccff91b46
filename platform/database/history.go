package database

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Applied is a migration that a database has had.
type Applied struct {
	System  string `json:"system"`
	Version int64  `json:"version"`
	Name    string `json:"name"`
	SHA256  string `json:"sha256"`
	At      string `json:"at"` // UTC, as Time has it
}

// History gives the migrations that the database has had, in the order in which it
// had them. (A clock that was put back between two does not put the later before the
// earlier of the same system.)
func (tx *Tx) History() (all []Applied, err error) {
	rows, err := tx.Query(`SELECT system, version, name, sha256, applied FROM schema_migration ORDER BY system, version`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	latest := map[string]string{} // by system
	done := map[Applied]string{}
	for rows.Next() {
		var a Applied
		if err := rows.Scan(&a.System, &a.Version, &a.Name, &a.SHA256, &a.At); err != nil {
			return nil, err
		}
		latest[a.System] = max(latest[a.System], a.At)
		done[a] = latest[a.System]
		all = append(all, a)
	}
	slices.SortStableFunc(all, func(a, b Applied) int { return strings.Compare(done[a], done[b]) })
	return all, rows.Err()
}

// Migrations are those of all systems that a program has.
type Migrations map[string][]migration

// Gather finds the migrations of a program by having each of its systems make its
// tables in an empty database that is thrown away. The functions are those that the
// systems make their tables with, such as office.Migrate.
func Gather(ctx context.Context, systems ...func(context.Context, *DB) error) (m Migrations, err error) {
	err = scratch(ctx, func(db *DB) error {
		db.gathered = Migrations{}
		for _, migrate := range systems {
			if err := migrate(ctx, db); err != nil {
				return err
			}
		}
		m = db.gathered
		return nil
	})
	return m, err
}

// scratch gives f an empty SQLite database that is thrown away.
func scratch(ctx context.Context, f func(*DB) error) error {
	dir, err := os.MkdirTemp("", "migrations")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	db, err := Open(ctx, filepath.Join(dir, "empty.sqlite"))
	if err != nil {
		return err
	}
	return errors.Join(f(db), db.Close())
}

// Layout gives the tables that a history makes, with their columns.
func (m Migrations) Layout(ctx context.Context, history []Applied) (tables map[string][]Column, err error) {
	err = scratch(ctx, func(db *DB) error {
		return db.Update(ctx, func(tx *Tx) error {
			tables = map[string][]Column{}
			if err := m.Replay(tx, history); err != nil {
				return err
			}
			names, err := tx.Tables()
			if err != nil {
				return err
			}
			for _, name := range names {
				if name == HistoryTable {
					continue
				}
				if tables[name], err = tx.Columns(name); err != nil {
					return err
				}
			}
			return nil
		})
	})
	return tables, err
}

// Of gives the migrations of one system, for tests and tools.
func Of(system string, dir fs.FS) (Migrations, error) {
	all, err := readMigrations(dir)
	return Migrations{system: all}, err
}

// Knows tells by its error which of the migrations the program does not have, or has
// otherwise.
func (m Migrations) Knows(history []Applied) error {
	for _, a := range history {
		switch mine, known := m[a.System]; {
		case !known:
			return fmt.Errorf("this program knows no system %q: use the program that made the records, or a newer one", a.System)
		case a.Version < 1 || a.Version > int64(len(mine)):
			return fmt.Errorf("migration %s of %s is unknown to this program, which is older than the records: use the newer program", a.Name, a.System)
		case mine[a.Version-1].sum != a.SHA256:
			return fmt.Errorf("migration %s of %s is another one here than the one of which the records were made", a.Name, a.System)
		}
	}
	return nil
}

// Replay makes the tables of a history in an empty database, and writes the history
// down as it was. What migrations put into the tables is taken out again.
func (m Migrations) Replay(tx *Tx, history []Applied) error {
	if err := m.Knows(history); err != nil {
		return err
	}
	if _, err := tx.Exec(schemaTable); err != nil {
		return err
	}
	next := map[string]int64{}
	for _, a := range history {
		if next[a.System]++; a.Version != next[a.System] {
			return fmt.Errorf("the history of %s has migration %d where %d is due", a.System, a.Version, next[a.System])
		}
		if err := m[a.System][a.Version-1].run(tx); err != nil {
			return err
		}
		if err := a.note(tx); err != nil {
			return err
		}
	}
	check, err := tx.DeferReferences()
	if err != nil {
		return err
	}
	tables, err := tx.Tables()
	if err != nil {
		return err
	}
	for _, table := range tables {
		if table == HistoryTable {
			continue
		}
		if _, err := tx.Exec(`DELETE FROM ` + Quote(table)); err != nil {
			return err
		}
	}
	return check()
}

func (a Applied) note(tx *Tx) error {
	_, err := tx.Exec(`INSERT INTO schema_migration (system, version, name, sha256, applied) VALUES (?, ?, ?, ?, ?)`,
		a.System, a.Version, a.Name, a.SHA256, a.At)
	return err
}

// All gives every migration that the program has, without dates.
func (m Migrations) All() (all []Applied) {
	for _, system := range slices.Sorted(maps.Keys(m)) {
		for _, one := range m[system] {
			all = append(all, Applied{System: system, Version: int64(one.version), Name: one.name, SHA256: one.sum})
		}
	}
	return all
}

// Quote gives a name of a table or column as SQL has it.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
