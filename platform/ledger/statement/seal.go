package statement

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
)

// A Log is a *ledger.Log.
type Log interface {
	Append(ctx context.Context, entries ...[]byte) (first uint64, err error)
	Backward(ctx context.Context) iter.Seq2[ledger.Record, error]
}

// lookBack is how many of the ledger's newest entries are looked through for one that a
// killed run had appended and not noted.
const lookBack = 100_000

// Seal gives every statement that has none its entry, in the order in which they were
// made. After it returns nil they are in a published checkpoint. One caller at a time: the
// node that keeps the ledger.
func Seal(ctx context.Context, db *database.DB, log Log) error {
	var open []Statement
	err := db.View(ctx, func(tx *database.Tx) (err error) {
		open, err = read(tx, 10_000, `entry = -1`)
		return err
	})
	if err != nil || len(open) == 0 {
		return err
	}
	known, err := appended(ctx, log, open)
	if err != nil {
		return err
	}
	for i := len(open) - 1; i >= 0; i-- { // the lowest number of a kind first
		s := open[i]
		at, there := known[s.ID()]
		if !there {
			first, err := log.Append(ctx, s.Bytes())
			if err != nil {
				return fmt.Errorf("statement %s has no entry in the ledger yet: %w", s.ID(), err)
			}
			at = int64(first)
		}
		err := db.Update(ctx, func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE statement SET entry = ? WHERE id = ?`, at, s.ID())
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// appended finds the entries that a run before had appended and was killed before it
// noted them.
func appended(ctx context.Context, log Log, open []Statement) (map[string]int64, error) {
	known := make(map[string]int64)
	looked := 0
	for record, err := range log.Backward(ctx) {
		if err != nil {
			return nil, err
		}
		for _, s := range open {
			if bytes.Equal(record.Entry.Bytes(), s.Bytes()) {
				known[s.ID()] = int64(record.Index)
			}
		}
		if looked++; looked == lookBack || len(known) == len(open) {
			break
		}
	}
	return known, nil
}
