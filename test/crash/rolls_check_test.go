package crash

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/statement"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/frozen"
	"intikhab/test/databases"
)

// look opens the office to look at what lies there.
func (s *stage) look() *rollsOffice {
	s.t.Helper()
	o, err := newRollsOffice(s.t.Context(), databases.Open(s.t, s.where), s.dir, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return o
}

// check holds all that lies there against each other and against what was acknowledged.
func (s *stage) check(round int) *rollsOffice {
	s.t.Helper()
	o := s.look()
	begun := s.t.Failed()
	err := o.db.View(s.t.Context(), func(tx *database.Tx) error {
		f := &facts{stage: s, tx: tx, counts: map[string]map[string]int{}}
		for _, one := range []func() error{f.voters, f.claims, func() error { return f.batches(o) }, f.numbers, f.rolls} {
			if err := one(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if s.t.Failed() && !begun {
		s.t.Logf("the first that is wrong is so after round %d", round)
	}
	return o
}

// facts are what a check has read so far.
type facts struct {
	*stage
	tx     *database.Tx
	counts map[string]map[string]int
	came   map[string]int // causes: how many entries are there by it
	did    map[string]int // and how many it made what they are or were
}

// table reads rows of a text, and a number, and keeps them by the text.
func (f *facts) table(query string) (map[string]int64, error) {
	out := map[string]int64{}
	err := f.tx.Scan(query, nil, func(r *database.Row) error {
		out[r.Text(0)] += r.Int64(1)
		return nil
	})
	return out, err
}

// none tells of each row that a query gives.
func (f *facts) none(what, query string) error {
	return f.tx.Scan(query, nil, func(r *database.Row) error {
		f.t.Errorf("%s: %s", what, r.Text(0))
		return nil
	})
}

// voters: one entry a CNIC, one voter a serial, a history for each version, and each
// cause that an entry has or had.
func (f *facts) voters() error {
	var broken error
	for what, query := range map[string]string{
		"two voters of one serial": `SELECT CAST(block AS TEXT) || '/' || CAST(serial AS TEXT) FROM rolls_voter WHERE standing = 1 GROUP BY block, list, serial HAVING count(*) > 1`,
		"a serial that is to be given again": `SELECT CAST(v.block AS TEXT) || '/' || CAST(v.serial AS TEXT) FROM rolls_voter v JOIN rolls_block b ON b.code = v.block
			WHERE v.standing = 1 AND v.serial >= CASE v.list WHEN 0 THEN b.next_m WHEN 1 THEN b.next_f ELSE b.next_x END`,
		"an entry whose history is not that of its version": `SELECT CAST(v.id AS TEXT) FROM rolls_voter v WHERE v.version <> 1 + (SELECT count(*) FROM rolls_change c WHERE c.voter = v.id)`,
		"a person who stands there twice":                   `SELECT CAST(min(id) AS TEXT) FROM rolls_voter GROUP BY cnic_index HAVING count(*) > 1`,
	} {
		if err := f.none(what, query); err != nil {
			broken = err
		}
	}
	f.came, f.did = map[string]int{}, map[string]int{}
	err := f.tx.Scan(`SELECT v.cause, COALESCE((SELECT c.was FROM rolls_change c WHERE c.voter = v.id AND c.version = 1), '') FROM rolls_voter v`, nil, func(r *database.Row) error {
		first := r.Text(1)
		if first == "" {
			first = r.Text(0)
		}
		f.came[first]++
		f.did[first]++
		return nil
	})
	if err == nil {
		err = f.tx.Scan(`SELECT cause FROM rolls_change`, nil, func(r *database.Row) error { f.did[r.Text(0)]++; return nil })
	}
	if err != nil {
		return err
	}
	return broken
}

// claims: of each step its state, history, audit row and notice; of each decision that
// changes the roll one change, of others none; and nothing acknowledged is lost.
func (f *facts) claims() error {
	events, err := f.table(`SELECT number, 1 FROM claim_event`)
	if err != nil {
		return err
	}
	silent, err := f.table(`SELECT number, 1 FROM claim_event WHERE step = 'hear'`)
	if err != nil {
		return err
	}
	reversed, err := f.table(`SELECT s.number, CASE WHEN s.outcome <> d.outcome THEN 1 ELSE 0 END FROM claim_event s JOIN claim_event d ON d.number = s.number AND d.step = 'decide' WHERE s.step = 'settle'`)
	if err != nil {
		return err
	}
	decided, err := f.table(`SELECT number, CASE WHEN outcome = 'allowed' THEN 1 ELSE 0 END FROM claim_event WHERE step = 'decide'`)
	if err != nil {
		return err
	}
	trail, err := f.table(`SELECT on_what, 1 FROM audit_row WHERE act IN ('claim.receive', 'claim.list', 'claim.decide', 'claim.revise', 'claim.appeal.decide')`)
	if err != nil {
		return err
	}
	told, err := f.table(`SELECT on_what, 1 FROM notice WHERE kind NOT LIKE '%.other'`)
	if err != nil {
		return err
	}
	if err := f.none("a claim whose state is not that of its history", `SELECT c.number FROM claim_claim c
		WHERE NOT EXISTS (SELECT 1 FROM claim_event e WHERE e.number = c.number AND e.seq = c.version AND e.state = c.state)`); err != nil {
		return err
	}
	steps := map[string][]string{}
	all := map[string]int64{}
	err = f.tx.Scan(`SELECT number, version FROM claim_claim`, nil, func(r *database.Row) error { all[r.Text(0)] = r.Int64(1); return nil })
	if err == nil {
		err = f.tx.Scan(`SELECT number, step FROM claim_event ORDER BY number, seq`, nil, func(r *database.Row) error {
			steps[r.Text(1)] = append(steps[r.Text(1)], r.Text(0))
			return nil
		})
	}
	if err != nil {
		return err
	}
	for number, version := range all {
		on := "claim:" + number
		if events[number] != version || trail[on] != version || told[on] != version-silent[number] {
			f.t.Errorf("%s is at version %d; its history has %d steps, the trail %d rows, and %d notices, without %d that nobody is told of", number, version, events[number], trail[on], told[on], silent[number])
		}
		if want := int(decided[number]); f.did[on] != want {
			f.t.Errorf("%s: its decision should have changed the roll %d times, and did %d times", number, want, f.did[on])
		}
		if want := int(reversed[number]); f.did["appeal:"+number] != want {
			f.t.Errorf("%s: its appeal should have changed the roll %d times, and did %d times", number, want, f.did["appeal:"+number])
		}
	}
	for cause := range f.did {
		if number, ok := strings.CutPrefix(strings.Replace(cause, "appeal:", "claim:", 1), "claim:"); ok && all[number] == 0 {
			f.t.Errorf("the roll has entries by %s, and there is no such claim", cause)
		}
	}
	for word, step := range map[string]string{"received": "receive", "listed": "list", "heard": "hear", "decided": "decide", "appealed": "appeal", "settled": "settle"} {
		said := slices.DeleteFunc(slices.Clone(f.record.words[word]), func(n string) bool { return n == "" })
		missing(f.t, "acknowledged as "+word+" and not so", said, steps[step])
	}
	return nil
}

// batches: who was added by a batch and is there, or was taken away again, is counted in
// the trail; and what was acknowledged is so.
func (f *facts) batches(o *rollsOffice) error {
	all, err := o.feed.Batches(f.tx, 0, 1000)
	if err != nil {
		return err
	}
	ids := map[string]feed.Batch{}
	want := map[string]int{}
	for _, b := range all {
		ids[b.ID.String()] = b
		want[string(b.ID.Cause())] = int(b.Done.Outcomes[feed.Added] - b.Done.Unloaded)
	}
	for cause, n := range f.came {
		if strings.HasPrefix(cause, "feed:") && want[cause] != n {
			f.t.Errorf("%s: the roll has %d people, and the batch tells of %d", cause, n, want[cause])
		}
	}
	for cause, n := range want {
		if f.came[cause] != n {
			f.t.Errorf("%s: the batch tells of %d people, and the roll has %d", cause, n, f.came[cause])
		}
	}
	for cause := range f.did {
		kind, id, _ := strings.Cut(cause, ":")
		if _, there := ids[id]; !there && kind != "claim" && kind != "appeal" {
			f.t.Errorf("%s: nothing has such a cause", cause)
		}
	}
	after := map[string][]feed.State{
		"delivered": {feed.Previewed, feed.Applying, feed.Applied, feed.Reversing, feed.Reversed},
		"apply":     {feed.Applying, feed.Applied, feed.Reversing, feed.Reversed},
		"applied":   {feed.Applied, feed.Reversing, feed.Reversed},
		"reverse":   {feed.Reversing, feed.Reversed},
		"reversed":  {feed.Reversed},
	}
	for word, states := range after {
		for _, id := range f.record.words[word] {
			if !slices.Contains(states, ids[id].State) {
				f.t.Errorf("batch %s was acknowledged as %s, and is %q", id, word, ids[id].State)
			}
		}
	}
	return nil
}

// numbers: editions, supplements and shares of lists.
func (f *facts) numbers() error {
	for what, query := range map[string]string{
		"an edition without its audit row":    `SELECT CAST(b.code AS TEXT) FROM rolls_block b WHERE b.edition <> (SELECT count(*) FROM audit_row a WHERE a.act = 'crash.consolidated' AND a.on_what LIKE 'consolidated:' || CAST(b.code AS TEXT) || '/%')`,
		"a gap in the numbers of supplements": `SELECT CAST(block AS TEXT) || '/' || CAST(edition AS TEXT) FROM supplement_issued GROUP BY block, edition HAVING count(*) <> max(number)`,
		"a list that is split by half":        `SELECT CAST(block AS TEXT) FROM rolls_split GROUP BY block, list HAVING count(*) <> 3 OR min(serial) <> 1 OR count(DISTINCT substr(station, 1, length(station) - 1)) <> 1`,
		"a share of no station":               `SELECT station FROM rolls_split WHERE station NOT IN (SELECT id FROM rolls_station)`,
	} {
		if err := f.none(what, query); err != nil {
			return err
		}
	}
	rows := map[string][]string{}
	err := f.tx.Scan(`SELECT on_what FROM audit_row WHERE act LIKE 'crash.%'`, nil, func(r *database.Row) error {
		word, id, _ := strings.Cut(r.Text(0), ":")
		rows[word] = append(rows[word], id)
		return nil
	})
	if err != nil {
		return err
	}
	for _, word := range []string{"consolidated", "issued", "split"} {
		missing(f.t, "acknowledged as "+word+" and not so", f.record.words[word], rows[word])
	}
	var issued []string
	err = f.tx.Scan(`SELECT CAST(block AS TEXT) || '/' || CAST(edition AS TEXT) || '/' || CAST(number AS TEXT) FROM supplement_issued`, nil, func(r *database.Row) error {
		issued = append(issued, r.Text(0))
		return nil
	})
	same(f.t, "supplements and their audit rows", issued, rows["issued"])
	return err
}

// rolls: each publication that is done has its roll, its statement, its audit row and its
// files, once, and statements count up without a gap.
func (f *facts) rolls() error {
	for what, query := range map[string]string{
		"published and no roll, or two":       `SELECT a.id FROM office_approval a WHERE a.act = 'roll.publish' AND a.state = 'done' AND (SELECT count(*) FROM frozen_roll r WHERE r.approval = a.id) <> 1`,
		"a roll that nobody has approved":     `SELECT r.id FROM frozen_roll r WHERE r.kind = 'roll' AND NOT EXISTS (SELECT 1 FROM office_approval a WHERE a.id = r.approval AND a.state = 'done')`,
		"a publication that failed":           `SELECT answer FROM office_approval WHERE act = 'roll.publish' AND state = 'failed'`,
		"a roll without its statement":        `SELECT r.id FROM frozen_roll r WHERE NOT EXISTS (SELECT 1 FROM statement s WHERE s.kind = r.kind AND s.number = r.statement)`,
		"two rolls of one statement":          `SELECT min(id) FROM frozen_roll GROUP BY kind, statement HAVING count(*) > 1`,
		"a statement of no roll":              `SELECT s.id FROM statement s WHERE NOT EXISTS (SELECT 1 FROM frozen_roll r WHERE s.kind = r.kind AND s.number = r.statement)`,
		"a gap in the numbers of statements":  `SELECT kind FROM statement GROUP BY kind HAVING count(*) <> max(number)`,
		"two statements of one ledger entry":  `SELECT min(id) FROM statement WHERE entry >= 0 GROUP BY entry HAVING count(*) > 1`,
		"a roll without its row of the trail": `SELECT r.id FROM frozen_roll r WHERE (SELECT count(*) FROM audit_row a WHERE a.on_what = 'roll:' || r.id) <> 1`,
	} {
		if err := f.none(what, query); err != nil {
			return err
		}
	}
	done, approved, made := []string{}, []string{}, []string{}
	err := f.tx.Scan(`SELECT id, state FROM office_approval WHERE act = 'roll.publish'`, nil, func(r *database.Row) error {
		if r.Text(1) == "done" {
			done = append(done, r.Text(0))
		}
		if r.Text(1) == "done" || r.Text(1) == "approved" {
			approved = append(approved, r.Text(0))
		}
		return nil
	})
	if err == nil {
		err = f.tx.Scan(`SELECT id, file FROM frozen_roll`, nil, func(r *database.Row) error {
			made = append(made, r.Text(0))
			if name := r.Text(1); name != "" {
				if _, err := os.Stat(filepath.Join(f.dir, "frozen", name)); err != nil {
					f.t.Errorf("a frozen roll without its file: %v", err)
				}
			}
			return nil
		})
	}
	missing(f.t, "acknowledged as published and not so", f.record.words["published"], done)
	missing(f.t, "acknowledged as approved and not so", f.record.words["approved"], approved)
	missing(f.t, "acknowledged as indexed and not so", f.record.words["indexed"], made)
	return err
}

// entries is what the roll has by the authority's batches, but for people whom claims
// were about: without numbers, which depend on who else came in.
func (s *stage) entries(o *rollsOffice) (all []string) {
	s.t.Helper()
	skip := map[string]bool{}
	for i := range o.people.Len() {
		if p := o.people.At(i); touched(i) {
			skip[p.CNIC.Reveal()] = true
		}
	}
	err := o.db.View(s.t.Context(), func(tx *database.Tx) error {
		all = nil
		batches, err := o.feed.Batches(tx, 0, 1000)
		if err != nil {
			return err
		}
		sequence := map[rolls.Cause]string{}
		for _, b := range batches {
			sequence[b.ID.Cause()] = fmt.Sprint(b.Manifest.Sequence)
		}
		for _, b := range o.people.Areas() {
			err := o.roll.Of(tx, b.Code, func(e rolls.Entry) error {
				if at := e.Particulars; !skip[at.CNIC.Reveal()] && !strings.HasPrefix(string(e.Cause), "claim:") && !strings.HasPrefix(string(e.Cause), "appeal:") {
					all = append(all, fmt.Sprint(at.CNIC.Reveal(), " ", e.Block, e.List, " batch ", sequence[e.Cause], " ", at.NameEn, " ", at.Permanent.En))
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

// frozenAtRest holds the frozen rolls against ledger and files, once nothing goes on.
func (s *stage) frozenAtRest(o *rollsOffice) {
	t := s.t
	l, err := ledger.Open(t.Context(), filepath.Join(s.dir, "ledger"), ledger.Options{Key: s.key})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	var said []statement.Statement
	var all []frozen.Roll
	err = o.db.View(t.Context(), func(tx *database.Tx) error {
		said = nil
		for _, kind := range []frozen.Kind{frozen.Frozen, frozen.Index} {
			some, err := statement.All(tx, string(kind), 10_000)
			if err != nil {
				return err
			}
			said = append(said, some...)
		}
		all, err = o.keeper.All(tx, frozen.Frozen, 10_000)
		if err != nil {
			return err
		}
		between, err := o.keeper.All(tx, frozen.Index, 10_000)
		all = append(all, between...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]int{}
	for record, err := range l.Forward(t.Context(), 0) {
		if err != nil {
			t.Fatal(err)
		}
		if e := record.Entry; e.Kind == string(frozen.Frozen) || e.Kind == string(frozen.Index) {
			entries[fmt.Sprint(e.Kind, "/", e.Number)]++
			i := slices.IndexFunc(said, func(s statement.Statement) bool { return bytes.Equal(s.Bytes(), e.Bytes()) })
			if i < 0 || said[i].Entry != int64(record.Index) {
				t.Errorf("entry %d of the ledger is of no statement, or of one that stands elsewhere", record.Index)
			}
		}
	}
	for _, one := range said {
		if entries[one.ID()] != 1 || !one.Sealed() {
			t.Errorf("statement %s has %d entries in the ledger", one.ID(), entries[one.ID()])
		}
	}
	keep := map[string]bool{}
	newest, indexes := time.Time{}, 0
	current := ""
	for _, r := range all {
		if r.Published.IsZero() {
			t.Errorf("roll %s of %v was never released", r.Name, r.Made)
		}
		if r.Made.After(newest) {
			newest, current = r.Made, r.IndexFile
		}
		if r.Kind == frozen.Index {
			if indexes++; indexes <= 3 {
				keep[r.IndexFile] = true
			}
			continue
		}
		keep[r.File], keep[r.IndexFile] = true, true
		report, err := o.keeper.Verify(t.Context(), r.ID, l)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range report.Findings {
			// The frozen district is as it was; of another only the last roll.
			if changed := found.Where == "database" || found.Where == "index"; !changed || r.Scope.District == "district:sheikhupura" || r.ID == all[0].ID {
				t.Errorf("roll of %s: %v", r.Scope.District, found)
			}
		}
	}
	if in, err := os.ReadFile(filepath.Join(s.dir, currentFile)); err != nil || string(in) != current {
		t.Errorf("8300 answers from %s, and the newest index is %s (%v)", in, current, err)
	}
	files, err := os.ReadDir(filepath.Join(s.dir, "frozen"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !keep[file.Name()] {
			t.Errorf("%s was left behind", file.Name())
		}
		delete(keep, file.Name())
	}
	for name := range keep {
		t.Errorf("%s is not there", name)
	}
}
