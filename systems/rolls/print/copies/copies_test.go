package copies

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/officetest"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/supplement"
	"intikhab/systems/rolls/trace"
	"intikhab/test/databases"
	"intikhab/test/need"
)

// paper is a ledger in memory, that fails when it is told to.
type paper struct {
	records []ledger.Record
	size    uint64 // published
	fails   error
	half    bool // what is appended comes in, and the answer is lost
}

func (p *paper) Append(_ context.Context, entries ...[]byte) (uint64, error) {
	if p.fails != nil && !p.half {
		return 0, p.fails
	}
	first := uint64(len(p.records))
	for _, b := range entries {
		e, err := ledger.ParseEntry(b)
		if err != nil {
			return 0, err
		}
		p.records = append(p.records, ledger.Record{Index: uint64(len(p.records)), Entry: e})
	}
	if p.fails != nil {
		return 0, p.fails
	}
	p.size = uint64(len(p.records))
	return first, nil
}

func (p *paper) Backward(context.Context) iter.Seq2[ledger.Record, error] {
	return func(yield func(ledger.Record, error) bool) {
		for _, r := range slices.Backward(p.records) {
			if !yield(r, nil) {
				return
			}
		}
	}
}

func (p *paper) Checkpoint() ([]byte, checkpoint.Checkpoint) {
	return nil, checkpoint.Checkpoint{Size: p.size}
}

// desk is a service over a roll of a few blocks in Lahore, one of them in NA-118.
type desk struct {
	*officetest.Commission
	*Service
	store        *rolls.Store
	log          *paper
	block        rolls.Block
	lahore, here office.Acting // district election commissioners of Lahore
	kasur        office.Acting
}

func start(t *testing.T, db *database.DB) *desk {
	t.Helper()
	d := &desk{Commission: officetest.Open(t, db), log: &paper{}}
	d.store = rolls.NewStore(d.Keys, d.Now)
	if err := errors.Join(rolls.Migrate(t.Context(), db), supplement.Migrate(t.Context(), db), Migrate(t.Context(), db)); err != nil {
		t.Fatal(err)
	}
	d.Service = New(Config{DB: db, Store: d.store, Keys: d.Keys, Book: d.Book, Desk: d.Desk, Ledger: d.log, Dir: t.TempDir(),
		Qualifying: func() rolls.Date { return rolls.Date{Year: 2026, Month: 1, Day: 1} }})
	pop, err := people.New(people.Config{Voters: 900, Seed: 4, Districts: []string{"Lahore"}})
	if err != nil {
		t.Fatal(err)
	}
	areas := pop.Areas()
	for i := range areas {
		areas[i].NA = []geography.Constituency{"NA-118", "NA-119"}[i%2]
	}
	d.block = areas[0]
	var all []rolls.Addition
	for i := range pop.Len() {
		p := pop.At(i).Clone()
		all = append(all, p.Addition())
	}
	d.Commission.Update(t, func(tx *database.Tx) error { return d.store.PutBlocks(tx, areas) })
	loader, err := d.store.Loader(t.Context(), db, "feed:1")
	if err != nil {
		t.Fatal(err)
	}
	part, err := loader.Prepare(t.Context(), all)
	if err != nil {
		t.Fatal(err)
	}
	d.Commission.Update(t, func(tx *database.Tx) error { return loader.Write(tx, part) })
	d.lahore, d.here = d.Appoint(t, office.DistrictCommissioner, "district-lahore"), d.Appoint(t, office.DistrictCommissioner, "district-lahore")
	d.kasur = d.Appoint(t, office.DistrictCommissioner, "district-kasur")
	d.lahore.Name = "Officer of Lahore"
	return d
}

func each(t *testing.T, f func(t *testing.T, d *desk)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(t, start(t, db)) })
}

func candidate() Copy {
	return Copy{Kind: ForCandidate, Recipient: "Muhammad Aslam", Seat: "NA-118", Languages: []words.Language{words.Urdu}, Reason: "application of the candidate"}
}

// ask has one officer ask and gives the copy.
func (d *desk) ask(t *testing.T, c Copy) Copy {
	t.Helper()
	d.Commission.Update(t, func(tx *database.Tx) (err error) {
		c, err = d.Ask(tx, d.lahore, c)
		return err
	})
	return c
}

