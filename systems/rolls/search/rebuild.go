package search

import (
	"context"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/likeness"
)

// Rebuild makes all postings anew, district by district: of a roll that was filled, or
// one whose postings have become many small ones. An entry that is changed while its
// district is read may be found at its old place until it changes again.
func (e *Engine) Rebuild(ctx context.Context, db *database.DB) error {
	var h hasher
	districts := make(map[int][]geography.BlockCode)
	err := db.Update(ctx, func(tx *database.Tx) (err error) {
		clear(districts)
		if h, err = e.hasher(tx); err != nil {
			return err
		}
		blocks, err := e.store.Blocks(tx, rolls.Scope{})
		for _, b := range blocks {
			districts[b.Code.District()] = append(districts[b.Code.District()], b.Code)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(`DELETE FROM search_posting`)
		return err
	})
	if err != nil {
		return err
	}
	for _, blocks := range districts {
		if err := e.rebuild(ctx, db, h, blocks); err != nil {
			return err
		}
	}
	return nil
}

// rebuild makes the postings of one census district.
func (e *Engine) rebuild(ctx context.Context, db *database.DB, h hasher, blocks []geography.BlockCode) error {
	parts := make([]postings, rolls.Workers())
	buffers := make([][]likeness.Key, len(parts))
	for i := range parts {
		parts[i] = make(postings)
	}
	err := e.store.Walk(ctx, db, rolls.Scope{Blocks: blocks}, func(worker int, _ rolls.Block, entries []rolls.Entry) error {
		for i := range entries {
			buffers[worker] = parts[worker].add(h, &entries[i], buffers[worker])
		}
		return nil
	})
	if err != nil {
		return err
	}
	all := parts[0]
	for _, part := range parts[1:] {
		for hash, places := range part {
			all[hash] = append(all[hash], places...)
		}
	}
	return db.Update(ctx, all.put)
}
