package feed

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

const one, two, three = geography.BlockCode(183010203), geography.BlockCode(183010204), geography.BlockCode(440160404)

// desk is a service, an officer who may do everything with batches, and an authority.
type desk struct {
	*testing.T
	*officetest.Commission
	*Service
	roll *rolls.Store
	who  office.Acting
	key  *checkpoint.Key
	last batchfile.Manifest // the last that was made
	dir  string
}

const header = "action,as_of,cnic,kind,sex,name_en,name_ur,parent_en,parent_ur,relation,born,family," +
	"permanent_block,permanent_en,permanent_ur,temporary_block,temporary_en,temporary_ur,posting_block,posting_en,posting_ur,vote_at,service,province\n"

// each runs a test on both databases, with a roll of three blocks.
func each(t *testing.T, f func(d *desk)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(start(t, db)) })
}

func start(t *testing.T, db *database.DB) *desk {
	t.Helper()
	d := &desk{T: t, Commission: officetest.Open(t, db), dir: t.TempDir()}
	for _, migrate := range []func(context.Context, *database.DB) error{rolls.Migrate, phase.Migrate, Migrate} {
		if err := migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	d.who = d.Appoint(t, office.SecretariatOfficer, "secretariat")
	var err error
	if d.key, err = checkpoint.GenerateKey("authority.example"); err != nil {
		t.Fatal(err)
	}
	d.roll = rolls.NewStore(d.Keys, d.Now)
	d.Service = New(Config{DB: db, Keys: d.Keys, Rolls: d.roll, Phases: phase.NewStore(d.Book), Book: d.Book, Authorities: []note.Verifier{verifier(t, d.key)}, Now: d.Now})
	d.do(func(tx *database.Tx) error {
		return d.roll.PutBlocks(tx, []rolls.Block{
			{Code: one, NameEn: "One", DistrictEn: "Kasur", NA: "NA-131", PA: "PP-176"}, {Code: two, NameEn: "Two", DistrictEn: "Kasur", NA: "NA-131", PA: "PP-176"},
			{Code: three, NameEn: "Three", DistrictEn: "Karachi East", NA: "NA-235", PA: "PS-110"}})
	})
	return d
}

func verifier(t testing.TB, k *checkpoint.Key) note.Verifier {
	t.Helper()
	v, err := note.NewVerifier(k.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func (d *desk) do(f func(tx *database.Tx) error) {
	d.Helper()
	if err := d.DB.Update(d.Context(), f); err != nil {
		d.Fatal(err)
	}
}

// row is a row of a batch; cells name what is not as usual.
func row(action string, n int, cells ...string) string {
	v := map[string]string{"action": action, "as_of": "2026-02-01", "cnic": fmt.Sprintf("35102%08d", n), "sex": "M", "name_en": fmt.Sprintf("Person %d", n), "name_ur": "صفدر علی",
		"parent_en": "Parent", "born": "1980-05-06", "family": fmt.Sprint("F", n/3), "permanent_block": one.String(), "permanent_en": "House 1, Street 2", "province": "PB"}
	for _, c := range cells {
		name, value, _ := strings.Cut(c, "=")
		v[name] = value
	}
	var fields []string
	for name := range strings.SplitSeq(strings.TrimSpace(header), ",") {
		fields = append(fields, `"`+v[name]+`"`)
	}
	return strings.Join(fields, ",") + "\n"
}

// batch writes a file and its manifest, which follows the last one.
func (d *desk) batch(rows ...string) Delivery {
	d.Helper()
	path := filepath.Join(d.dir, fmt.Sprintf("batch-%d.csv", d.last.Sequence+1))
	if err := os.WriteFile(path, []byte(header+strings.Join(rows, "")), 0o600); err != nil {
		d.Fatal(err)
	}
	m, err := batchfile.Describe(d.Context(), path, nil)
	if err != nil {
		d.Fatal(err)
	}
	m.Authority, m.Batch, m.Sequence, m.Previous, m.Made = "authority.example", fmt.Sprint("B", d.last.Sequence+1), d.last.Sequence+1, d.last.SHA256, d.Now()
	d.last = *m
	return Delivery{File: path, Manifest: d.sign(m), By: d.who}
}

func (d *desk) sign(m *batchfile.Manifest) []byte {
	d.Helper()
	signed, err := m.Sign(d.key.Signer())
	if err != nil {
		d.Fatal(err)
	}
	return signed
}

func (d *desk) receive(del Delivery) Batch {
	d.Helper()
	b, err := d.Receive(d.Context(), del)
	if err != nil {
		d.Fatal(err)
	}
	return b
}

func (d *desk) apply(id ID) Batch {
	d.Helper()
	d.do(func(tx *database.Tx) error { return d.Apply(tx, id, d.who, "seen") })
	b, err := d.Service.Run(d.Context(), id, nil)
	if err != nil {
		d.Fatal(err)
	}
	return b
}

// list is who stands in a block: number and what is changed most.
func (d *desk) list(block geography.BlockCode) string {
	d.Helper()
	var lines []string
	d.do(func(tx *database.Tx) error {
		lines = nil
		return d.roll.Of(tx, block, func(e rolls.Entry) error {
			lines = append(lines, fmt.Sprintf("%v%d %s %s", e.List, e.Serial, e.CNIC.Reveal()[8:], e.NameEn))
			return nil
		})
	})
	return strings.Join(lines, "; ")
}

func (d *desk) entry(n int) (e rolls.Entry) {
	d.Helper()
	number, err := cnic.Parse(fmt.Sprintf("35102%08d", n))
	if err != nil {
		d.Fatal(err)
	}
	d.do(func(tx *database.Tx) (err error) { e, err = d.roll.ByCNIC(tx, number); return err })
	return e
}

func counts(b Batch) string {
	var s []string
	for _, o := range Outcomes() {
		if n := b.Done.Outcomes[o]; n > 0 {
			s = append(s, fmt.Sprint(o, " ", n))
		}
	}
	return strings.Join(s, ", ")
}

func previewed(b Batch) string { return counts(Batch{Done: Done{Outcomes: b.Preview.Outcomes}}) }

// TestLifeOfBatches goes through what batches do to the roll, and takes it back.
func TestLifeOfBatches(t *testing.T) {
	each(t, func(d *desk) {
		first := d.batch(row("new", 1), row("new", 2, "sex=F"), row("new", 3), row("new", 4), row("new", 5, "born=2015"), row("new", 6, "permanent_block=999999999"),
			row("new", 7, "sex=Q"), row("new", 8, "cnic=123"), row("new", 3, "name_en=Again"), row("death", 9))
		b := d.receive(first)
		if b.State != Previewed || b.Rows != 7 || b.Rejected != 3 || previewed(b) != "added 4, absent 1, barred 2" {
			t.Fatalf("%+v\n%s", b, previewed(b))
		}
		if got := b.Preview.Rejects; len(got) != 3 || got["sex"] != 1 || got["cnic"] != 1 || got["cnic_twice"] != 1 {
			t.Errorf("rejects %v", got)
		}
		if d.list(one) != "" {
			t.Error("a preview changed the roll")
		}
		if again := d.receive(first); again.ID != b.ID || again.State != Previewed {
			t.Errorf("the same again: %+v", again)
		}
		b = d.apply(b.ID)
		if b.State != Applied || counts(b) != "added 4, absent 1, barred 2" || b.Done.Bars[rolls.BarYoung] != 1 || b.Done.Bars[rolls.BarNoBlock] != 1 {
			t.Errorf("%+v", b)
		}
		before := d.list(one)
		if before != "M1 00001 Person 1; M2 00003 Person 3; M3 00004 Person 4; F1 00002 Person 2" {
			t.Errorf("the list is %s", before)
		}
		if again := d.receive(first); again.ID != b.ID || again.State != Applied {
			t.Errorf("the same again: %+v", again)
		}
		d.Pass(time.Hour)
		// 1 dies, 2 moves, 3 is corrected, 4 is as it was; 10 is new in another district.
		second := d.batch(row("death", 1, "name_en=", "name_ur="), row("change", 2, "sex=", "permanent_block="+two.String()), row("change", 3, "name_en=Person Three"), row("new", 4),
			row("new", 10, "permanent_block="+three.String()))
		b = d.receive(second)
		if want := "added 1, moved 1, corrected 1, died 1, same 1"; previewed(b) != want {
			t.Errorf("preview: %s, want %s", previewed(b), want)
		}
		if b.Preview.Districts["Kasur"][Moved] != 1 || b.Preview.Districts["Karachi East"][Added] != 1 || len(b.Preview.Samples[Corrected]) != 1 {
			t.Errorf("%+v", b.Preview)
		}
		for _, s := range b.Preview.Samples[Corrected] {
			if strings.Contains(s.Name, "Person") || strings.Contains(s.Name, "صفدر") || strings.Contains(s.CNIC, "00003") || strings.Join(s.Changed, ",") != "name" {
				t.Errorf("a sample shows %+v", s)
			}
		}
		b = d.apply(b.ID)
		if d.list(one) != "M2 00003 Person Three; M3 00004 Person 4" || d.list(two) != "F1 00002 Person 2" || d.list(three) != "M1 00010 Person 10" {
			t.Errorf("%s | %s | %s", d.list(one), d.list(two), d.list(three))
		}
		if e := d.entry(1); e.Standing != rolls.Off || e.Cause != "feed:2" || e.NameEn != "Person 1" {
			t.Errorf("the dead: %v %v", e.Standing, e.Cause)
		}
		// Taken back as a whole.
		d.do(func(tx *database.Tx) error { return d.Reverse(tx, b.ID, d.who, "a test") })
		if b, err := d.Service.Run(d.Context(), b.ID, nil); err != nil || b.State != Reversed || b.Done.Restored != 3 || b.Done.Unloaded != 1 || b.Done.Left != 0 {
			t.Errorf("%+v %v", b, err)
		}
		if d.list(one) != before || d.list(two)+d.list(three) != "" {
			t.Errorf("after the reversal: %s | %s | %s", d.list(one), d.list(two), d.list(three))
		}
		// What was reversed can come again; it is another batch then.
		b = d.receive(second)
		if b.ID != 3 || previewed(b) != "added 1, moved 1, corrected 1, died 1, same 1" {
			t.Errorf("again: %v %s", b.ID, previewed(b))
		}
		d.verify()
	})
}

// verify looks for each act on a batch in the trail, and for anything personal.
func (d *desk) verify() {
	d.Helper()
	page, err := audit.Search(d.Context(), d.DB, audit.Query{Act: "feed.", Limit: 1000})
	if err != nil || len(page.Rows) == 0 {
		d.Fatal(err)
	}
	for _, r := range page.Rows {
		text := r.ChangesText() + r.Reason
		if strings.Contains(text, "Person") || strings.Contains(text, "3510200000") {
			d.Errorf("row %d tells %s", r.Seq, text)
		}
	}
}

// TestRefusals: each thing wrong with a batch has its own refusal, and leaves nothing.
func TestRefusals(t *testing.T) {
	each(t, func(d *desk) {
		good := d.batch(row("new", 1))
		d.receive(good)
		first := d.last
		next := func(change func(m *batchfile.Manifest)) Delivery {
			d.last = first
			del := d.batch(row("new", 2), row("new", 3))
			m := d.last
			change(&m)
			del.Manifest = d.sign(&m)
			return del
		}
		cell := batchfile.Cell{Province: "PB", Sex: "M", Action: "new"}
		for name, c := range map[string]struct {
			code string
			del  Delivery
		}{
			"signature": {"signature", func() Delivery {
				del := next(func(*batchfile.Manifest) {})
				del.Manifest = bytes.Replace(del.Manifest, []byte(`"rows":2`), []byte(`"rows":3`), 1)
				return del
			}()},
			"gap":      {"sequence", next(func(m *batchfile.Manifest) { m.Sequence = 5 })},
			"backward": {"sequence", next(func(m *batchfile.Manifest) { m.Sequence = 1 })},
			"previous": {"previous", next(func(m *batchfile.Manifest) { m.Previous = strings.Repeat("ab", 32) })},
			"digest":   {"digest", next(func(m *batchfile.Manifest) { m.SHA256 = strings.Repeat("ab", 32) })},
			"rows":     {"counts", next(func(m *batchfile.Manifest) { m.Rows, m.Counts = 3, batchfile.Counts{cell: 3} })},
			"sex": {"counts", next(func(m *batchfile.Manifest) {
				m.Counts = batchfile.Counts{cell: 1, {Province: "PB", Sex: "F", Action: "new"}: 1}
			})},
			"province": {"counts", next(func(m *batchfile.Manifest) { m.Counts = batchfile.Counts{{Province: "SD", Sex: "M", Action: "new"}: 2} })},
		} {
			var refusal *Refusal
			if b, err := d.Receive(d.Context(), c.del); !errors.As(err, &refusal) || refusal.Code != c.code {
				t.Errorf("%s: %v %v, want %s", name, b.State, err, c.code)
			}
		}
		var staged int
		d.do(func(tx *database.Tx) error {
			return tx.QueryRow(`SELECT COUNT(*) FROM feed_chunk WHERE batch > 1`).Scan(&staged)
		})
		if staged != 0 {
			t.Errorf("%d chunks are left of refused batches", staged)
		}
		// The right one goes in afterwards.
		d.last = first
		if b := d.receive(d.batch(row("new", 2), row("new", 3))); b.State != Previewed {
			t.Errorf("%v", b.State)
		}
		nobody := d.Officer(t, "secretariat")
		del := d.batch(row("new", 4))
		del.By = nobody
		var no *office.Refusal
		if _, err := d.Receive(d.Context(), del); !errors.As(err, &no) {
			t.Errorf("an officer without the role: %v", err)
		}
		for what, f := range map[string]func(tx *database.Tx) error{
			"apply":   func(tx *database.Tx) error { return d.Apply(tx, 1, nobody, "x") },
			"discard": func(tx *database.Tx) error { return d.Discard(tx, 1, nobody, "x") },
			"reverse": func(tx *database.Tx) error { return d.Reverse(tx, 1, nobody, "x") },
		} {
			if err := d.DB.Update(t.Context(), f); !errors.As(err, &no) {
				t.Errorf("%s by an officer without the role: %v", what, err)
			}
		}
		var order *EarlierError
		var state *StateError
		if err := d.Fails(t, func(tx *database.Tx) error { return d.Apply(tx, 7, d.who, "x") }); !errors.As(err, &order) && !errors.Is(err, ErrNoBatch) && !errors.As(err, &state) {
			t.Errorf("%v", err)
		}
	})
}
