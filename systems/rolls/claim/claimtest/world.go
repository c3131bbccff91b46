// Package claimtest is a small commission with a roll of three blocks and claims, for
// tests of the pages that stand on package claim: the district of Kasur with its officers
// and a display centre, one-time codes that the test can read, and a calendar that it
// sets. Its people do not exist. TestWholeWay of package door and TestBatch of package
// centre stand on it.
package claimtest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/officetest"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/otp"
	"intikhab/systems/rolls/phase"
)

// The blocks of the roll: two of Kasur, one of Lahore.
const (
	Kasur1 = geography.BlockCode(176010101)
	Kasur2 = geography.BlockCode(176010102)
	Lahore = geography.BlockCode(177020201)
)

// Calendar is what time it is for all rolls, as the test sets it.
type Calendar struct {
	mu    sync.Mutex
	rules phase.Rules
}

// Set has a phase of a revision last from ten days before now to twenty after it;
// Continuous is no revision at all.
func (c *Calendar) Set(p phase.Phase, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rules = phase.Rules{}
	if p != phase.Continuous {
		from, last := office.DayOf(now.AddDate(0, 0, -10)), office.DayOf(now.AddDate(0, 0, 20))
		c.rules.Programmes = []phase.Programme{{Row: phase.Row{ID: "test", Version: 1, Scope: []area.Area{area.Country}},
			Kind: phase.SpecialRevision, Steps: []phase.Step{{Phase: p, From: from}}, Last: last}}
	}
}

// Rules are the rows.
func (c *Calendar) Rules(*database.Tx) (*phase.Rules, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	rules := c.rules
	return &rules, nil
}

// Check is the store's.
func (c *Calendar) Check(tx *database.Tx, a phase.Areas, d phase.Deed, now time.Time) error {
	rules, _ := c.Rules(tx) // it has no error
	return rules.Allows(a, d, now)
}

// A World is the commission.
type World struct {
	*officetest.Commission
	Roll     *rolls.Store
	Claims   *claim.Store
	Codes    *otp.Store
	Calendar *Calendar
	Operator office.Acting // of the display centre
	Officer  office.Acting // the Registration Officer of Kasur
	Revising office.Acting // the Revising Authority of Kasur
	Stranger office.Acting // the Registration Officer of Lahore

	notices *notice.Service
	mu      sync.Mutex
	told    []notice.Notice
}

// Put has the real service put a notice, and shows it to the test.
func (w *World) Put(tx *database.Tx, n notice.Notice) (string, error) {
	id, err := w.notices.Put(tx, n)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err == nil {
		w.told = append(w.told, n)
	}
	return id, err
}

// Code is the last one-time code that was sent, "" if none was.
func (w *World) Code() (code string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, n := range w.told {
		if n.Data["code"] != "" {
			code = n.Data["code"]
		}
	}
	return code
}

// Sent is how many notices were put.
func (w *World) Sent() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.told)
}

// Open makes the commission in an empty database.
func Open(t testing.TB, db *database.DB) *World {
	t.Helper()
	w := &World{Commission: officetest.Open(t, db), Calendar: &Calendar{}}
	w.make(t, db)
	return w
}

func (w *World) make(t testing.TB, db *database.DB) {
	t.Helper()
	for _, err := range []error{rolls.Migrate(t.Context(), db), notice.Migrate(t.Context(), db), claim.Migrate(t.Context(), db), otp.Migrate(t.Context(), db)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	outbox, err := bus.NewOutbox(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if w.notices, err = notice.New(notice.Config{DB: db, Outbox: outbox, Keys: w.Keys, Now: w.Now}, append(claim.Told(), otp.Told()...)...); err != nil {
		t.Fatal(err)
	}
	w.Roll = rolls.NewStore(w.Keys, w.Now)
	w.Claims = claim.NewStore(claim.Config{Rolls: w.Roll, Phases: w.Calendar, Book: w.Book, Keys: w.Keys, Notices: w, Track: "https://roll.example.org/voters/claim/", Now: w.Now})
	w.Codes = otp.New(db, w.Keys, w, otp.Standard(), w.Now)
	w.Update(t, func(tx *database.Tx) error {
		blocks := []rolls.Block{
			{Code: Kasur1, NameEn: "Kot Murad Khan", NameUr: "کوٹ مراد خان", TehsilEn: "Kasur", TehsilUr: "قصور", DistrictEn: "Kasur", DistrictUr: "قصور", NA: "NA-131", PA: "PP-175"},
			{Code: Kasur2, NameEn: "Kot Usman Khan", NameUr: "کوٹ عثمان خان", TehsilEn: "Kasur", TehsilUr: "قصور", DistrictEn: "Kasur", DistrictUr: "قصور", NA: "NA-131", PA: "PP-176"},
			{Code: Lahore, NameEn: "Anarkali", NameUr: "انارکلی", TehsilEn: "Lahore City", TehsilUr: "لاہور شہر", DistrictEn: "Lahore", DistrictUr: "لاہور", NA: "NA-118", PA: "PP-147"},
		}
		return w.Roll.PutBlocks(tx, blocks)
	})
	w.Operator = w.Appoint(t, office.DataEntryOperator, "display-kasur-1")
	w.Officer = w.Appoint(t, office.RegistrationOfficer, "district-kasur")
	w.Revising = w.Appoint(t, office.RevisingAuthority, "district-kasur")
	w.Stranger = w.Appoint(t, office.RegistrationOfficer, "district-lahore")
}

// Number is the CNIC of person n.
func Number(n int) cnic.Number {
	number, err := cnic.FromUint64(3510200000000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return number
}

// Voter puts person n on the women's list of a block.
func (w *World) Voter(t testing.TB, n int, block geography.BlockCode) (e rolls.Entry) {
	t.Helper()
	w.Update(t, func(tx *database.Tx) (err error) {
		e, err = w.Roll.Add(tx, block, geography.Female, rolls.Particulars{
			CNIC: Number(n), NameEn: fmt.Sprintf("Ghulam Fatima %d", n), NameUr: "غلام فاطمہ", ParentEn: "Allah Ditta", ParentUr: "اللہ دتہ",
			Born: rolls.Date{Year: 1984, Month: 7, Day: 23}, Family: fmt.Sprint("F", n),
			Permanent: rolls.Address{Block: block, En: "House 3", Ur: "مکان 3"}}, "feed:1")
		return err
	})
	return e
}
