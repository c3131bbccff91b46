package figures

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"sync"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "rolls/figures", dir)
}

// ErrNoRoll says that there are no figures of a roll.
var ErrNoRoll = errors.New("there are no figures of a frozen roll of that number")

// Store keeps the figures of frozen rolls. Its methods may be called at the same time.
type Store struct {
	db   *database.DB
	roll *rolls.Store

	mu   sync.Mutex
	made map[string]*Figures // of rolls, which do not change: the last few that were asked for
}

// New makes a store. The tables of package rolls must be there.
func New(db *database.DB, roll *rolls.Store) *Store {
	return &Store{db: db, roll: roll, made: map[string]*Figures{}}
}

// Roll is a frozen roll of which there are figures.
type Roll struct {
	ID, Name string
	Day      string // 2026-11-25
	Scope    string // "pk", "constituency:NA-118", "district:quetta"
	Voters   int64
	Made     time.Time
	Since    string // the roll that it is compared with, "" if there is none

	changes int64
}

const rollColumns = `roll, name, day, scope, voters, made, changes, since`

func scanRoll(scan func(...any) error) (r Roll, err error) {
	var made database.Time
	err = scan(&r.ID, &r.Name, &r.Day, &r.Scope, &r.Voters, &made, &r.changes, &r.Since)
	r.Made = made.Time
	return r, err
}

// Rolls gives the rolls of which there are figures, the newest first.
func (s *Store) Rolls(tx *database.Tx) (all []Roll, err error) {
	rows, err := tx.Query(`SELECT ` + rollColumns + ` FROM figures_roll ORDER BY made DESC, roll`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRoll(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// Roll gives one roll, or ErrNoRoll.
func (s *Store) Roll(tx *database.Tx, id string) (Roll, error) {
	r, err := scanRoll(tx.QueryRow(`SELECT `+rollColumns+` FROM figures_roll WHERE roll = ?`, id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNoRoll
	}
	return r, err
}

// before is the newest earlier roll of the same scope, or of the whole.
func (s *Store) before(tx *database.Tx, r *Roll) (Roll, bool, error) {
	was, err := scanRoll(tx.QueryRow(`SELECT `+rollColumns+` FROM figures_roll WHERE made < ? AND (scope = ? OR scope = 'pk') ORDER BY made DESC, roll LIMIT 1`,
		database.Time{Time: r.Made}, r.Scope).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return was, false, nil
	}
	return was, err == nil, err
}

func (s *Store) put(tx *database.Tx, r *Roll, all map[Place]*counts) error {
	if _, err := tx.Exec(`INSERT INTO figures_roll (`+rollColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		r.ID, r.Name, r.Day, r.Scope, r.Voters, database.Time{Time: r.Made}, r.changes, r.Since); err != nil {
		return err
	}
	_, err := tx.Bulk("figures_cell", []string{"roll", "district", "na", "pa", "list", "band", "n"}, func(yield func([]any, error) bool) {
		for place, c := range all {
			for list := range c.ages {
				for band, n := range c.ages[list] {
					if n > 0 && !yield([]any{r.ID, place.District, string(place.NA), string(place.PA), int64(list), int64(band), n}, nil) {
						return
					}
				}
			}
		}
	})
	return err
}

// cells reads a roll's counts by place.
func cells(tx *database.Tx, id string) (map[Place]*[geography.Genders * bands]int64, error) {
	all := map[Place]*[geography.Genders * bands]int64{}
	err := tx.Scan(`SELECT district, na, pa, list, band, n FROM figures_cell WHERE roll = ?`, []any{id}, func(r *database.Row) error {
		place := Place{r.Text(0), geography.Constituency(r.Text(1)), geography.Constituency(r.Text(2))}
		c := all[place]
		if c == nil {
			c = new([geography.Genders * bands]int64)
			all[place] = c
		}
		c[column(geography.Gender(r.Int64(3)), int(r.Int64(4)))] = r.Int64(5)
		return nil
	})
	return all, err
}

func column(list geography.Gender, band int) int { return int(list)*bands + band }
