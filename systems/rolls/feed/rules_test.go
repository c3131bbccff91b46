package feed

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/phase"
	"intikhab/test/need"
)

// TestDecide is the table of what a row does, by what the roll has of the person.
func TestDecide(t *testing.T) {
	u := rule{on: rolls.Date{Year: 2026, Month: 6, Day: 1}, made: rolls.Date{Year: 2026, Month: 3, Day: 1}, known: func(c geography.BlockCode) bool { return c == one || c == two }}
	card := func(change func(r *batchfile.Row)) *batchfile.Row {
		r := &batchfile.Row{Action: batchfile.New, SexGiven: true}
		r.NameEn, r.Born, r.Valid, r.Permanent = "Name", rolls.Date{Year: 1990}, true, rolls.Address{Block: one, En: "Street"}
		if change != nil {
			change(r)
		}
		return r
	}
	same := func(r *batchfile.Row) {}
	do := func(a batchfile.Action) func(r *batchfile.Row) {
		return func(r *batchfile.Row) { r.Action, r.Valid = a, a == batchfile.New || a == batchfile.Change }
	}
	entry := func(change func(e *rolls.Entry)) *rolls.Entry {
		e := &rolls.Entry{Block: one, Standing: rolls.OnRoll, Particulars: card(nil).Particulars}
		if change != nil {
			change(e)
		}
		return e
	}
	off := entry(func(e *rolls.Entry) { e.Standing = rolls.Off })
	on := entry(nil)
	late, early := rolls.Date{Year: 2026, Month: 3, Day: 1}, rolls.Date{Year: 2026, Month: 2, Day: 28}
	for _, c := range []struct {
		what    string
		row     *batchfile.Row
		e       *rolls.Entry
		decided rolls.Date
		want    Outcome
		bar     rolls.Bar
	}{
		{"new", card(same), nil, rolls.Date{}, Added, ""},
		{"a change of somebody unknown", card(do(batchfile.Change)), nil, rolls.Date{}, Added, ""},
		{"as it is", card(same), on, rolls.Date{}, Same, ""},
		{"only the number", &batchfile.Row{Action: batchfile.Change, Card: rolls.Card{List: rolls.List(3), Valid: true}}, on, rolls.Date{}, Same, ""},
		{"back", card(same), off, rolls.Date{}, Returned, ""},
		{"name", card(func(r *batchfile.Row) { r.NameEn = "Other" }), on, rolls.Date{}, Corrected, ""},
		{"house", card(func(r *batchfile.Row) { r.Permanent.En = "House" }), on, rolls.Date{}, Corrected, ""},
		{"block", card(func(r *batchfile.Row) { r.Permanent.Block = two }), on, rolls.Date{}, Moved, ""},
		{"list", card(func(r *batchfile.Row) { r.List = geography.X }), on, rolls.Date{}, Moved, ""},
		{"death", card(do(batchfile.Death)), on, rolls.Date{}, Died, ""},
		{"death after a decision", card(do(batchfile.Death)), on, late, Died, ""},
		{"death of one who left", card(do(batchfile.Death)), off, rolls.Date{}, Absent, ""},
		{"death of nobody", card(do(batchfile.Death)), nil, rolls.Date{}, Absent, ""},
		{"cancelled", card(do(batchfile.Cancel)), on, rolls.Date{}, Cancelled, ""},
		{"cancelled before the decision", card(do(batchfile.Cancel)), on, late, Newer, ""},
		{"a decision of the batch's day", card(func(r *batchfile.Row) { r.NameEn = "Other" }), on, late, Newer, ""},
		{"a decision of the day before", card(func(r *batchfile.Row) { r.NameEn = "Other" }), on, early, Corrected, ""},
		{"a card of the day before the decision", card(func(r *batchfile.Row) { r.NameEn, r.AsOf = "Other", rolls.Date{Year: 2026, Month: 2, Day: 27} }), on, early, Newer, ""},
		{"taken off by a decision, and an older card", card(same), off, late, Newer, ""},
		{"young", card(func(r *batchfile.Row) { r.Born = rolls.Date{Year: 2010} }), nil, rolls.Date{}, Barred, rolls.BarYoung},
		{"elsewhere", card(func(r *batchfile.Row) { r.Permanent.Block = three }), on, rolls.Date{}, Barred, rolls.BarNoBlock},
		{"a new card without sex", card(func(r *batchfile.Row) { r.SexGiven, r.List = false, rolls.List(3) }), nil, rolls.Date{}, Barred, rolls.BarSex},
		{"chose the temporary address", card(func(r *batchfile.Row) {
			r.Temporary, r.Chosen, r.VoteAt = rolls.Address{Block: two, En: "T"}, rolls.TemporaryAddress, true
		}), on, rolls.Date{}, Moved, ""},
	} {
		if d := u.decide(c.row, c.e, c.decided); d.Outcome != c.want || d.bar != c.bar {
			t.Errorf("%s: %s %s, want %s %s", c.what, d.Outcome, d.bar, c.want, c.bar)
		}
	}
	// A change that says nothing of it leaves the photograph, and where the vote is.
	e := entry(func(e *rolls.Entry) {
		e.Photograph, e.Temporary, e.Chosen, e.Block = "face", rolls.Address{Block: two, En: "T"}, rolls.TemporaryAddress, two
	})
	if d := u.decide(card(func(r *batchfile.Row) { r.NameUr = "نام" }), e, rolls.Date{}); d.Outcome != Corrected || d.p.Photograph != "face" || d.p.Chosen != rolls.TemporaryAddress || d.at.Block != two {
		t.Errorf("%+v", d)
	}
}

