package audit

import (
	"fmt"
	"slices"
	"time"
)

// A FindingKind is what is wrong with the rows that a finding names.
type FindingKind string

// The kinds of findings.
const (
	Missing    FindingKind = "missing"      // it was written, and is not in the database
	Altered    FindingKind = "altered"      // it is not what was sealed
	Added      FindingKind = "added behind" // it is in the database, and the trail had no such row
	OutOfOrder FindingKind = "out of order" // it was sealed under another number
	Twice      FindingKind = "sealed twice" // the ledger has the number twice
	Unsealed   FindingKind = "not sealed"   // noted as sealed, and the ledger does not have it
	WrongNote  FindingKind = "wrong note"   // the note of where it stands in the ledger is wrong or gone
	Older      FindingKind = "older"        // the database ends before the ledger does
	BadLedger  FindingKind = "ledger"       // the ledger itself is not in order
)

// A Finding is one thing that is wrong, and where.
type Finding struct {
	Kind  FindingKind `json:"kind"`
	From  int64       `json:"from"` // rows; both 0 for what is of no row
	To    int64       `json:"to"`
	Index uint64      `json:"index,omitempty"` // of the ledger, where it has to do with it
	At    time.Time   `json:"at,omitzero"`     // of the row, where there is one
	Act   string      `json:"act,omitempty"`
	Text  string      `json:"text"`
}

func (f Finding) String() string {
	where := ""
	switch {
	case f.Kind == BadLedger && f.To == 0: // of no row
	case f.From == f.To:
		where = fmt.Sprintf("row %d", f.From)
	default:
		where = fmt.Sprintf("rows %d to %d", f.From, f.To)
	}
	if f.Act != "" {
		where += fmt.Sprintf(" (%s, %s)", f.At.UTC().Format(time.RFC3339), f.Act)
	}
	if where != "" {
		where += ": "
	}
	return where + string(f.Kind) + ": " + f.Text
}

func about(r *Row, kind FindingKind, index uint64, text string) Finding {
	return Finding{Kind: kind, From: r.Seq, To: r.Seq, Index: index, At: r.At, Act: r.Act, Text: text}
}

// maxFindings is how many findings a report holds; more are counted.
const maxFindings = 1000

// A Report is what a verification found.
type Report struct {
	Origin     string    `json:"origin"`      // of the ledger
	LedgerSize uint64    `json:"ledger_size"` // entries under the checkpoint that was verified
	Root       string    `json:"root"`        // over them, hexadecimal
	Rows       int64     `json:"rows"`        // rows that were compared
	Sealed     int64     `json:"sealed"`      // the last row that is in the ledger
	Waiting    int64     `json:"waiting"`     // rows after that
	Unnoted    int64     `json:"unnoted"`     // rows in the ledger of which the sealer has not yet noted where; it does when it next runs
	Findings   []Finding `json:"findings"`
	Known      []Finding `json:"known,omitempty"` // about rows that were said to be known: see Forgive
	More       int64     `json:"more,omitempty"`  // findings beyond those

	noted int64 // the last row that was noted as sealed before the ledger was read
}

// OK tells whether nothing was found.
func (r *Report) OK() bool { return len(r.Findings) == 0 }

// Forgive moves the findings that rows from to to are missing from Findings to
// Known: for an auditor who has read why, in the row of [Resume] for one.
func (r *Report) Forgive(from, to int64) {
	r.Findings = slices.DeleteFunc(r.Findings, func(f Finding) bool {
		known := f.Kind == Missing && f.From >= from && f.To <= to
		if known {
			r.Known = append(r.Known, f)
		}
		return known
	})
}

// add gives the finding's place, -1 if there are too many to keep it.
func (r *Report) add(f Finding) int {
	if len(r.Findings) >= maxFindings {
		r.More++
		return -1
	}
	r.Findings = append(r.Findings, f)
	return len(r.Findings) - 1
}

// missing names rows that are not there; rows that follow each other are one
// finding, so that a table that was emptied is a line and not a million.
func (r *Report) missing(from, to int64, text string) {
	r.extend(Finding{Kind: Missing, From: from, To: to, Text: text})
}

func (r *Report) unnoted(seq int64, index uint64) {
	r.extend(Finding{Kind: WrongNote, From: seq, To: seq, Index: index, Text: fmt.Sprintf("stands in the ledger from entry %d on, and the note of that is gone", index)})
}

func (r *Report) extend(f Finding) {
	for i := len(r.Findings) - 1; i >= max(0, len(r.Findings)-4); i-- {
		if last := &r.Findings[i]; last.Kind == f.Kind && last.To == f.From-1 {
			last.To = f.To
			return
		}
	}
	r.add(f)
}
