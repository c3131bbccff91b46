package memory

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/siphash"
)

//go:embed migrations
var files embed.FS

// keep is for how many days an unused choice is kept.
const keep = 400

// batch is how many choices one transaction writes: it bounds memory, and how
// long other writers wait.
const batch = 4096

type store interface {
	Update(ctx context.Context, f func(*database.Tx) error) error
}

// New gives a memory that ends with the process.
func New() *Table {
	return &Table{key: siphash.NewKey(), sets: make([]set, 1<<setBits)}
}

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "voterinfo/memory", dir)
}

// Open gives a memory that db keeps, under the key in the file at keyFile, which
// is made if there is none. Choices made under another key are dropped, since
// nobody can be recognised by them any more; dropped tells how many.
func Open(ctx context.Context, db *database.DB, keyFile string) (t *Table, dropped int64, err error) {
	t = New()
	if t.key, err = siphash.OpenKeyFile(keyFile); err != nil {
		return nil, 0, err
	}
	if err := Migrate(ctx, db); err != nil {
		return nil, 0, err
	}
	today := uint16(time.Now().Unix() / (24 * 60 * 60))
	err = db.Update(ctx, func(tx *database.Tx) (err error) {
		if dropped, err = t.checkKey(ctx, tx); err != nil {
			return err
		}
		return t.load(ctx, tx, today)
	})
	if err != nil {
		return nil, 0, fmt.Errorf("language memory: %w", err)
	}
	t.store, t.pruned = db, today
	return t, dropped, nil
}

func (t *Table) checkKey(ctx context.Context, tx *database.Tx) (dropped int64, err error) {
	want := int64(t.key.Text("language memory"))
	var had int64
	switch err := tx.QueryRow(`SELECT checksum FROM language_memory_key`).Scan(&had); {
	case err == nil && had == want:
		return 0, nil
	case err != nil && !errors.Is(err, sql.ErrNoRows):
		return 0, err
	}
	r, err := tx.Exec(`DELETE FROM language_memory`)
	if err != nil {
		return 0, err
	}
	if dropped, err = r.RowsAffected(); err != nil {
		return 0, err
	}
	_, err = tx.Exec(`DELETE FROM language_memory_key`)
	if err == nil {
		_, err = tx.Exec(`INSERT INTO language_memory_key VALUES (?)`, want)
	}
	return dropped, err
}

// load fills the table, the newest last, so that what does not fit is the oldest.
func (t *Table) load(ctx context.Context, tx *database.Tx, today uint16) error {
	if err := prune(ctx, tx, today); err != nil {
		return err
	}
	rows, err := tx.Query(`SELECT asker, choice, day FROM language_memory ORDER BY day`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var asker, choice, day int64
		if err := rows.Scan(&asker, &choice, &day); err != nil {
			return err
		}
		if choice&choiceMask != 0 {
			t.put(place(uint64(asker), uint8(choice), uint16(day)), uint64(asker))
		}
	}
	return rows.Err()
}

// prune bounds the table in the database as the one in memory is bounded.
func prune(ctx context.Context, tx *database.Tx, today uint16) error {
	_, err := tx.Exec(`DELETE FROM language_memory WHERE day < ? OR day <
		(SELECT day FROM language_memory ORDER BY day DESC LIMIT 1 OFFSET ?)`,
		int(today)-keep, 8<<setBits)
	return err
}

// Flush writes what was remembered since the last flush. When it returns nil,
// the database has all that was remembered before the call; otherwise a later
// Flush writes what is missing.
func (t *Table) Flush(ctx context.Context) error {
	if t.store == nil {
		return nil
	}
	t.flushing.Lock()
	defer t.flushing.Unlock()
	if n := t.dirty.Load(); n > 0 {
		if err := t.flushAll(ctx); err != nil {
			return fmt.Errorf("language memory: %w", err)
		}
		t.dirty.Add(-n)
	}
	if today := uint16(time.Now().Unix() / (24 * 60 * 60)); today != t.pruned {
		err := t.store.Update(ctx, func(tx *database.Tx) error { return prune(ctx, tx, today) })
		if err != nil {
			return fmt.Errorf("language memory: %w", err)
		}
		t.pruned = today
	}
	return nil
}

// flushAll goes through all places once: two million words take a millisecond or
// two, and there is no queue that could grow.
func (t *Table) flushAll(ctx context.Context) error {
	type dirty struct {
		set  uint64
		in   int
		word uint64
	}
	var found []dirty
	write := func() error {
		err := t.store.Update(ctx, func(tx *database.Tx) error {
			put, err := tx.Prepare(`INSERT INTO language_memory VALUES (?, ?, ?)
				ON CONFLICT (asker) DO UPDATE SET choice = excluded.choice, day = excluded.day`)
			if err != nil {
				return err
			}
			defer put.Close()
			for _, d := range found {
				hash := d.word&tagMask | d.set
				if _, err := put.ExecContext(ctx, int64(hash), int64(d.word>>choiceShift&choiceMask), int64(dayOf(d.word))); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, d := range found {
			t.sets[d.set][d.in].CompareAndSwap(d.word, d.word&^dirtyBit) // unless chosen anew meanwhile
		}
		found = found[:0]
		return nil
	}
	for i := range t.sets {
		for j := range t.sets[i] {
			if w := t.sets[i][j].Load(); w&dirtyBit != 0 {
				found = append(found, dirty{uint64(i), j, w})
			}
		}
		if len(found) >= batch {
			if err := write(); err != nil {
				return err
			}
		}
	}
	if len(found) == 0 {
		return nil
	}
	return write()
}
