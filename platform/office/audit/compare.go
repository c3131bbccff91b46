package audit

import (
	"context"
	"fmt"
	"iter"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
)

// A trial is one verification under way. It walks the ledger, the rows and the
// notes of what is sealed side by side, each in order, a page of each in memory.
type trial struct {
	report *Report
	rows   rowReader
	notes  noteReader
	trail  [16]byte

	expected int64    // the number of the next entry
	previous [32]byte // the commitment of the row before it
	strange  map[[32]byte]*Row
}

// maxStrange is of how many rows that are not what was sealed it is looked up
// whether they were sealed under another number.
const maxStrange = 1000

// compare finds what differs between the database and the records of a ledger.
// read gives them anew each time it is called: a second time, if rows stand under
// numbers that may not be theirs.
func compare(ctx context.Context, db *database.DB, read func() iter.Seq2[ledger.Record, error], report *Report) error {
	t := &trial{report: report, expected: 1, strange: map[[32]byte]*Row{},
		rows: rowReader{ctx: ctx, db: db}, notes: noteReader{ctx: ctx, db: db, most: report.noted}}
	if err := t.twice(ctx, db); err != nil {
		return err
	}
	var h head
	if err := db.View(ctx, func(tx *database.Tx) (err error) { h, err = readHead(tx); return err }); err != nil {
		return err
	}
	t.trail = h.trail
	for r, err := range read() {
		if err != nil {
			return err
		}
		if r.Kind != Kind {
			continue
		}
		if err := t.entry(r); err != nil {
			return err
		}
	}
	if _, err := t.notes.upTo(t.expected, t.wrongNote); err != nil {
		return err
	}
	report.Sealed = t.expected - 1
	t.lost()
	if err := t.tail(); err != nil {
		return err
	}
	if len(t.strange) > 0 {
		return t.placed(read())
	}
	return nil
}

// twice names numbers that more than one row has, which the table's key forbids:
// the pages below would pass over them.
func (t *trial) twice(ctx context.Context, db *database.DB) error {
	return db.View(ctx, func(tx *database.Tx) error {
		rows, err := tx.Query(`SELECT seq, count(*) FROM audit_row GROUP BY seq HAVING count(*) > 1 ORDER BY seq LIMIT 100`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var seq, n int64
			if err := rows.Scan(&seq, &n); err != nil {
				return err
			}
			t.report.add(Finding{Kind: Added, From: seq, To: seq, Text: fmt.Sprintf("%d rows have this number: the table's key was taken away", n)})
		}
		return rows.Err()
	})
}

// entry holds an entry of the ledger against its row.
func (t *trial) entry(r ledger.Record) error {
	seq := int64(r.Number)
	if seq < t.expected {
		t.report.add(Finding{Kind: Twice, From: seq, To: seq, Index: r.Index, Text: fmt.Sprintf("stands in the ledger a second time, as entry %d: two processes sealed, or the database was put back to an older state and went on", r.Index)})
		return nil
	}
	// Rows that the ledger has jumped over.
	row, err := t.rows.upTo(seq, func(r *Row) { t.stray(Added, r, "is not in the ledger, though later rows are") })
	if err != nil {
		return err
	}
	if seq > t.expected {
		t.report.add(Finding{Kind: BadLedger, From: t.expected, To: seq - 1, Index: r.Index, Text: fmt.Sprintf("the ledger leaves them out: entry %d is row %d", r.Index, seq)})
	}
	if row == nil {
		t.report.missing(seq, seq, fmt.Sprintf("was sealed as entry %d and is not in the database", r.Index))
	} else {
		t.match(row, r)
	}
	if err := t.noted(seq, r.Index); err != nil {
		return err
	}
	t.expected, t.previous = seq+1, r.Commitment
	return nil
}

// match tells whether the row is what was sealed.
func (t *trial) match(row *Row, r ledger.Record) {
	t.report.Rows++
	sealed := row.odd == "" && row.commit(t.trail, t.previous) == r.Commitment
	switch {
	case sealed && row.commitment == r.Commitment:
	case sealed:
		t.report.add(about(row, Altered, r.Index, "the commitment that is kept with it was altered; what it says is what was sealed"))
	case row.odd != "":
		t.report.add(about(row, Altered, r.Index, row.odd))
	case row.commitment == r.Commitment:
		t.report.add(about(row, Altered, r.Index, "what it says, or its salt, is not what was sealed"))
	default:
		t.stray(Altered, row, "what it says is not what was sealed under this number, nor is the commitment that is kept with it")
	}
}

