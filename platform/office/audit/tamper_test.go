package audit

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/test/databases"
)

// A tampering is something that somebody with the database's password, or with the
// ledger's folder and key, can do to a trail of 20 rows, of which 15 are sealed.
type tampering struct {
	name   string
	sql    []string
	ledger func(*memoryLog)
	want   []string // "kind from-to", all that is found
}

const (
	copyRow = `INSERT INTO audit_row SELECT %d, at, officer, acting_for, office, act, on_what, outcome, changes, reason, request, salt, commitment FROM audit_row WHERE seq = %d`
	setHead = `UPDATE audit_head SET seq = %d, commitment = (SELECT commitment FROM audit_row WHERE seq = %[1]d)`
)

var tamperings = []tampering{
	{name: "nothing"},
	{name: "delete a sealed row", sql: []string{`DELETE FROM audit_row WHERE seq = 7`}, want: []string{"missing 7"}},
	{name: "delete the first", sql: []string{`DELETE FROM audit_row WHERE seq = 1`}, want: []string{"missing 1"}},
	{name: "delete several", sql: []string{`DELETE FROM audit_row WHERE seq BETWEEN 3 AND 9`}, want: []string{"missing 3-9"}},
	{name: "delete across the seal", sql: []string{`DELETE FROM audit_row WHERE seq BETWEEN 14 AND 17`}, want: []string{"missing 14-17"}},
	{name: "delete all", sql: []string{`DELETE FROM audit_row`}, want: []string{"missing 1-20"}},
	{name: "delete a waiting row", sql: []string{`DELETE FROM audit_row WHERE seq = 17`}, want: []string{"missing 17"}},
	{name: "cut the tail", sql: []string{`DELETE FROM audit_row WHERE seq > 18`}, want: []string{"missing 19-20"}},
	{name: "cut the tail and the head into what is sealed", sql: []string{`DELETE FROM audit_row WHERE seq > 13`, fmt.Sprintf(setHead, 13)},
		want: []string{"missing 14-15", "older 14-15"}},
	// The hole that docs/audit-trail.md names: rows that wait, rewritten with
	// everything that hangs on them, within the second before they are sealed.
	{name: "cut the waiting tail and the head", sql: []string{`DELETE FROM audit_row WHERE seq > 18`, fmt.Sprintf(setHead, 18)}},

	{name: "swap two", sql: []string{`UPDATE audit_row SET seq = 1000 WHERE seq = 5`, `UPDATE audit_row SET seq = 5 WHERE seq = 6`, `UPDATE audit_row SET seq = 6 WHERE seq = 1000`},
		want: []string{"out of order 5", "out of order 6"}},
	{name: "swap a sealed and a waiting one", sql: []string{`UPDATE audit_row SET seq = 1000 WHERE seq = 5`, `UPDATE audit_row SET seq = 5 WHERE seq = 18`, `UPDATE audit_row SET seq = 18 WHERE seq = 1000`},
		want: []string{"altered 19", "altered 5", "out of order 18"}},
	{name: "renumber to the end", sql: []string{`UPDATE audit_row SET seq = 70 WHERE seq = 7`}, want: []string{"missing 7", "out of order 70"}},
	{name: "renumber to the front", sql: []string{`UPDATE audit_row SET seq = -70 WHERE seq = 7`}, want: []string{"missing 7", "out of order -70"}},
	{name: "shift all", sql: []string{`UPDATE audit_row SET seq = seq + 1000`, `UPDATE audit_row SET seq = seq - 999`, `UPDATE audit_head SET seq = 21`},
		want: append([]string{"missing 1"}, each("out of order", 2, 16, each("altered", 17, 21)...)...)},
	{name: "add a copy at the end", sql: []string{fmt.Sprintf(copyRow, 21, 5)}, want: []string{"out of order 21"}},
	{name: "add a changed copy at the end", sql: []string{fmt.Sprintf(copyRow, 21, 5), `UPDATE audit_row SET commitment = salt WHERE seq = 21`}, want: []string{"added behind 21"}},
	{name: "add a copy at the end and move the head", sql: []string{fmt.Sprintf(copyRow, 21, 20), fmt.Sprintf(setHead, 21)}, want: []string{"altered 21"}},
	{name: "add a row before the first", sql: []string{fmt.Sprintf(copyRow, 0, 20)}, want: []string{"added behind 0"}},

	{name: "delete a note", sql: []string{`DELETE FROM audit_seal WHERE first_seq = 5`}, want: []string{"wrong note 5-8"}},
	{name: "delete the last note", sql: []string{`DELETE FROM audit_seal WHERE last_seq = 15`}, want: []string{"wrong note 13-15"}},
	{name: "delete all notes", sql: []string{`DELETE FROM audit_seal`}, want: []string{"wrong note 1-15"}},
	{name: "change a note", sql: []string{`UPDATE audit_seal SET ledger_index = 1 WHERE first_seq = 5`}, want: []string{"wrong note 5-8"}},
	{name: "change the last note", sql: []string{`UPDATE audit_seal SET ledger_index = 100 WHERE first_seq = 13`}, want: []string{"wrong note 13-15"}},
	{name: "shorten a note", sql: []string{`UPDATE audit_seal SET last_seq = 6 WHERE first_seq = 5`}, want: []string{"wrong note 7-8"}},
	{name: "move the head's number", sql: []string{`UPDATE audit_head SET seq = 25`}, want: []string{"missing 21-25"}},
	{name: "change the head's commitment", sql: []string{`UPDATE audit_head SET commitment = (SELECT salt FROM audit_row WHERE seq = 3)`}, want: []string{"altered 20"}},
	{name: "rename the trail", sql: []string{`UPDATE audit_head SET trail = '00112233445566778899aabbccddeeff'`}, want: each("altered", 1, 20)},

	{name: "database put back to an older state", sql: []string{`DELETE FROM audit_row WHERE seq > 10`, `DELETE FROM audit_seal WHERE first_seq > 8`, `UPDATE audit_lease SET sealed = 8`, fmt.Sprintf(setHead, 10)},
		want: []string{"missing 11-15", "older 11-15"}},
	{name: "ledger put back to an older state", ledger: func(l *memoryLog) { l.entries = l.entries[:6] }, want: []string{"not sealed 7-15"}},
	{name: "ledger gone", ledger: func(l *memoryLog) { l.entries = nil }, want: []string{"not sealed 1-15"}},
	{name: "a row sealed again", ledger: func(l *memoryLog) { l.entries = append(l.entries, l.entries[4]) }, want: []string{"sealed twice 5"}},
	{name: "a row sealed again with another content", ledger: func(l *memoryLog) { l.seal(5) }, want: []string{"sealed twice 5"}},
	{name: "a waiting row sealed as something else", ledger: func(l *memoryLog) { l.seal(16) }, want: []string{"altered 16", "altered 17"}},
	{name: "sealed and unknown", ledger: func(l *memoryLog) { l.seal(30) }, want: each("added behind", 16, 20, "ledger 16-29", "missing 30", "older 21-30")},
}

