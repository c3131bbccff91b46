package claim

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/officetest"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/phase"
	"intikhab/test/databases"
)

const (
	kasur1 = geography.BlockCode(176010101)
	kasur2 = geography.BlockCode(176010102)
	lahore = geography.BlockCode(177020201)
)

// calendar is a phase that the test sets, by the real table of what a phase allows; it
// may have been another before an instant.
type calendar struct {
	is, was phase.Phase
	until   time.Time
}

func (c *calendar) Check(_ *database.Tx, _ phase.Areas, d phase.Deed, now time.Time) error {
	if now.Before(c.until) {
		return phase.Allows(phase.State{Phase: c.was}, d)
	}
	return phase.Allows(phase.State{Phase: c.is}, d)
}

// world is a commission with two districts, a roll of three blocks and its claims.
type world struct {
	*testing.T
	*officetest.Commission
	*Store
	Roll    *rolls.Store
	phases  *calendar
	notices *notice.Service
	told    []notice.Notice
	people  int

	operator, assistant, ro, ra, dec office.Acting // of Kasur
	roLahore                         office.Acting
}

// Put has the real service put the notice, and shows it to the test.
func (w *world) Put(tx *database.Tx, n notice.Notice) (string, error) {
	id, err := w.notices.Put(tx, n)
	if err == nil {
		w.told = append(w.told, n)
	}
	return id, err
}

func each(t *testing.T, f func(w *world)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(open(t, db)) })
}