// stray remembers a row that may have been sealed under another number.
func (t *trial) stray(kind FindingKind, row *Row, text string) {
	f := about(row, kind, 0, text)
	if len(t.strange) < maxStrange {
		row.finding = t.report.add(f)
		t.strange[row.commitment] = row
		return
	}
	t.report.add(f)
}

// placed looks where the strange rows were sealed, and says so in their findings.
func (t *trial) placed(records iter.Seq2[ledger.Record, error]) error {
	var previous [32]byte
	for r, err := range records {
		if err != nil {
			return err
		}
		if r.Kind != Kind {
			continue
		}
		if row := t.strange[r.Commitment]; row != nil && row.finding >= 0 && row.Seq != int64(r.Number) {
			there := *row
			there.Seq = int64(r.Number)
			if there.commit(t.trail, previous) == r.Commitment {
				f := &t.report.Findings[row.finding]
				f.Kind, f.Index = OutOfOrder, r.Index
				f.Text = fmt.Sprintf("it was sealed as row %d, entry %d", r.Number, r.Index)
			}
		}
		previous = r.Commitment
	}
	return nil
}

// noted holds the note of a row's place against its place.
func (t *trial) noted(seq int64, index uint64) error {
	note, err := t.notes.upTo(seq, t.wrongNote)
	switch {
	case err != nil:
		return err
	case note == nil && seq <= t.report.noted:
		t.report.unnoted(seq, index)
	case note == nil:
		t.report.Unnoted++
	case uint64(note.index+seq-note.first) == index:
		t.notes.met = true
	}
	return nil
}

func (t *trial) wrongNote(n seal) {
	t.report.add(Finding{Kind: WrongNote, From: n.first, To: n.last, Index: uint64(n.index), Text: fmt.Sprintf("noted as entries %d to %d of the ledger, where the rows do not stand", n.index, n.next()-1)})
}

// lost names what is noted as sealed and is not in the ledger.
func (t *trial) lost() {
	end := t.expected - 1
	if t.report.noted <= end {
		return
	}
	t.report.add(Finding{Kind: Unsealed, From: end + 1, To: t.report.noted, Index: t.report.LedgerSize, Text: fmt.Sprintf("are noted as sealed, and the ledger, of %d entries, does not have them: it is older than the database, or was cut", t.report.LedgerSize)})
}

// tail follows the rows that wait to be sealed: nothing outside the database knows
// them yet, but each commits to the one before.
func (t *trial) tail() error {
	sealed := t.expected - 1
	for {
		row, err := t.rows.next()
		if err != nil {
			return err
		}
		if row == nil {
			break
		}
		head := t.rows.head.seq
		switch {
		case row.Seq < t.expected:
			t.stray(Added, row, "its number is that of an earlier row")
			continue
		case row.Seq > head && t.rows.ended:
			t.stray(Added, row, fmt.Sprintf("stands beyond the trail's end, which is row %d", head))
			continue
		case row.Seq > t.expected:
			t.report.missing(t.expected, row.Seq-1, "was written and is not in the database; it had not been sealed")
			t.previous = row.commitment // unknown; taken as right below
		case row.odd != "" || row.commit(t.trail, t.previous) != row.commitment:
			t.stray(Altered, row, "its commitment is not that of what it says and of the row before it (it had not been sealed)")
		}
		t.report.Rows++
		t.report.Waiting++
		t.expected, t.previous = row.Seq+1, row.commitment
	}
	h := t.rows.head
	switch {
	case h.seq < sealed:
		t.report.add(Finding{Kind: Older, From: h.seq + 1, To: sealed, Text: fmt.Sprintf("are in the ledger and the database ends at row %d: it was put back to an older state, or cut", h.seq)})
	case h.seq >= t.expected:
		t.report.missing(t.expected, h.seq, "was written and is not in the database: the end of the trail was cut; it had not been sealed")
	case h.commitment != t.previous:
		t.report.add(Finding{Kind: Altered, From: h.seq, To: h.seq, Text: "the head of the trail has another commitment than its last row"})
	}
	return nil
}
