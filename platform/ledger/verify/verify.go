// Package verify is the check that anybody can make of the public log: from the
// published files alone it computes every hash again and says what does not agree.
//
// It rebuilds the tree of RFC 6962 from all entries of all bundles (C2SP tlog-tiles),
// compares each hash with each tile, the root with the signed checkpoint, the log
// with earlier checkpoints (a file, or the short form that somebody heard on the
// telephone), and counts the witnesses' cosignatures. TestTamper shows that a flipped
// bit, an entry dropped, entries exchanged, a fork and a roll-back are each found and
// named.
package verify

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
)

// Options say what a log is held against. The zero value checks that its files
// agree with its checkpoint, and not who signed that.
type Options struct {
	Keys    []note.Verifier         // the log's public keys, one of which must have signed
	Policy  *checkpoint.Policy      // whose witnesses must have cosigned; its logs' keys are taken too
	From    [][]byte                // earlier checkpoints, signed
	Spoken  []checkpoint.Short      // earlier checkpoints in the short form
	Workers int                     // how many bundles are read at once; 0 is four for each processor
	Done    func(done, size uint64) // told now and then how many entries are checked; may be nil
}

// A Kind is the kind of what is wrong.
type Kind string

// What can be wrong.
const (
	Signature  Kind = "signature"   // the checkpoint is not signed by the log
	Witnesses  Kind = "witnesses"   // too few cosigned it
	Fork       Kind = "fork"        // an earlier checkpoint is not of this log's past
	RolledBack Kind = "rolled back" // an earlier checkpoint has more entries
	Altered    Kind = "altered"     // an entry is not the one that was logged
	Dropped    Kind = "dropped"     // an entry is gone
	Reordered  Kind = "reordered"   // entries stand in another order
	Tile       Kind = "tile"        // a tile of hashes is damaged
	Missing    Kind = "missing"     // a file is not there, or too short
	Root       Kind = "root"        // the whole is not what the checkpoint signs
	Number     Kind = "number"      // a kind's entries do not count 1, 2, 3 …
)

// A Finding is one thing that is wrong.
type Finding struct {
	Kind  Kind   `json:"kind"`
	Where string `json:"where"` // a file or entries, as a reader finds them
	What  string `json:"what"`
}

func (f Finding) String() string { return fmt.Sprintf("%s: %s: %s", f.Kind, f.Where, f.What) }

// A Report is the result. The log is well if it has no findings.
type Report struct {
	Checkpoint checkpoint.Checkpoint `json:"-"`
	Origin     string                `json:"origin"`
	Size       uint64                `json:"entries"`
	Root       string                `json:"root"`   // as computed from the entries, hexadecimal
	Signed     bool                  `json:"signed"` // false too if no key was given to check with
	Cosigned   []string              `json:"cosigned,omitempty"`
	Kinds      map[string]uint64     `json:"kinds"`   // how many entries of each
	Earlier    int                   `json:"earlier"` // how many earlier checkpoints agree
	Findings   []Finding             `json:"findings"`
	More       int                   `json:"more_findings"` // beyond the first of them
}

// maxFindings bounds a report: a log that was shifted by one entry differs in all.
const maxFindings = 100

func (r *Report) add(kind Kind, where, format string, args ...any) {
	if len(r.Findings) >= maxFindings {
		r.More++
		return
	}
	r.Findings = append(r.Findings, Finding{kind, where, fmt.Sprintf(format, args...)})
}