func (l *memoryLog) seal(number uint64) {
	l.entries = append(l.entries, ledger.Entry{Kind: Kind, Number: number, Commitment: [32]byte{1}}.Bytes())
}

// each gives a finding for each row.
func each(kind string, from, to int, more ...string) (out []string) {
	for i := from; i <= to; i++ {
		out = append(out, fmt.Sprint(kind, " ", i))
	}
	return append(out, more...)
}

func fields() (out []tampering) {
	for _, f := range []struct{ name, value string }{
		{"at", `'2026-03-01T04:05:07.000007Z'`}, {"at", `'2026-03-01'`}, {"at", `at || ' '`}, {"officer", `'officer9'`}, {"acting_for", `'x'`}, {"office", `''`},
		{"act", `'roll.read'`}, {"on_what", `on_what || '1'`}, {"outcome", `3`}, {"changes", `replace(changes, 'data', 'date')`}, {"changes", `''`}, {"changes", `changes || ' '`},
		{"changes", `'nothing'`}, {"reason", `reason || '.'`}, {"reason", `office || reason`}, {"request", `'other'`},
		{"salt", `commitment`}, {"salt", `substr(salt, 1, 31)`}, {"commitment", `salt`}, {"commitment", `substr(commitment, 2)`},
	} {
		for _, seq := range []int{5, 18} {
			t := tampering{name: fmt.Sprintf("%s = %s of row %d", f.name, f.value, seq),
				sql:  []string{fmt.Sprintf(`UPDATE audit_row SET %s = %s WHERE seq = %d`, f.name, f.value, seq)},
				want: []string{fmt.Sprintf("altered %d", seq)}}
			if f.name == "commitment" && seq == 18 { // to which the next commits
				t.want = append(t.want, "altered 19")
				slices.Sort(t.want)
			}
			out = append(out, t)
		}
	}
	return append(out,
		// Two fields that together have the bytes that they had.
		tampering{name: "move a letter between fields", want: []string{"altered 5"},
			sql: []string{`UPDATE audit_row SET office = substr(office, 1, length(office) - 1), act = '1' || act WHERE seq = 5`}},
		// The last of all, for it changes the table for good.
		tampering{name: "add a row under a number that is taken", sql: []string{`CREATE TABLE x AS SELECT * FROM audit_row`, `DROP TABLE audit_row`, `ALTER TABLE x RENAME TO audit_row`, fmt.Sprintf(copyRow, 5, 6)},
			want: []string{"added behind 5", "out of order 5"}})
}

