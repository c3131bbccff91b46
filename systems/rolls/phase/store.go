package phase

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables. Those of offices and of the audit trail must be there too
// before anything is written.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "phase", dir)
}

// A Store keeps programmes, freezes and overrides in a database, with all their versions.
type Store struct {
	Settings Settings
	book     *office.Book
}

// NewStore makes a store with the standard settings. The book decides who may change
// rows; for a store that only reads it may be nil.
func NewStore(book *office.Book) *Store { return &Store{Standard(), book} }

// Check tells whether a deed may be done to the roll of a block now, as the transaction
// sees the rows: nil, or a *Refusal for the one who asked. Whoever changes a roll calls
// it in the transaction of the change. A deed that runs at the same time as a freeze is
// approved counts as done before it; whoever takes the frozen copy afterwards reads the
// roll itself, and so has that deed in it.
func (s *Store) Check(tx *database.Tx, a Areas, d Deed, now time.Time) error {
	r, err := s.Rules(tx)
	if err != nil {
		return err
	}
	return r.Allows(a, d, now)
}

// At is the state of the roll of a block at an instant, as the transaction sees the rows.
func (s *Store) At(tx *database.Tx, a Areas, t time.Time) (State, error) {
	r, err := s.Rules(tx)
	if err != nil {
		return State{}, err
	}
	return r.At(a, t), nil
}

// Rules are the rows in their newest versions, those withdrawn left out. Who asks about
// many blocks reads them once in his transaction and asks them.
func (s *Store) Rules(tx *database.Tx) (*Rules, error) {
	return read(tx, ` AND withdrawn = 0 AND version = (SELECT max(v.version) FROM %[1]s v WHERE v.id = %[1]s.id)`)
}

// Versions are all versions of one row of any kind, the oldest first.
func (s *Store) Versions(tx *database.Tx, id string) (*Rules, error) {
	return read(tx, ` AND id = ?`, id)
}

// Programme is the newest version of one programme, withdrawn or not; or ErrMissing.
func (s *Store) Programme(tx *database.Tx, id string) (Programme, error) {
	r, err := s.Versions(tx, id)
	if err != nil {
		return Programme{}, err
	}
	return last(r.Programmes)
}

// Freezing is the newest version of one freeze, as Programme.
func (s *Store) Freezing(tx *database.Tx, id string) (Freezing, error) {
	r, err := s.Versions(tx, id)
	if err != nil {
		return Freezing{}, err
	}
	return last(r.Freezes)
}

// Override is the newest version of one override, as Programme.
func (s *Store) Override(tx *database.Tx, id string) (Override, error) {
	r, err := s.Versions(tx, id)
	if err != nil {
		return Override{}, err
	}
	return last(r.Overrides)
}

func last[T any](all []T) (one T, err error) {
	if len(all) == 0 {
		return one, ErrMissing
	}
	return all[len(all)-1], nil
}

// read reads rows, ordered by the day on which they begin.
func read(tx *database.Tx, where string, args ...any) (r *Rules, err error) {
	r = &Rules{}
	in := func(table string) string {
		if len(args) > 0 {
			return table + ` WHERE 1 = 1` + where
		}
		return table + ` WHERE 1 = 1` + fmt.Sprintf(where, table)
	}
	if r.Programmes, err = programmes(tx, in("phase_programme"), args); err != nil {
		return nil, err
	}
	if r.Freezes, err = freezes(tx, in("phase_freeze"), args); err != nil {
		return nil, err
	}
	if r.Overrides, err = overrides(tx, in("phase_override"), args); err != nil {
		return nil, err
	}
	order := func(from, other office.Day, a, b Row) int {
		return cmp.Or(cmp.Compare(a.Version, b.Version)*min(1, len(args)), cmp.Compare(from, other), cmp.Compare(a.ID, b.ID))
	}
	slices.SortFunc(r.Programmes, func(a, b Programme) int { return order(a.Steps[0].From, b.Steps[0].From, a.Row, b.Row) })
	slices.SortFunc(r.Freezes, func(a, b Freezing) int { return order(a.From, b.From, a.Row, b.Row) })
	slices.SortFunc(r.Overrides, func(a, b Override) int { return order(a.From, b.From, a.Row, b.Row) })
	return r, nil
}

const rowColumns = `id, version, scope, reason_en, reason_ur, withdrawn, made, made_by, approval`

// scan reads a row's common columns and then its own.
func scan(rows *sql.Rows, r *Row, own ...any) error {
	var scope string
	var withdrawn int64
	var made database.Time
	dest := append([]any{&r.ID, &r.Version, &scope, &r.Reason.En, &r.Reason.Ur, &withdrawn, &made, &r.By, &r.Approval}, own...)
	if err := rows.Scan(dest...); err != nil {
		return err
	}
	r.Made, r.Withdrawn = made.Time, withdrawn != 0
	var err error
	r.Scope, err = area.ParseList(scope)
	return err
}

// all reads every row of a query.
func all[T any](tx *database.Tx, query string, args []any, one func(*sql.Rows, *T) error) (list []T, err error) {
	rows, err := tx.Query(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var t T
		if err := one(rows, &t); err != nil {
			return nil, err
		}
		list = append(list, t)
	}
	return list, rows.Err()
}

func programmes(tx *database.Tx, from string, args []any) ([]Programme, error) {
	list, err := all(tx, `SELECT `+rowColumns+`, kind, last_day, deviation_en, deviation_ur FROM `+from, args, func(rows *sql.Rows, p *Programme) error {
		return scan(rows, &p.Row, &p.Kind, &p.Last, &p.Deviation.En, &p.Deviation.Ur)
	})
	if err != nil {
		return nil, err
	}
	type key struct {
		id      string
		version int64
	}
	steps := map[key][]Step{}
	_, err = all(tx, `SELECT programme, version, phase, from_day FROM phase_step ORDER BY programme, version, place`, nil, func(rows *sql.Rows, s *Step) error {
		var k key
		err := rows.Scan(&k.id, &k.version, &s.Phase, &s.From)
		steps[k] = append(steps[k], *s)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i := range list {
		p := &list[i]
		if p.Steps = steps[key{p.ID, p.Version}]; len(p.Steps) == 0 {
			return nil, fmt.Errorf("programme %s, version %d: it has no steps in phase_step", p.ID, p.Version)
		}
	}
	return list, nil
}

func freezes(tx *database.Tx, from string, args []any) ([]Freezing, error) {
	return all(tx, `SELECT `+rowColumns+`, kind, basis_day, from_day, closed_day FROM `+from, args, func(rows *sql.Rows, f *Freezing) error {
		return scan(rows, &f.Row, &f.Kind, &f.Basis, &f.From, &f.Closed)
	})
}

func overrides(tx *database.Tx, from string, args []any) ([]Override, error) {
	return all(tx, `SELECT `+rowColumns+`, freeze_id, from_day, to_day FROM `+from, args, func(rows *sql.Rows, o *Override) error {
		return scan(rows, &o.Row, &o.Freeze, &o.From, &o.To)
	})
}

// insert writes the version of a row that r names, with the columns of its own kind.
func insert(tx *database.Tx, table string, r Row, columns string, own ...any) error {
	values := append([]any{r.ID, r.Version, area.Join(r.Scope), r.Reason.En, r.Reason.Ur, flag(r.Withdrawn), database.Time{Time: r.Made}, r.By, r.Approval}, own...)
	marks := ""
	for range own {
		marks += ", ?"
	}
	_, err := tx.Exec(`INSERT INTO `+table+` (`+rowColumns+`, `+columns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?`+marks+`)`, values...)
	return err
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
