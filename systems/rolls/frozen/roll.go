package frozen

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office/area"
	"intikhab/systems/rolls"
)

//go:embed migrations
var migrations embed.FS

// Migrate makes the table. That of package statement must be there too.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "frozen", dir)
}

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{{Table: "frozen_roll", Key: "id", Name: "secret"}}
}

// Kind says what was made of the roll.
type Kind string

// The kinds. Each is the kind of its statement too.
const (
	Frozen Kind = "roll"  // a frozen roll of a scope, with the index of the whole roll as it was then
	Index  Kind = "index" // the index alone, by which 8300 keeps step between freezes
)

// ErrNoRoll says that there is no frozen roll of an ID, or none yet.
var ErrNoRoll = errors.New("there is no such frozen roll")

// A Roll is one that was frozen, or an index that was built.
type Roll struct {
	ID        string
	Kind      Kind
	Name      string
	Day       string // 2026-11-25
	Scope     Scope
	Voters    int64 // of the scope; of an index, all
	Root      string
	File      string // in the keeper's folder
	IndexFile string
	IndexRoot string
	Statement uint64
	Approval  string
	Made      time.Time
	Published time.Time // when all nodes had the index, zero before

	secret  []byte
	touched int64 // rolls.Store.Touched, as it was read
}

// A Scope is the areas whose roll is frozen: a constituency of either assembly, a
// district, or with neither the whole roll.
type Scope struct {
	Seat     geography.Constituency `json:"seat,omitempty"`
	District string                 `json:"district,omitempty"` // key of package area
}

// Rolls is the scope as the store takes it.
func (s Scope) Rolls() (c rolls.Scope, err error) {
	c.Seat = s.Seat
	if s.District != "" {
		c.District, err = area.Parse(s.District)
	}
	return c, err
}

// Areas are the scope's areas, of which an act on it is.
func (s Scope) Areas() ([]area.Area, error) {
	switch {
	case s.Seat != "":
		return []area.Area{area.OfConstituency(s.Seat)}, nil
	case s.District != "":
		a, err := area.Parse(s.District)
		return []area.Area{a}, err
	}
	return []area.Area{area.Country}, nil
}

// String is "constituency:NA-118", "district:quetta" or "pk".
func (s Scope) String() string {
	all, err := s.Areas()
	if err != nil {
		return s.District
	}
	return all[0].String()
}

const rollColumns = `id, kind, name, day, scope, voters, root, file, index_file, index_root, secret, statement, approval, made, published, touched`

func (k *Keeper) query(tx *database.Tx, where string, args ...any) (all []Roll, err error) {
	rows, err := tx.Query(`SELECT `+rollColumns+` FROM frozen_roll WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Roll
		var scope string
		var sealed []byte
		var made, published database.Time
		if err := rows.Scan(&r.ID, &r.Kind, &r.Name, &r.Day, &scope, &r.Voters, &r.Root, &r.File, &r.IndexFile, &r.IndexRoot, &sealed,
			&r.Statement, &r.Approval, &made, &published, &r.touched); err != nil {
			return nil, err
		}
		r.Made, r.Published = made.Time, published.Time
		if err := json.Unmarshal([]byte(scope), &r.Scope); err != nil {
			return nil, fmt.Errorf("frozen roll %s: %w", r.ID, err)
		}
		if r.secret, err = k.cfg.Keys.Open("frozen_roll", "secret", r.ID, sealed); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// All gives the rolls of a kind, the newest first.
func (k *Keeper) All(tx *database.Tx, kind Kind, limit int) ([]Roll, error) {
	return k.query(tx, `kind = ? ORDER BY made DESC, id LIMIT ?`, string(kind), limit)
}

// Get gives a roll by its ID, or ErrNoRoll.
func (k *Keeper) Get(tx *database.Tx, id string) (Roll, error) {
	all, err := k.query(tx, `id = ?`, id)
	if err == nil && len(all) == 0 {
		err = fmt.Errorf("%q: %w", id, ErrNoRoll)
	}
	if err != nil {
		return Roll{}, err
	}
	return all[0], nil
}

func (k *Keeper) put(tx *database.Tx, r Roll) error {
	scope, err := json.Marshal(r.Scope)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO frozen_roll (`+rollColumns+`) VALUES (?`+strings.Repeat(`, ?`, 15)+`)`,
		r.ID, string(r.Kind), r.Name, r.Day, string(scope), r.Voters, r.Root, r.File, r.IndexFile, r.IndexRoot,
		k.cfg.Keys.Seal("frozen_roll", "secret", r.ID, r.secret), int64(r.Statement), r.Approval, database.Time{Time: r.Made}, database.Time{Time: r.Published}, r.touched)
	return err
}

// notePublished notes that all nodes answer from a roll's index.
func (k *Keeper) notePublished(tx *database.Tx, id string, at time.Time) error {
	_, err := tx.Exec(`UPDATE frozen_roll SET published = ? WHERE id = ?`, database.Time{Time: at}, id)
	return err
}