func open(t *testing.T, db *database.DB) *world {
	w := &world{T: t, Commission: officetest.Open(t, db), phases: &calendar{is: phase.Continuous}}
	for _, migrate := range []func() error{
		func() error { return rolls.Migrate(t.Context(), db) },
		func() error { return notice.Migrate(t.Context(), db) },
		func() error { return Migrate(t.Context(), db) },
	} {
		if err := migrate(); err != nil {
			t.Fatal(err)
		}
	}
	outbox, err := bus.NewOutbox(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if w.notices, err = notice.New(notice.Config{DB: db, Outbox: outbox, Keys: w.Keys, Now: w.Commission.Now}, Told()...); err != nil {
		t.Fatal(err)
	}
	w.Roll = rolls.NewStore(w.Keys, w.Commission.Now)
	w.Store = NewStore(Config{Rolls: w.Roll, Phases: w.phases, Book: w.Book, Keys: w.Keys, Notices: w, Track: "https://roll.example.org/claim/", Now: w.Commission.Now})
	w.do(func(tx *database.Tx) error {
		blocks := []rolls.Block{
			{Code: kasur1, NameEn: "Kot Murad Khan", NameUr: "کوٹ مراد خان", DistrictEn: "Kasur", NA: "NA-131", PA: "PP-175"},
			{Code: kasur2, NameEn: "Kot Usman Khan", NameUr: "کوٹ عثمان خان", DistrictEn: "Kasur", NA: "NA-131", PA: "PP-176"},
			{Code: lahore, NameEn: "Anarkali", NameUr: "انارکلی", DistrictEn: "Lahore", NA: "NA-118", PA: "PP-147"},
		}
		for i := range blocks {
			blocks[i].Place()
			if blocks[i].District.IsZero() {
				return fmt.Errorf("no district %s", blocks[i].DistrictEn)
			}
		}
		return w.Roll.PutBlocks(tx, blocks)
	})
	w.operator = w.Appoint(t, office.DataEntryOperator, "display-kasur-1")
	w.assistant = w.Appoint(t, office.AssistantRegistrationOfficer, "district-kasur")
	w.ro = w.Appoint(t, office.RegistrationOfficer, "district-kasur")
	w.ra = w.Appoint(t, office.RevisingAuthority, "district-kasur")
	w.dec = w.Appoint(t, office.DistrictCommissioner, "district-kasur")
	w.roLahore = w.Appoint(t, office.RegistrationOfficer, "district-lahore")
	return w
}

func (w *world) do(f func(tx *database.Tx) error) {
	w.Helper()
	if err := w.DB.Update(w.Context(), f); err != nil {
		w.Fatal(err)
	}
}

// refused does what must be refused for a reason, and checks that nothing is left of it.
func (w *world) refused(why Why, f func(tx *database.Tx) error) {
	w.Helper()
	before := w.rows()
	err := w.DB.Update(w.Context(), f)
	if r := (*Refused)(nil); !errors.As(err, &r) || r.Why != why {
		w.Errorf("%v, and should be refused: %s", err, why)
	}
	if after := w.rows(); after != before {
		w.Errorf("refused (%s), and the rows of claims, history, roll, trail and notices were %v and are %v", why, before, after)
	}
}

// fails is refused for another package's error.
func (w *world) fails(want error, f func(tx *database.Tx) error) {
	w.Helper()
	before := w.rows()
	if err := w.DB.Update(w.Context(), f); !errors.Is(err, want) {
		w.Errorf("%v, want %v", err, want)
	}
	if after := w.rows(); after != before {
		w.Errorf("it failed, and rows were %v and are %v", before, after)
	}
}

// forbidden is refused since the officer may not.
func (w *world) forbidden(f func(tx *database.Tx) error) {
	w.Helper()
	before := w.rows()
	err := w.DB.Update(w.Context(), f)
	if r := (*office.Refusal)(nil); !errors.As(err, &r) {
		w.Errorf("%v, and the officer may not", err)
	}
	if after := w.rows(); after != before {
		w.Errorf("forbidden, and rows were %v and are %v", before, after)
	}
}

// rows counts what a step may write.
func (w *world) rows() (n [7]int64) {
	w.Helper()
	w.do(func(tx *database.Tx) error {
		return tx.QueryRow(`SELECT (SELECT coalesce(sum(version), 0) FROM claim_claim), (SELECT count(*) FROM claim_event), (SELECT count(*) FROM claim_document),
			(SELECT coalesce(sum(version), 0) FROM rolls_voter), (SELECT count(*) FROM rolls_change), (SELECT seq FROM audit_head), (SELECT count(*) FROM notice)`).
			Scan(&n[0], &n[1], &n[2], &n[3], &n[4], &n[5], &n[6])
	})
	return n
}

func number13(n int) cnic.Number {
	number, err := cnic.FromUint64(3510200000000 + uint64(n))
	if err != nil {
		panic(err)
	}
	return number
}

func telephone(n int) sms.MSISDN {
	m, err := sms.ParseMSISDN(fmt.Sprintf("0300%07d", n))
	if err != nil {
		panic(err)
	}
	return m
}

func claimant(n int) Claimant {
	return Claimant{CNIC: number13(n), NameEn: fmt.Sprintf("Ghulam Fatima %d", n), NameUr: "غلام فاطمہ", Telephone: telephone(n), Confirmed: true, Language: words.English}
}

// card is of a woman who lives in Kasur, and has a temporary address in another block.
func card(n int) rolls.Card {
	return rolls.Card{Kind: rolls.NIC, List: geography.Female, Valid: true, Particulars: rolls.Particulars{
		CNIC: number13(n), NameEn: fmt.Sprintf("Ghulam Fatima %d", n), NameUr: "غلام فاطمہ", ParentEn: "Allah Ditta", ParentUr: "اللہ دتہ",
		Born: rolls.Date{Year: 1984, Month: 7, Day: 23}, Family: fmt.Sprint("F", n),
		Permanent: rolls.Address{Block: kasur1, En: "House 3", Ur: "مکان ۳"}, Temporary: rolls.Address{Block: kasur1, En: "Shop 4", Ur: "دکان ۴"},
		Posting: rolls.Address{Block: kasur2, En: "School 1", Ur: "سکول ۱"},
	}}
}

// voter puts a person on the roll.
func (w *world) voter(n int, block geography.BlockCode) (e rolls.Entry) {
	w.Helper()
	w.do(func(tx *database.Tx) (err error) {
		e, err = w.Roll.Add(tx, block, geography.Female, card(n).Particulars, "feed:1")
		return err
	})
	return e
}

func (w *world) entry(n int) (e rolls.Entry) {
	w.Helper()
	w.do(func(tx *database.Tx) (err error) {
		e, err = w.Roll.ByCNIC(tx, number13(n))
		if errors.Is(err, rolls.ErrNoVoter) {
			err = nil
		}
		return err
	})
	return e
}

func (w *world) take1(by office.Acting, f Filing) Receipt {
	w.Helper()
	var r Receipt
	w.do(func(tx *database.Tx) (err error) {
		r, err = w.Receive(tx, by, f)
		return err
	})
	return r
}

func enrolment(form Form, n int) Filing {
	return Filing{Form: form, Source: Web, Claimant: claimant(n), Card: card(n)}
}

func objection(form Form, by, against int) Filing {
	return Filing{Form: form, Source: Web, Claimant: claimant(by), Against: Against{CNIC: number13(against)}, Ground: HasDied}
}

func correction(form Form, n int, wishes ...Wish) Filing {
	if wishes == nil {
		wishes = []Wish{{FieldNameEn, "Ghulam Fatima Bibi"}, {FieldBorn, "1985-01-02"}}
	}
	return Filing{Form: form, Source: Web, Claimant: claimant(n), Wishes: wishes}
}

// filing is one of each kind, about person n, who is on the roll unless it is an
// enrolment.
func (w *world) filing(form Form, n int) Filing {
	switch form.Kind() {
	case Objection:
		w.voter(n, kasur1)
		return objection(form, n+5000, n)
	case Correction:
		w.voter(n, kasur1)
		return correction(form, n)
	}
	return enrolment(form, n)
}

func (w *world) claim(n receipt.Number) (c Claim) {
	w.Helper()
	w.do(func(tx *database.Tx) (err error) {
		c, err = w.get(tx, n)
		return err
	})
	return c
}

// judge is who decides a form.
func (w *world) judge(f Form) office.Acting {
	if f.Display() {
		return w.ra
	}
	return w.ro
}

func (w *world) hearingAt(f Form) Hearing {
	return Hearing{At: w.Commission.Now().AddDate(0, 0, 5), Place: words.Both{En: "Tehsil office, Kasur", Ur: "تحصیل دفتر، قصور"}, Officer: w.judge(f).Officer}
}

// step takes a step on a claim in the ordinary way, as whoever may.
func (w *world) step(tx *database.Tx, c Claim, step Step, o Outcome) error {
	judge := w.judge(c.Form)
	entry := int64(0)
	if e, found, err := w.Entry(tx, &c); err != nil {
		return err
	} else if found {
		entry = e.Version
	}
	d := Decision{Outcome: o, Reasons: "the card was seen"}
	switch step {
	case Return:
		return w.Return(tx, w.assistant, c.Number, c.Version, "a copy of the card")
	case Complete:
		return w.Complete(tx, office.Acting{}, c.Number, c.Version, "here it is", nil)
	case List:
		return w.List(tx, w.assistant, c.Number, c.Version, w.hearingAt(c.Form))
	case Adjourn:
		return w.Adjourn(tx, judge, c.Number, c.Version, w.hearingAt(c.Form), "the claimant is ill")
	case Hear:
		return w.Hear(tx, judge, c.Number, c.Version, "both appeared")
	case Decide:
		return w.Decide(tx, judge, c.Number, c.Version, entry, d)
	case Appeal:
		who := ByClaimant
		if c.Outcome == Allowed {
			who = ByOther
		}
		return w.Appeal(tx, office.Acting{}, c.Number, c.Version, who, "it is not so")
	case Settle:
		return w.Settle(tx, w.dec, c.Number, c.Version, entry, d)
	case Withdraw:
		return w.Withdraw(tx, office.Acting{}, c.Number, c.Version, "I have moved")
	}
	return fmt.Errorf("no step %s", step)
}

// walk takes a claim through steps; a decision in the middle rejects.
func (w *world) walk(n receipt.Number, steps ...Step) Claim {
	w.Helper()
	for _, step := range steps {
		c := w.claim(n)
		if step == Hear || step == Decide && c.State == Listed {
			w.until(c.Hearing.At)
		}
		w.do(func(tx *database.Tx) error { return w.step(tx, c, step, Rejected) })
	}
	return w.claim(n)
}

// decide decides a claim in the state that it has.
func (w *world) decide(n receipt.Number, o Outcome) Claim {
	w.Helper()
	c := w.claim(n)
	w.do(func(tx *database.Tx) error { return w.step(tx, c, Decide, o) })
	return w.claim(n)
}

// next is a number of a person whom the test has not used yet.
func (w *world) next() int {
	w.people++
	return w.people
}

// nobody is the claimant himself.
func (w *world) nobody() office.Acting { return office.Acting{} }

// until lets time pass until an instant that is to come.
func (w *world) until(t time.Time) { w.Pass(max(0, t.Sub(w.Commission.Now()))) }