func (d *desk) approve(t *testing.T, by office.Acting, c Copy) error {
	t.Helper()
	return d.DB.Update(t.Context(), func(tx *database.Tx) error {
		a, err := d.Desk.Get(tx, c.Approval)
		if err != nil {
			return err
		}
		_, err = d.Desk.Approve(tx, by, a.ID, a.Hash, "yes")
		return err
	})
}

func (d *desk) get(t *testing.T, n uint32) (c Copy) {
	t.Helper()
	d.View(t, func(tx *database.Tx) (err error) { c, err = d.Get(tx, n); return err })
	return c
}

// TestCopy: a copy is asked for by one officer, allowed by another, printed once, put
// into the ledger, and only then handed over; nobody else can do any of it.
func TestCopy(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		err := d.DB.Update(t.Context(), func(tx *database.Tx) error { _, err := d.Ask(tx, d.kasur, candidate()); return err })
		var refusal *office.Refusal
		if !errors.As(err, &refusal) {
			t.Errorf("the officer of Kasur asks for Lahore: %v", err)
		}
		for _, bad := range []Copy{{Recipient: " ", Seat: "NA-118"}, {Recipient: "A", Seat: "NA-999"}, {Recipient: "A", Seat: "NA-1"}, {Recipient: strings.Repeat("A", 61), Seat: "NA-118"}} {
			bad.Reason = "a test"
			if err := d.DB.Update(t.Context(), func(tx *database.Tx) error { _, err := d.Ask(tx, d.lahore, bad); return err }); err == nil {
				t.Errorf("a copy for %q of %s was asked for", bad.Recipient, bad.Seat)
			}
		}
		c := d.ask(t, candidate())
		if n, err := d.Work(t.Context()); n != 0 || err != nil {
			t.Errorf("before the second officer %d are made, %v", n, err)
		}
		for _, by := range []office.Acting{d.lahore, d.kasur} {
			if err := d.approve(t, by, c); err == nil {
				t.Error("who asked, or another district's officer, approved")
			}
		}
		if err := d.approve(t, d.here, c); err != nil {
			t.Fatal(err)
		}
		d.log.fails = ledger.ErrUnpublished
		d.log.half = true
		if n, err := d.Work(t.Context()); n != 0 || !errors.Is(err, ledger.ErrUnpublished) {
			t.Errorf("while the ledger does not publish: %d, %v", n, err)
		}
		if _, _, err := d.Bundle(t.Context(), d.lahore, c.Number, "handed over"); !errors.Is(err, ErrNotReady) {
			t.Errorf("a copy that the ledger has not published is handed over: %v", err)
		}
		if n, err := d.Work(t.Context()); n != 0 || !errors.Is(err, ledger.ErrUnpublished) {
			t.Errorf("still unpublished: %d, %v", n, err)
		}
		d.log.fails, d.log.size = nil, uint64(len(d.log.records))
		if n, err := d.Work(t.Context()); n != 1 || err != nil {
			t.Fatalf("%d are made, %v", n, err)
		}
		if n, err := d.Work(t.Context()); n != 0 || err != nil || len(d.log.records) != 1 {
			t.Errorf("once more: %d, %v; %d entries of the ledger", n, err, len(d.log.records))
		}
		d.handed(t, d.get(t, c.Number))
	})
}