// freeze closes the rolls of a constituency.
func (d *desk) freeze(seat geography.Constituency) (open func()) {
	d.Helper()
	store := phase.NewStore(d.Book)
	store.Register(d.Desk)
	second := d.Appoint(d.T, office.SecretariatOfficer, "secretariat")
	why := words.Both{En: "a seat is empty", Ur: "نشست خالی ہے"}
	var a approval.Approval
	d.do(func(tx *database.Tx) (err error) {
		a, err = store.AskFreeze(tx, d.Desk, d.who, phase.Freezer{Kind: phase.ByeElection, Scope: []area.Area{area.OfConstituency(seat)}, Basis: office.DayOf(d.Now()), Reason: why})
		return err
	})
	d.do(func(tx *database.Tx) error { _, err := d.Desk.Approve(tx, second, a.ID, a.Hash, ""); return err })
	return func() {
		d.Pass(24 * time.Hour)
		d.do(func(tx *database.Tx) error {
			_, err := store.Close(tx, d.who, a.ID, office.DayOf(d.Now()), why)
			return err
		})
		d.Pass(48 * time.Hour)
	}
}

// TestFrozenRowsWait: rows of a frozen area wait in their batch, and are applied by a
// later run; a batch is not taken back while one of its areas is frozen.
func TestFrozenRowsWait(t *testing.T) {
	each(t, func(d *desk) {
		b := d.apply(d.receive(d.batch(row("new", 1), row("new", 2, "permanent_block="+three.String()))).ID)
		open := d.freeze("NA-235")
		second := d.receive(d.batch(row("new", 3), row("new", 4, "permanent_block="+three.String()), row("change", 1, "permanent_block="+three.String()), row("death", 2)))
		if previewed(second) != "added 1, waits 3" {
			t.Errorf("preview: %s", previewed(second))
		}
		second = d.apply(second.ID)
		if second.State != Applied || second.Waiting != 3 || counts(second) != "added 1" {
			t.Errorf("%+v", second)
		}
		second = d.apply(second.ID) // still frozen: nothing happens
		if second.Waiting != 3 || d.list(three) != "M1 00002 Person 2" {
			t.Errorf("%+v, %s", second, d.list(three))
		}
		var frozen *FrozenError
		if err := d.Fails(t, func(tx *database.Tx) error { return d.Reverse(tx, b.ID, d.who, "x") }); !errors.As(err, &frozen) || frozen.Areas != 1 {
			t.Errorf("%v", err)
		}
		open()
		second = d.apply(second.ID)
		if second.Waiting != 0 || counts(second) != "added 2, moved 1, died 1" || d.list(three) != "M2 00004 Person 4; M3 00001 Person 1" {
			t.Errorf("%s, %s", counts(second), d.list(three))
		}
		var state *StateError
		if err := d.Fails(t, func(tx *database.Tx) error { return d.Apply(tx, second.ID, d.who, "x") }); !errors.As(err, &state) {
			t.Errorf("%v", err)
		}
	})
}

// TestDecisionsStay: what an officer decided after the card's day stays, and so does
// what was decided after a batch that is taken back.
func TestDecisionsStay(t *testing.T) {
	each(t, func(d *desk) {
		first := d.apply(d.receive(d.batch(row("new", 1), row("new", 2), row("new", 3))).ID)
		d.Pass(48 * time.Hour)
		decide := func(n int, name string) {
			e := d.entry(n)
			p := e.Particulars
			p.NameEn = name
			d.do(func(tx *database.Tx) error {
				_, err := d.roll.Correct(tx, e.ID, e.Version, p, rolls.Mistake, "claim:23-2026-000001")
				return err
			})
		}
		decide(1, "Decided")
		b := d.apply(d.receive(d.batch(row("change", 1, "name_en=Of The Card"), row("change", 2, "name_en=Of The Card"))).ID)
		if counts(b) != "corrected 1, newer 1" || d.entry(1).NameEn != "Decided" {
			t.Errorf("%s %s", counts(b), d.entry(1).NameEn)
		}
		decide(2, "Decided Later")
		for _, id := range []ID{b.ID, first.ID} {
			d.do(func(tx *database.Tx) error { return d.Reverse(tx, id, d.who, "x") })
			b, err := d.Service.Run(t.Context(), id, nil)
			if err != nil || b.State != Reversed {
				t.Fatal(b, err)
			}
			var left []rolls.VoterID
			d.do(func(tx *database.Tx) (err error) { left, err = d.Left(tx, id, 0, 10); return err })
			want := map[ID]string{b.ID: fmt.Sprint([]rolls.VoterID{d.entry(2).ID})}[id]
			if id == first.ID {
				want = fmt.Sprint([]rolls.VoterID{d.entry(1).ID, d.entry(2).ID})
			}
			if fmt.Sprint(left) != want || b.Done.Left != int64(len(left)) {
				t.Errorf("batch %v leaves %v, want %s", id, left, want)
			}
		}
		if d.list(one) != "M1 00001 Decided; M2 00002 Decided Later" {
			t.Errorf("%s", d.list(one))
		}
	})
}

