package frozen

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/statement"
	"intikhab/systems/rolls"
)

// A Finding is one thing that does not agree.
type Finding struct {
	Where string `json:"where"` // ledger, statement, file, index, database
	What  string `json:"what"`
}

func (f Finding) String() string { return f.Where + ": " + f.What }

// A Report says how database, index and ledger agree. All is well without findings.
type Report struct {
	Roll     string    `json:"roll"`
	Name     string    `json:"name"`
	Root     string    `json:"root"`
	Entry    int64     `json:"ledger_entry"`
	Blocks   int       `json:"blocks"`
	Voters   int64     `json:"voters"` // of the database, that were held against file and index
	Findings []Finding `json:"findings"`
	More     int       `json:"more_findings"` // beyond the first of them
}

// findings is how many are told in words.
const findings = 20

type verifier struct {
	mu     sync.Mutex
	report *Report
}

func (v *verifier) found(where, what string, args ...any) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.report.Findings) == findings {
		v.report.More++
		return
	}
	v.report.Findings = append(v.report.Findings, Finding{where, fmt.Sprintf(what, args...)})
}

// A Ledger gives the ledger's entries.
type Ledger interface {
	Read(ctx context.Context, index uint64) (ledger.Record, error)
}

// Verify holds a frozen roll's four copies against each other: the database, the frozen
// file, 8300's index, and the root in the ledger. The database agrees as long as nothing
// has been changed in the areas of the roll, which section 39 sees to; afterwards the
// blocks that have changed are named. The error says why nothing could be said.
func (k *Keeper) Verify(ctx context.Context, id string, log Ledger) (*Report, error) {
	v := &verifier{report: &Report{Entry: -1}}
	err := k.cfg.DB.View(ctx, func(tx *database.Tx) error {
		r, err := k.Get(tx, id)
		if err != nil {
			return err
		}
		*v.report = Report{Roll: r.ID, Name: r.Name, Root: r.Root, Entry: -1, Findings: []Finding{}}
		if err := k.verifyStatement(ctx, tx, v, r, log); err != nil {
			return err
		}
		return k.verifyEntries(ctx, tx, v, r)
	})
	if err != nil {
		return nil, err
	}
	return v.report, nil
}

// verifyStatement holds the roll's row against its statement, and that against the ledger.
func (k *Keeper) verifyStatement(ctx context.Context, tx *database.Tx, v *verifier, r Roll, log Ledger) error {
	s, err := statement.Get(tx, string(r.Kind), r.Statement)
	if err != nil {
		return err
	}
	v.report.Entry = s.Entry
	if !bytes.Equal(s.Content, r.text()) {
		v.found("statement", "statement %s does not say what the database says of this roll", s.ID())
	}
	switch {
	case !s.Sealed():
		v.found("ledger", "statement %s has no entry yet", s.ID())
	case log == nil:
		v.found("ledger", "no ledger was given: entry %d was not looked up", s.Entry)
	default:
		record, err := log.Read(ctx, uint64(s.Entry))
		if err != nil {
			v.found("ledger", "entry %d cannot be read: %v", s.Entry, err)
		} else if !bytes.Equal(record.Entry.Bytes(), s.Bytes()) {
			v.found("ledger", "entry %d does not commit to statement %s", s.Entry, s.ID())
		}
	}
	return nil
}

// verifyEntries goes through the database's entries.
func (k *Keeper) verifyEntries(ctx context.Context, tx *database.Tx, v *verifier, r Roll) error {
	index, err := k.cfg.Indexes.Open(k.path(r.IndexFile))
	if err != nil {
		v.found("index", "%v", err)
		return nil
	}
	if built := index.Built(); built.Root != r.IndexRoot {
		v.found("index", "its root is %s, and %s was published", built.Root, r.IndexRoot)
	}
	var frozen *file
	scope := rolls.Scope{}
	if r.Kind == Frozen {
		if scope, err = r.Scope.Rolls(); err != nil {
			return err
		}
		if frozen, err = open(k.path(r.File)); err != nil {
			v.found("file", "%v", err)
			return nil
		}
		defer frozen.close()
		if got := fmt.Sprintf("%x", frozen.root); got != r.Root {
			v.found("file", "its root is %s, and %s was published", got, r.Root)
		}
	}
	blocks := 0
	err = k.cfg.Store.WalkIn(ctx, tx, scope, func(_ int, b rolls.Block, entries []rolls.Entry) error {
		v.mu.Lock()
		blocks++
		v.report.Voters += int64(len(entries))
		v.mu.Unlock()
		if frozen != nil {
			k.verifyBlock(v, r, frozen, b, entries)
		}
		for i := range entries {
			e := &entries[i]
			got, _, ok := index.Lookup(e.CNIC)
			if want := (Voter{e.CNIC, e.Block, e.List, e.Serial, e.Household}); !ok || got != want {
				v.found("index", "voter %v, serial %d of block %v, is not answered as the database has it", e.ID, e.Serial, e.Block)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	v.report.Blocks = blocks
	if frozen != nil && blocks != len(frozen.rows) {
		v.found("database", "it has %d electoral areas in the scope, the frozen roll has %d", blocks, len(frozen.rows))
	}
	if frozen == nil && v.report.Voters != index.Built().Voters {
		v.found("index", "it has %d voters, the database has %d", index.Built().Voters, v.report.Voters)
	}
	return nil
}

// verifyBlock holds a block of the database against the frozen file.
func (k *Keeper) verifyBlock(v *verifier, r Roll, frozen *file, b rolls.Block, entries []rolls.Entry) {
	at := frozen.find(b.Code)
	if at < 0 {
		v.found("database", "block %v is not in the frozen roll", b.Code)
		return
	}
	row := frozen.rows[at]
	got, records := salter(r.secret).block(b.Code, entries)
	if got.Root == row.Root && got.Voters == row.Voters {
		return
	}
	was, err := frozen.records(row)
	if err != nil {
		v.found("file", "%v", err)
		return
	}
	v.found("database", "block %v is not as it was frozen: %s", b.Code, differences(was, records))
}

// differences says how a block's entries differ from those that were frozen.
func differences(was []record, now []byte) string {
	before := make(map[rolls.VoterID]record, len(was))
	for _, one := range was {
		before[one.id] = one
	}
	added, changed := 0, 0
	for ; len(now) > 0; now = now[recordBytes:] {
		one := parseRecord(now)
		old, there := before[one.id]
		switch {
		case !there:
			added++
		case old != one:
			changed++
		}
		delete(before, one.id)
	}
	var parts []string
	for _, part := range []struct {
		n    int
		what string
	}{{added, "added"}, {changed, "changed"}, {len(before), "gone"}} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", part.n, part.what))
		}
	}
	return strings.Join(parts, ", ")
}