// handed checks what is handed over, and its receipt.
func (d *desk) handed(t *testing.T, c Copy) {
	t.Helper()
	var refusal *office.Refusal
	if _, _, err := d.Bundle(t.Context(), d.kasur, c.Number, "a reason"); !errors.As(err, &refusal) {
		t.Errorf("the officer of Kasur hands it over: %v", err)
	}
	if _, _, err := d.Bundle(t.Context(), d.lahore, c.Number, ""); err == nil {
		t.Error("it is handed over without a reason")
	}
	file, _, err := d.Bundle(t.Context(), d.lahore, c.Number, "to the candidate, against signature")
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(file)
	file.Close()
	if sum := sha256.Sum256(data); err != nil || hex.EncodeToString(sum[:]) != c.SHA256 {
		t.Errorf("what is handed over has another hash; %v", err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) < 3 {
		t.Fatalf("%v", err)
	}
	b, err := d.Receipt(c)
	if err != nil {
		t.Fatal(err)
	}
	var r Receipt
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	e, err := ledger.ParseEntry([]byte(r.Entry))
	if err != nil || !strings.Contains(r.Statement, c.SHA256) || e.Commitment != ledger.Commit([32]byte(r.Salt), []byte(r.Statement)) || d.log.records[r.Index].Entry != e {
		t.Errorf("the receipt %s does not lead to the ledger: %v", b, err)
	}
	if strings.Contains(string(b), "Aslam") {
		t.Error("the receipt names the recipient")
	}
	var state approval.State
	d.View(t, func(tx *database.Tx) error {
		a, err := d.Desk.Get(tx, c.Approval)
		state = a.State
		if strings.Contains(string(a.Payload), "Aslam") {
			t.Error("the approval names the recipient")
		}
		return err
	})
	page, err := audit.Search(t.Context(), d.DB, audit.Query{On: c.On()})
	if err != nil || state != approval.Done {
		t.Errorf("the approval is %s; %v", state, err)
	}
	shown, refused := 0, 0
	for _, row := range page.Rows {
		if row.Outcome == audit.Shown {
			shown++
		}
		if row.Outcome == audit.Refused {
			refused++
		}
	}
	if len(page.Rows) < 2 || shown != 1 {
		t.Errorf("%d rows, %d of showing", len(page.Rows), shown)
	}
	if err := os.WriteFile(filepath.Join(d.dir(c), "bundles", "NA-118.zip"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := d.Bundle(t.Context(), d.lahore, c.Number, "a reason"); err == nil {
		t.Error("a bundle that was changed is handed over")
	}
}

// TestAnotherRecipient: a row whose recipient was changed after the second officer looked
// is not printed.
func TestAnotherRecipient(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		c := d.ask(t, candidate())
		if err := d.approve(t, d.here, c); err != nil {
			t.Fatal(err)
		}
		d.Commission.Update(t, func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE print_copy SET recipient = ? WHERE number = 1`, d.Keys.Seal(table, sealed, "1", []byte("Somebody Else")))
			return err
		})
		if _, err := d.Work(t.Context()); err == nil {
			t.Error("it was made")
		}
		if got := d.get(t, c.Number); got.State != Void || len(d.log.records) != 0 {
			t.Errorf("it is %s, the ledger has %d", got.State, len(d.log.records))
		}
	})
}

// TestPrintBlock: an officer prints a block of his jurisdiction with a reason; it is in
// the audit trail, and the row has the file's hash.
func TestPrintBlock(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		want := BlockPrint{Block: d.block.Code, Purpose: print.Office, Language: words.Urdu, Reason: "hearing of 2 March"}
		var refusal *office.Refusal
		if _, _, err := d.PrintBlock(t.Context(), d.kasur, want); !errors.As(err, &refusal) {
			t.Errorf("the officer of Kasur prints Lahore: %v", err)
		}
		none := want
		none.Reason = ""
		if _, _, err := d.PrintBlock(t.Context(), d.lahore, none); err == nil {
			t.Error("printed without a reason")
		}
		wrong := want
		wrong.Purpose = print.Candidate
		if _, _, err := d.PrintBlock(t.Context(), d.lahore, wrong); !errors.Is(err, ErrPurpose) {
			t.Errorf("a candidate's copy by one officer: %v", err)
		}
		c, file, err := d.PrintBlock(t.Context(), d.lahore, want)
		sum := sha256.Sum256(file)
		if err != nil || !bytes.HasPrefix(file, []byte("%PDF-1.7")) || d.get(t, c.Number).SHA256 != hex.EncodeToString(sum[:]) || c.Kind != ForOfficer {
			t.Fatalf("%v, %v", c, err)
		}
		page, err := audit.Search(t.Context(), d.DB, audit.Query{On: "block:" + d.block.Code.String(), Outcome: audit.Shown})
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Reason != want.Reason || page.Rows[0].Officer != string(d.lahore.Officer) {
			t.Errorf("rows %v, %v", page.Rows, err)
		}
		d.View(t, func(tx *database.Tx) error {
			mine, _, err := d.Visible(tx, d.lahore, 0, 50)
			theirs, next, also := d.Visible(tx, d.kasur, 0, 50)
			if len(mine) != 1 || len(theirs) != 0 || next != 0 {
				t.Errorf("%d are seen from Lahore, %d from Kasur", len(mine), len(theirs))
			}
			return errors.Join(err, also)
		})
	})
}

func TestSupplement(t *testing.T) {
	each(t, func(t *testing.T, d *desk) {
		if _, err := d.IssueSupplement(t.Context(), d.lahore, d.block.Code, "the month is over"); !errors.Is(err, supplement.ErrUnprinted) {
			t.Errorf("before a print: %v", err)
		}
		d.Commission.Update(t, func(tx *database.Tx) error {
			if _, err := d.store.Consolidate(tx, d.block.Code); err != nil {
				return err
			}
			return nil
		})
		d.Pass(1)
		d.Pass(1e9)
		d.Commission.Update(t, func(tx *database.Tx) error {
			all, err := d.store.All(tx, d.block.Code)
			if err != nil {
				return err
			}
			_, err = d.store.Remove(tx, all[0].ID, all[0].Version, rolls.Died, "claim:1")
			return err
		})
		var refusal *office.Refusal
		if _, err := d.IssueSupplement(t.Context(), d.kasur, d.block.Code, "a reason"); !errors.As(err, &refusal) {
			t.Errorf("the officer of Kasur issues Lahore's: %v", err)
		}
		s, err := d.IssueSupplement(t.Context(), d.lahore, d.block.Code, "the month is over")
		if err != nil || s.Number != 1 {
			t.Fatalf("supplement %d, %v", s.Number, err)
		}
		_, file, err := d.PrintBlock(t.Context(), d.lahore, BlockPrint{Block: d.block.Code, Purpose: print.Polling, Language: words.English, Supplement: true, Reason: "for the Presiding Officer"})
		if err != nil || len(file) == 0 {
			t.Error(err)
		}
	})
}

// scanned is a page of a file as a scanner with a little noise gives it.
func scanned(t *testing.T, file []byte, page string) image.Image {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "copy.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(need.Program(t, "Debian's poppler-utils", "pdftoppm"), "-r", "300", "-gray", "-png", "-singlefile", "-f", page, path, filepath.Join(dir, "scan")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(filepath.Join(dir, "scan.png"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestTrace: a scan of any page leads back to its copy, for an officer who may know, and
// the trail has who was told.
func TestTrace(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		d := start(t, db)
		d.ask(t, candidate()) // copy 1, another
		c, file, err := d.PrintBlock(t.Context(), d.lahore, BlockPrint{Block: d.block.Code, Purpose: print.Office, Language: words.Urdu, Reason: "a test"})
		if err != nil {
			t.Fatal(err)
		}
		page := scanned(t, file, "2")
		clerk := d.Appoint(t, office.SecretariatOfficer, "secretariat")
		var refusal *office.Refusal
		if _, _, err := d.Trace(t.Context(), d.kasur, page, "found in a shop"); !errors.As(err, &refusal) {
			t.Errorf("the officer of Kasur is told: %v", err)
		}
		r, whose, err := d.Trace(t.Context(), clerk, page, "found in a shop")
		if err != nil || r.Copy != c.Number || whose.Recipient != d.lahore.Name || r.Chance > 1e-6 {
			t.Errorf("copy %d, chance %g, %v", r.Copy, r.Chance, err)
		}
		if r, _, err := d.Trace(t.Context(), office.AtShell(), page, "found in a shop"); err != nil || r.Copy != c.Number {
			t.Errorf("at the shell: copy %d, %v", r.Copy, err)
		}
		blank := image.NewGray(image.Rect(0, 0, 2000, 2800))
		for i := range blank.Pix {
			blank.Pix[i] = 255
		}
		if _, _, err := d.Trace(t.Context(), clerk, blank, "a test"); !errors.Is(err, trace.ErrNoMark) {
			t.Errorf("a white page: %v", err)
		}
	})
}

// No copy is asked for while the phase of one of its blocks does not allow it.
func TestPhaseOfACopy(t *testing.T) {
	d := start(t, databases.Open(t, databases.SQLite(t)))
	closed := errors.New("the roll is on display")
	d.cfg.Phases = func(_ *database.Tx, b *rolls.Block) error {
		if b.Code == d.block.Code {
			return closed
		}
		return nil
	}
	if err := d.DB.Update(t.Context(), func(tx *database.Tx) error { _, err := d.Ask(tx, d.lahore, candidate()); return err }); !errors.Is(err, closed) {
		t.Errorf("asked for during display: %v", err)
	}
	d.cfg.Phases = func(*database.Tx, *rolls.Block) error { return nil }
	d.ask(t, candidate())
}
