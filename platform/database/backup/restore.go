package backup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"filippo.io/age"

	"intikhab/platform/database"
)

// Restore puts the records of a backup into an empty database, of either kind. It
// first reads the backup whole and holds every checksum against it. When it returns
// nil, all records are there and on the disk; until then, whatever happens, the
// database stays empty, since all is one transaction. progress, which may be nil, is
// called with each table that is put; it may begin again from the first.
func Restore(ctx context.Context, db *database.DB, from string, identities []age.Identity, known database.Migrations, progress func(TableSummary)) (s Summary, err error) {
	checked, err := Check(ctx, from, identities)
	if err != nil {
		return s, err
	}
	if err := known.Knows(checked.History); err != nil {
		return s, fmt.Errorf("backup %s: %w", from, err)
	}
	err = db.Update(ctx, func(tx *database.Tx) error {
		if err := empty(tx); err != nil {
			return err
		}
		p := &putter{tx: tx}
		var check func() error
		s, err = read(ctx, from, identities, visitor{
			head: func(s Summary) (err error) {
				if err := known.Replay(tx, s.History); err != nil {
					return err
				}
				if p.left, err = tx.Tables(); err != nil {
					return err
				}
				p.left = slices.DeleteFunc(p.left, func(name string) bool { return name == database.HistoryTable })
				check, err = tx.DeferReferences()
				return err
			},
			table: p.table, row: p.row,
			end: func(t TableSummary) error {
				if err := p.flush(); err != nil {
					return err
				}
				if progress != nil {
					progress(t)
				}
				return nil
			},
		})
		switch {
		case err != nil:
			return err
		case len(p.left) > 0:
			return fmt.Errorf("backup %s: it has no rows, and no word, of the tables %s", from, strings.Join(p.left, ", "))
		case s.Rows != checked.Rows || len(s.Tables) != len(checked.Tables):
			return fmt.Errorf("backup %s: it has changed while it was read", from)
		}
		return check()
	})
	if err != nil {
		return Summary{}, fmt.Errorf("restoring into %s, which stays as it was: %w", db.Where(), err)
	}
	return s, nil
}

// empty refuses a database that has anything in it.
func empty(tx *database.Tx) error {
	tables, err := tx.Tables()
	if err != nil {
		return err
	}
	if len(tables) > 0 {
		return fmt.Errorf("the database is not empty, it has the tables %s: restore into a new one, and give the service that", strings.Join(tables, ", "))
	}
	return nil
}

// mostArguments is how many ? one statement has: both databases take more.
const mostArguments = 8000

// A putter puts rows, many with one statement.
type putter struct {
	tx   *database.Tx
	left []string // tables that are still to come

	name    string
	columns []string
	stmt    *database.Stmt // for full rows
	full    int            // how many rows stmt puts
	args    []any
}

func (p *putter) table(t TableSummary) error {
	at := slices.Index(p.left, t.Name)
	if at < 0 {
		return fmt.Errorf("table %q is of no migration, or stands twice", t.Name)
	}
	p.left = slices.Delete(p.left, at, at+1)
	columns, err := p.tx.Columns(t.Name)
	if err != nil {
		return err
	}
	if !slices.Equal(t.Columns, columns) {
		return fmt.Errorf("table %s has the columns %v in the backup and %v by its migrations", t.Name, t.Columns, columns)
	}
	p.name, p.columns, p.args = t.Name, nil, p.args[:0]
	for _, c := range t.Columns {
		p.columns = append(p.columns, database.Quote(c.Name))
	}
	p.full, p.stmt = max(1, min(200, mostArguments/len(p.columns))), nil
	return nil
}

func (p *putter) insert(rows int) string {
	row := "(?" + strings.Repeat(", ?", len(p.columns)-1) + ")"
	return `INSERT INTO ` + database.Quote(p.name) + ` (` + strings.Join(p.columns, ", ") + `) VALUES ` + row + strings.Repeat(", "+row, rows-1)
}

func (p *putter) row(values []any) (err error) {
	p.args = append(p.args, values...)
	if len(p.args) < p.full*len(p.columns) {
		return nil
	}
	if p.stmt == nil {
		if p.stmt, err = p.tx.Prepare(p.insert(p.full)); err != nil {
			return err
		}
	}
	_, err = p.stmt.Exec(p.args...)
	p.args = p.args[:0]
	return err
}

// flush puts the rows that are not many enough for a full statement.
func (p *putter) flush() error {
	if p.stmt != nil {
		defer p.stmt.Close()
	}
	if len(p.args) == 0 {
		return nil
	}
	_, err := p.tx.Exec(p.insert(len(p.args)/len(p.columns)), p.args...)
	p.args = p.args[:0]
	return err
}
