package rolls

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"errors"
	"io/fs"
	"iter"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
)

//go:embed migrations
var migrations embed.FS

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "rolls", dir)
}

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{
		{Table: voterTable, Key: "id", Name: voterSealed, Index: "cnic_index", Indexed: numberOf},
		{Table: "rolls_change", Key: "id", Name: "before"},
		{Table: "rolls_photograph", Key: "id", Name: "image"},
		{Table: "rolls_secret", Key: "name", Name: "secret"},
	}
}

// An Indexer keeps something else in step with the entries: the officers' search does.
// Index is called in the transaction in which entries come in or change, with what they
// are afterwards.
type Indexer interface {
	Index(tx *database.Tx, entries []Entry) error
	// Rebuild begins anew with all entries. It is called after an empty roll was filled,
	// during which Index is not.
	Rebuild(ctx context.Context, db *database.DB) error
}

// A Store keeps the roll in a database. Its methods may be called at the same time.
type Store struct {
	keys    *vault.Keyring
	now     func() time.Time
	indexes []Indexer
}

// NewStore makes a store. Migrate must have been called on its databases.
func NewStore(keys *vault.Keyring, now func() time.Time, indexes ...Indexer) *Store {
	return &Store{keys: keys, now: now, indexes: indexes}
}

// Follow has an indexer follow the store. It must be called before the store is used.
func (s *Store) Follow(i Indexer) { s.indexes = append(s.indexes, i) }

// Now is the store's clock.
func (s *Store) Now() time.Time { return s.now() }

func (s *Store) index(tx *database.Tx, entries ...Entry) error {
	if err := s.touch(tx); err != nil {
		return err
	}
	for _, one := range s.indexes {
		if err := one.Index(tx, entries); err != nil {
			return err
		}
	}
	return nil
}

// reserve takes n numbers of a counter, and gives the first.
func reserve(tx *database.Tx, name string, n int) (first int64, err error) {
	err = tx.QueryRow(`SELECT next FROM rolls_counter WHERE name = ?`, name).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) {
		first, err = 1, nil
	}
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`INSERT INTO rolls_counter (name, next) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next = excluded.next`, name, first+int64(n))
	return first, err
}

// touch notes that something was changed that 8300 answers.
func (s *Store) touch(tx *database.Tx) error {
	_, err := tx.Exec(`INSERT INTO rolls_counter (name, next) VALUES ('touched', 1) ON CONFLICT (name) DO UPDATE SET next = rolls_counter.next + 1`)
	return err
}

// Touched is another number after each change of anything that 8300 answers.
func (s *Store) Touched(tx *database.Tx) (n int64, err error) {
	err = tx.QueryRow(`SELECT COALESCE(SUM(next), 0) FROM rolls_counter WHERE name = 'touched'`).Scan(&n)
	return n, err
}

// Secret gives the key of that name by which this database's hashes are made, 32 bytes;
// the first time it makes one. It stays the same while the keyring's keys come and go.
func (s *Store) Secret(tx *database.Tx, name string) ([]byte, error) {
	var sealed []byte
	err := tx.QueryRow(`SELECT secret FROM rolls_secret WHERE name = ?`, name).Scan(&sealed)
	if err == nil {
		return s.keys.Open("rolls_secret", "secret", name, sealed)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return nil, err
	}
	secret := make([]byte, 32)
	rand.Read(secret)
	_, err = tx.Exec(`INSERT INTO rolls_secret (name, secret) VALUES (?, ?)`, name, s.keys.Seal("rolls_secret", "secret", name, secret))
	return secret, err
}

// chunks gives a slice in pieces of at most n.
func chunks[T any](all []T, n int) iter.Seq[[]T] {
	return func(yield func([]T) bool) {
		for len(all) > 0 {
			if !yield(all[:min(n, len(all))]) {
				return
			}
			all = all[min(n, len(all)):]
		}
	}
}
