// Package search finds voters for officers by CNIC, or by name, father's or husband's
// name and address in whichever script and spelling (package likeness), within the areas
// that the officer answers for.
//
// The database has no name in the clear, so that a search goes by postings: lists of
// voters' numbers under a keyed hash of the sound of a name's part in a census district.
// They narrow a district's million to some hundreds; those entries are opened and compared.
// A search that would open more is refused with a word on what to add, and there is no
// second page: nobody reads the roll through it. Each search is in the audit trail with its
// reason, whether it found anybody or not, and an officer has so many an hour.
//
// TestFindsEverySpelling and TestOnlyTheJurisdiction show it; figures for ten million
// voters are in docs/performance.md.
package search

import (
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"io/fs"
	"slices"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/siphash"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/likeness"
)

//go:embed migrations
var migrations embed.FS

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "search", dir)
}

// An Engine keeps the postings in step with a store, and searches them. It is the
// store's Indexer: Store.Follow it.
type Engine struct {
	store *rolls.Store
	limit int // searches of an officer in an hour
	now   func() time.Time
}

// DefaultLimit is how many searches an officer has in an hour, if the settings do not say.
const DefaultLimit = 120

// New makes an engine over a store, and has it follow the store. A limit of 0 is
// DefaultLimit.
func New(store *rolls.Store, limit int) *Engine {
	if limit == 0 {
		limit = DefaultLimit
	}
	e := &Engine{store: store, limit: limit, now: store.Now}
	store.Follow(e)
	return e
}

// field is whose name a posting is of.
type field byte

const (
	ofVoter  field = 'v'
	ofParent field = 'p'
)

// hasher makes the hashes of postings.
type hasher struct{ key siphash.Key }

func (e *Engine) hasher(tx *database.Tx) (h hasher, err error) {
	secret, err := e.store.Secret(tx, "search")
	if err != nil {
		return h, err
	}
	return hasher{siphash.KeyFrom([siphash.KeySize]byte(secret))}, nil
}

func (h hasher) hash(district int, f field, key likeness.Key) int64 {
	var b [11]byte
	b[0] = byte(f)
	binary.BigEndian.PutUint16(b[1:], uint16(district))
	binary.BigEndian.PutUint64(b[3:], uint64(key))
	return int64(h.key.Bytes(b[:]))
}

// keysOf are the keys of a name that stands in two scripts, each once.
func keysOf(buffer []likeness.Key, en, ur string) []likeness.Key {
	for _, text := range []string{en, ur} {
		if text == "" {
			continue
		}
		name := likeness.Read(text)
		buffer = name.AppendKeys(buffer)
	}
	slices.Sort(buffer)
	return slices.Compact(buffer)
}

// postings are the places of each hash.
type postings map[int64][]place

// add puts an entry's names into the postings.
func (p postings) add(h hasher, one *rolls.Entry, buffer []likeness.Key) []likeness.Key {
	at := place{one.ID, one.Block}
	for _, name := range [...]struct {
		f      field
		en, ur string
	}{{ofVoter, one.NameEn, one.NameUr}, {ofParent, one.ParentEn, one.ParentUr}} {
		buffer = keysOf(buffer[:0], name.en, name.ur)
		for _, key := range buffer {
			hash := h.hash(one.Block.District(), name.f, key)
			p[hash] = append(p[hash], at)
		}
	}
	return buffer
}

// put writes the postings.
func (p postings) put(tx *database.Tx) error {
	first, err := reserve(tx, len(p))
	if err != nil {
		return err
	}
	line := make([]any, 3)
	_, err = tx.Bulk("search_posting", []string{"id", "hash", "voters"}, func(yield func([]any, error) bool) {
		for hash, all := range p {
			line[0], line[1], line[2] = first, hash, appendPlaces(nil, union(all))
			first++
			if !yield(line, nil) {
				return
			}
		}
	})
	return err
}

// Index puts entries into the postings. It is called by the store, in the transaction
// that brings or changes them.
func (e *Engine) Index(tx *database.Tx, entries []rolls.Entry) error {
	h, err := e.hasher(tx)
	if err != nil {
		return err
	}
	p := make(postings)
	var keys []likeness.Key
	for i := range entries {
		if entries[i].Standing == rolls.OnRoll {
			keys = p.add(h, &entries[i], keys)
		}
	}
	return p.put(tx)
}

func reserve(tx *database.Tx, n int) (first int64, err error) {
	err = tx.QueryRow(`SELECT next FROM search_counter WHERE name = 'posting'`).Scan(&first)
	if errors.Is(err, sql.ErrNoRows) {
		first, err = 1, nil
	}
	if err != nil {
		return 0, err
	}
	_, err = tx.Exec(`INSERT INTO search_counter (name, next) VALUES ('posting', ?) ON CONFLICT (name) DO UPDATE SET next = excluded.next`, first+int64(n))
	return first, err
}

// read gives the places of a key in a census district that a scope has.
func (e *Engine) read(tx *database.Tx, h hasher, district int, f field, key likeness.Key, in map[geography.BlockCode]bool) (all []place, err error) {
	err = tx.Scan(`SELECT voters FROM search_posting WHERE hash = ? ORDER BY id`, []any{h.hash(district, f, key)}, func(r *database.Row) (err error) {
		all, err = readPlaces(all, r.Bytes(0), district)
		return err
	})
	if err != nil {
		return nil, err
	}
	all = union(all)
	return slices.DeleteFunc(all, func(p place) bool { return !in[p.block] }), nil
}