// TestTamper does each of the tamperings to both databases: what is found is what
// was done, and nothing else.
func TestTamper(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		log := &memoryLog{}
		opts := quiet()
		opts.Batch = 4
		s := NewSealer(db, log, opts)
		do(t, db, 12)
		sealAll(t, s)
		log.other()
		do(t, db, 3)
		sealAll(t, s)
		log.other()
		do(t, db, 5)
		run(t, db, each4(`CREATE TABLE keep_%[1]s AS SELECT * FROM audit_%[1]s`)...)
		sealed := slices.Clone(log.entries)
		for _, c := range append(tamperings, fields()...) {
			t.Run(c.name, func(t *testing.T) {
				log.entries = slices.Clone(sealed)
				run(t, db, c.sql...)
				if c.ledger != nil {
					c.ledger(log)
				}
				c.check(t, log.report(t, db))
				run(t, db, each4(`DELETE FROM audit_%s`)...)
				run(t, db, each4(`INSERT INTO audit_%[1]s SELECT * FROM keep_%[1]s`)...)
			})
		}
	})
}

// each4 gives a statement for each of the trail's tables.
func each4(text string) (out []string) {
	for _, table := range []string{"row", "head", "seal", "lease"} {
		out = append(out, fmt.Sprintf(text, table))
	}
	return out
}

func run(t *testing.T, db *database.DB, statements ...string) {
	t.Helper()
	err := db.Update(t.Context(), func(tx *database.Tx) error {
		for _, text := range statements {
			if _, err := tx.Exec(text); err != nil {
				return fmt.Errorf("%s: %w", text, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (c tampering) check(t *testing.T, r *Report) {
	t.Helper()
	var got []string
	for _, f := range r.Findings {
		rows := fmt.Sprint(f.From)
		if f.To != f.From {
			rows += fmt.Sprint("-", f.To)
		}
		got = append(got, string(f.Kind)+" "+rows)
		if !strings.HasPrefix(f.String(), "row") {
			t.Errorf("it does not name the row: %s", f)
		}
		if f.Kind == OutOfOrder && f.Act == "" || f.Act != "" && !strings.Contains(f.String(), "(2026-") && !strings.HasPrefix(c.name, "at ") {
			t.Errorf("it does not name the instant and the act: %s", f)
		}
	}
	slices.Sort(got)
	got = slices.Compact(got)
	slices.Sort(c.want)
	if !slices.Equal(got, c.want) {
		t.Errorf("found %q\n want %q", got, c.want)
	}
}
