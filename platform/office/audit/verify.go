package audit

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/transparency-dev/merkle/compact"
	"github.com/transparency-dev/merkle/rfc6962"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/verify"
)

// Verify holds the trail in a database against the published ledger at a folder or
// URL, and the ledger against its own checkpoint, its public keys and, if opts has
// them, earlier checkpoints and a policy. It only reads, in the same memory however
// many rows there are; what is written meanwhile is left for the next time. An error
// says that it could not be done; what is wrong stands in the report.
func Verify(ctx context.Context, db *database.DB, where string, opts verify.Options) (*Report, error) {
	report := &Report{Findings: []Finding{}}
	if err := report.verify(ctx, db, where, opts); err != nil {
		return nil, fmt.Errorf("audit verify: %w", err)
	}
	return report, nil
}

func (r *Report) verify(ctx context.Context, db *database.DB, where string, opts verify.Options) error {
	files, err := ledger.OpenFiles(where)
	if err != nil {
		return err
	}
	// The notes before the ledger, the ledger before the rows: so what each has
	// must be found in the next.
	if r.noted, err = lastNoted(ctx, db); err != nil {
		return err
	}
	l, err := verify.Log(ctx, files, opts)
	if err != nil {
		return err
	}
	r.Origin, r.LedgerSize, r.Root = l.Origin, l.Size, l.Root
	for _, f := range l.Findings {
		r.add(Finding{Kind: BadLedger, Text: f.String()})
	}
	r.More += int64(l.More)
	err = compare(ctx, db, func() iter.Seq2[ledger.Record, error] { return records(ctx, files, l.Size, l.Root) }, r)
	if errors.Is(err, errLedger) {
		r.add(Finding{Kind: BadLedger, Text: fmt.Sprintf("rows beyond this could not be compared: %v", err)})
		return nil
	}
	return err
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

// errLedger says that the ledger's files cannot be what was verified.
var errLedger = errors.New("the ledger cannot be read as it was verified")

// records reads the published entries up to a size, and makes sure in the end that
// they are those whose root this is: a server might give something else to whoever
// asks a second time.
func records(ctx context.Context, files ledger.Files, size uint64, root string) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		tree := (&compact.RangeFactory{Hash: rfc6962.DefaultHasher.HashChildren}).NewEmptyRange(0)
		for index := uint64(0); index < size; {
			bundle := index / ledger.TileWidth
			width := int(min(ledger.TileWidth, size-index))
			all, err := ledger.ReadBundle(ctx, files, bundle, width)
			if err == nil && len(all) < width {
				err = fmt.Errorf("%s: %d entries, and the checkpoint has %d", ledger.BundlePath(bundle, width), len(all), width)
			}
			if err != nil {
				if ctx.Err() == nil {
					err = fmt.Errorf("%w: %w", errLedger, err)
				}
				yield(ledger.Record{}, err)
				return
			}
			for _, raw := range all {
				r := ledger.Record{Index: index}
				if r.Entry, err = ledger.ParseEntry(raw); err != nil {
					err = fmt.Errorf("%w: entry %d: %w", errLedger, index, err)
				} else if r.Number > math.MaxInt64 {
					err = fmt.Errorf("%w: entry %d has a number beyond all numbers of rows", errLedger, index)
				}
				if !yield(r, err) || err != nil {
					return
				}
				leaf := ledger.LeafHash(raw)
				tree.Append(leaf[:], nil)
				index++
			}
		}
		got, err := tree.GetRootHash(nil)
		if size == 0 {
			got, err = rfc6962.DefaultHasher.EmptyRoot(), nil
		}
		if err != nil || hex.EncodeToString(got) != root {
			yield(ledger.Record{}, fmt.Errorf("%w: it gave other entries the second time that it was read", errLedger))
		}
	}
}