// Log verifies a log. The error says why nothing could be said: there is no
// checkpoint, a file could not be read for a reason that may pass. What is wrong with
// the log itself stands in the report.
func Log(ctx context.Context, files ledger.Files, opts Options) (*Report, error) {
	raw, err := files.Read(ctx, ledger.CheckpointPath, ledger.MaxCheckpoint)
	if err != nil {
		return nil, fmt.Errorf("the checkpoint: %w", err)
	}
	r := &Report{Kinds: map[string]uint64{}, Findings: []Finding{}}
	keys := slices.Clone(opts.Keys)
	if opts.Policy != nil {
		keys = append(keys, opts.Policy.Logs...)
	}
	c, err := openAs(r, "the checkpoint", raw, keys)
	if err != nil {
		return nil, err
	}
	r.Checkpoint, r.Origin, r.Size, r.Signed = c, c.Origin, c.Size, len(keys) > 0 && len(r.Findings) == 0
	if opts.Policy != nil {
		names, quorum := opts.Policy.Cosigned(raw)
		if r.Cosigned = names; !quorum {
			r.add(Witnesses, "the checkpoint", "cosigned by %s, which is not the quorum that the policy asks for", list(names))
		}
	}
	earlier, err := readEarlier(r, opts, keys)
	if err != nil {
		return nil, err
	}
	if opts.Workers <= 0 {
		opts.Workers = 4 * runtime.GOMAXPROCS(0)
	}
	t := &tree{files: files, report: r, size: c.Size, done: opts.Done, workers: opts.Workers}
	for _, e := range earlier {
		if e.size <= c.Size {
			t.marks = append(t.marks, e.size)
		}
	}
	if err := t.check(ctx, ledger.Hash(c.Root)); err != nil {
		return nil, err
	}
	for _, e := range earlier {
		e.compare(r, t)
	}
	return r, nil
}

func list(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	return strings.Join(names, ", ")
}

// openAs checks a checkpoint's signature, if there are keys to do it with.
func openAs(r *Report, what string, raw []byte, keys []note.Verifier) (checkpoint.Checkpoint, error) {
	if len(keys) == 0 {
		c, err := checkpoint.Parse(raw)
		if err != nil {
			return c, fmt.Errorf("%s: %w", what, err)
		}
		return c, nil
	}
	c, err := checkpoint.Open(raw, keys...)
	if errors.Is(err, checkpoint.ErrUnsigned) {
		r.add(Signature, what, "%v", err)
		return c, nil
	}
	if err != nil {
		return c, fmt.Errorf("%s: %w", what, err)
	}
	return c, nil
}

// An earlier is a checkpoint that somebody kept: the log must still begin with it.
type earlier struct {
	what string
	size uint64
	root []byte // the whole, or the first bytes of it
}

func readEarlier(r *Report, opts Options, keys []note.Verifier) (all []earlier, err error) {
	add := func(what, origin string, size uint64, root []byte) error {
		if origin != r.Origin {
			return fmt.Errorf("%s is of another log, %q; this one is %q", what, origin, r.Origin)
		}
		all = append(all, earlier{what, size, root})
		return nil
	}
	for i, raw := range opts.From {
		what := fmt.Sprintf("earlier checkpoint %d", i+1)
		c, err := openAs(r, what, raw, keys)
		if err == nil {
			err = add(what, c.Origin, c.Size, c.Root[:])
		}
		if err != nil {
			return nil, err
		}
	}
	for _, s := range opts.Spoken {
		if err := add("the checkpoint that was told", s.Origin, s.Size, s.Root[:]); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// compare holds the earlier checkpoint against what the log's entries make now.
func (e earlier) compare(r *Report, t *tree) {
	where := fmt.Sprintf("%s, of %d entries", e.what, e.size)
	now := t.rootAt(e.size)
	switch {
	case e.size > r.Size:
		r.add(RolledBack, where, "the log has only %d now: it was rolled back, or this is an old copy of it", r.Size)
	case now == nil:
		r.add(Fork, where, "cannot be compared: the entries up to there are not all to be had")
	case string(now[:len(e.root)]) == string(e.root):
		r.Earlier++
	case e.size == r.Size:
		r.add(Fork, where, "there are two checkpoints of this size: that one has the root %s, the log's entries now %s", short(e.root), short(now[:]))
	default:
		r.add(Fork, where, "it had the root %s, the first %d entries of now have %s: the past was changed", short(e.root), e.size, short(now[:]))
	}
}

func short(hash []byte) string { return hex.EncodeToString(hash[:min(8, len(hash))]) + "…" }