// TestTwoProcesses: of two runs of a batch one does the work, and nothing is done twice.
func TestTwoProcesses(t *testing.T) {
	each(t, func(d *desk) {
		d.cfg.Bytes = 500
		var rows []string
		for n := range 60 {
			rows = append(rows, row("new", n))
		}
		b := d.receive(d.batch(rows...))
		d.do(func(tx *database.Tx) error { return d.Apply(tx, b.ID, d.who, "x") })
		taken := 0
		_, err := d.Service.Run(t.Context(), b.ID, func(done, total int64) {
			if done == 3 {
				other := New(d.cfg)
				if b, err := other.Run(t.Context(), b.ID, nil); err != nil || b.State != Applied {
					t.Errorf("the second process: %v %v", b.State, err)
				}
				taken++
			}
		})
		if !errors.Is(err, ErrTaken) || taken != 1 {
			t.Errorf("the first process: %v", err)
		}
		if got := strings.Count(d.list(one), ";") + 1; got != 60 {
			t.Errorf("%d are on the list", got)
		}
	})
}

// TestNothingPersonalIsInTheClear reads the database's own file while a batch waits.
func TestNothingPersonalIsInTheClear(t *testing.T) {
	dir := t.TempDir()
	db, err := database.Open(t.Context(), filepath.Join(dir, "roll.db"))
	if err != nil {
		t.Fatal(err)
	}
	d := start(t, db)
	b := d.receive(d.batch(row("new", 1, "name_en=Secretname"), row("new", 2, "born=1980-02-30", "name_en=Secretname")))
	var rejects bytes.Buffer
	if err := d.WriteRejects(t.Context(), b.ID, d.who, "", &rejects); !errors.Is(err, ErrReason) {
		t.Errorf("rejects without a reason: %v", err)
	}
	if err := d.WriteRejects(t.Context(), b.ID, d.who, "sent back", &rejects); err != nil || !strings.Contains(rejects.String(), "3,born,") || !strings.Contains(rejects.String(), "Secretname") {
		t.Errorf("%v %s", err, rejects.String())
	}
	page, err := audit.Search(t.Context(), db, audit.Query{Act: string(ActRejects)})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].Outcome != audit.Shown {
		t.Errorf("the trail: %+v %v", page.Rows, err)
	}
	db.Close()
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"Secretname", "صفدر", "3510200000001", "House 1"} {
			if bytes.Contains(text, []byte(secret)) {
				t.Errorf("%s has %q", filepath.Base(name), secret)
			}
		}
	}
}

// TestForeignFile takes another country's voter file through its mapping into the roll:
// what comes in, what is barred and what is rejected adds up to its lines.
func TestForeignFile(t *testing.T) {
	file := need.Shared(t, "data/voter-file-us/ncvoter_sample_pseudonymised.txt.gz")
	text, err := os.ReadFile("batchfile/testdata/north-carolina.toml")
	if err != nil {
		t.Fatal(err)
	}
	m, err := batchfile.ParseMapping(text)
	if err != nil {
		t.Fatal(err)
	}
	each(t, func(d *desk) {
		d.do(func(tx *database.Tx) error {
			return d.roll.PutBlocks(tx, []rolls.Block{{Code: 990000001, NameEn: "Alamance"}})
		})
		about, err := batchfile.Describe(t.Context(), file, m)
		if err != nil {
			t.Fatal(err)
		}
		about.Authority, about.Batch, about.Sequence, about.Made = "authority.example", "NC", 1, d.Now()
		b := d.receive(Delivery{File: file, Manifest: d.sign(about), Mapping: m, By: d.who})
		b = d.apply(b.ID)
		if b.Manifest.Rows != 1000 || b.Rejected != 21 || counts(b) != "added 899, absent 80" || b.Preview.Rejects["action"] != 21 {
			t.Errorf("%d rows, %d rejected %v, %s, %v", b.Manifest.Rows, b.Rejected, b.Preview.Rejects, counts(b), b.Done.Bars)
		}
		var on [geography.Genders]int
		d.do(func(tx *database.Tx) (err error) { on, err = d.roll.Count(tx, 990000001); return err })
		if on[0]+on[1]+on[2] != 899 || on[2] == 0 {
			t.Errorf("on the lists: %v", on)
		}
	})
}
