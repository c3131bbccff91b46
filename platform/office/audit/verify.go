package audit

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
)

// Verify holds the trail in a database against the published ledger at a folder or
// URL, whose public key is key. It reads the files and the database only, however
// many rows in the same memory; what is written meanwhile waits for the next time.
// An error says that it could not be done; what is wrong stands in the report.
//
// from is an older checkpoint, as it was signed, or nil: the ledger must hold all
// that it held.
func Verify(ctx context.Context, db *database.DB, where, key string, from []byte) (*Report, error) {
	report := &Report{}
	if err := verify(ctx, db, where, key, from, report); err != nil {
		return nil, fmt.Errorf("audit verify: %w", err)
	}
	return report, nil
}

func verify(ctx context.Context, db *database.DB, where, key string, from []byte, report *Report) error {
	verifier, err := checkpoint.ParseVerifier(key)
	if err != nil {
		return err
	}
	files, err := ledger.OpenFiles(where)
	if err != nil {
		return err
	}
	// The notes before the ledger, the ledger before the rows: so what each has
	// must be found in the next.
	if report.noted, err = lastNoted(ctx, db); err != nil {
		return err
	}
	raw, err := files.Read(ctx, ledger.CheckpointPath, ledger.MaxCheckpoint)
	if err != nil {
		return err
	}
	c, err := checkpoint.Open(raw, verifier)
	if err != nil {
		return err
	}
	report.Checkpoint, report.LedgerSize = string(raw), c.Size
	return compare(ctx, db, func() iter.Seq2[ledger.Record, error] { return records(ctx, files, c.Size) }, report)
}

// lastNoted is the last row of which the database says that it is sealed.
func lastNoted(ctx context.Context, db *database.DB) (seq int64, err error) {
	err = db.View(ctx, func(tx *database.Tx) error {
		last, err := lastSeal(tx)
		if err != nil {
			return err
		}
		var leased int64
		if err := tx.QueryRow(`SELECT coalesce(max(sealed), 0) FROM audit_lease`).Scan(&leased); err != nil {
			return err
		}
		seq = max(last.last, leased)
		return nil
	})
	return seq, err
}

// records reads the published entries up to a size. What is no entry of ours ends
// it: the ledger's own verification has named it by then.
func records(ctx context.Context, files ledger.Files, size uint64) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for index := uint64(0); index < size; {
			bundle := index / ledger.TileWidth
			width := int(min(ledger.TileWidth, size-index))
			all, err := ledger.ReadBundle(ctx, files, bundle, width)
			if err == nil && len(all) < width {
				err = fmt.Errorf("%s: %d entries, and the checkpoint has %d", ledger.BundlePath(bundle, width), len(all), width)
			}
			if errors.Is(err, fs.ErrNotExist) {
				err = fmt.Errorf("the ledger lacks a file: %w", err)
			}
			if err != nil {
				yield(ledger.Record{}, err)
				return
			}
			for _, raw := range all {
				r := ledger.Record{Index: index}
				if r.Entry, err = ledger.ParseEntry(raw); err != nil {
					err = fmt.Errorf("entry %d: %w", index, err)
				}
				if !yield(r, err) || err != nil {
					return
				}
				index++
			}
		}
	}
}
