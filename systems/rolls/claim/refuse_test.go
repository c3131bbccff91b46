package claim

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/phase"
)

// TestFormsAndPhases: every form in every phase, by a table by hand: whether it is
// taken, and whether what it asks for can be done then.
func TestFormsAndPhases(t *testing.T) {
	taken := map[bool][]phase.Phase{true: {phase.Display, phase.Claims}, false: {phase.Continuous}}
	done := map[bool][]phase.Phase{true: {phase.Claims, phase.Revision}, false: {phase.Continuous, phase.Periodic, phase.Draft}}
	home := map[bool]phase.Phase{true: phase.Claims, false: phase.Continuous}
	each(t, func(w *world) {
		for _, form := range Forms() {
			for _, p := range phase.Phases() {
				w.phases.is = p
				n := w.next()
				f := w.filing(form, n)
				err := w.DB.Update(t.Context(), func(tx *database.Tx) error { _, err := w.Receive(tx, office.Acting{}, f); return err })
				if r := (*phase.Refusal)(nil); errors.As(err, &r) == slices.Contains(taken[form.Display()], p) || err != nil && r == nil {
					t.Errorf("form %d in %s: %v", form, p, err)
				}
				n = w.next()
				w.phases.is = home[form.Display()]
				number := w.take1(office.Acting{}, w.filing(form, n)).Number
				w.walk(number, List, Hear)
				w.phases.is = p
				c := w.claim(number)
				for _, o := range []Outcome{Allowed, Rejected} {
					may := o == Rejected || slices.Contains(done[form.Display()], p)
					err := w.DB.Update(t.Context(), func(tx *database.Tx) error {
						if err := w.step(tx, c, Decide, o); err != nil {
							return err
						}
						return errUndo
					})
					if r := (*phase.Refusal)(nil); may && err != errUndo || !may && !errors.As(err, &r) {
						t.Errorf("form %d %s in %s: %v", form, o, p, err)
					}
				}
			}
		}
	})
}

var errUndo = errors.New("it would have been done")

func TestWhoMay(t *testing.T) {
	each(t, func(w *world) {
		f := enrolment(Form21, 1)
		f.Source = Desk
		w.forbidden(func(tx *database.Tx) error { _, err := w.Receive(tx, w.roLahore, f); return err })
		w.forbidden(func(tx *database.Tx) error { _, err := w.Receive(tx, w.ra, f); return err })
		n := w.take1(w.operator, f).Number
		d := Decision{Outcome: Allowed, Reasons: "x"}
		for name, by := range map[string]office.Acting{"nobody": {}, "operator": w.operator, "assistant": w.assistant, "revising authority": w.ra, "commissioner": w.dec, "of Lahore": w.roLahore} {
			t.Log(name)
			w.forbidden(func(tx *database.Tx) error { return w.Decide(tx, by, n, 1, 0, d) })
		}
		for _, by := range []office.Acting{{}, w.operator, w.dec, w.roLahore} {
			w.forbidden(func(tx *database.Tx) error { return w.List(tx, by, n, 1, w.hearingAt(Form21)) })
			w.forbidden(func(tx *database.Tx) error { return w.Return(tx, by, n, 1, "x") })
		}
		w.forbidden(func(tx *database.Tx) error { _, err := w.Read(tx, w.roLahore, n, "x"); return err })
		w.forbidden(func(tx *database.Tx) error { _, err := w.Reveal(tx, w.operator, n, "x"); return err })
		w.forbidden(func(tx *database.Tx) error { _, err := w.Document(tx, w.roLahore, n, "x", "x"); return err })
		w.do(func(tx *database.Tx) error {
			r, err := w.Reveal(tx, w.ro, n, "to telephone her")
			if err != nil || r.Claimant != number13(1).RevealDashed() || r.Telephone == "" {
				t.Errorf("revealed %v", err)
			}
			if page, total, err := w.Find(tx, w.roLahore, Query{}); err != nil || total != 0 || page != nil {
				t.Errorf("Lahore lists %d, %v", total, err)
			}
			page, total, err := w.Find(tx, w.operator, Query{})
			if err != nil || total != 1 || page[0].Claimant.NameEn != "" || page[0].Name == "" || page[0].Name == "Ghulam Fatima 1" {
				t.Errorf("Kasur lists %d: %v, %v", total, page, err)
			}
			counts, err := w.Counts(tx, w.ro)
			if err != nil || counts[Received] != 1 {
				t.Errorf("counted %v, %v", counts, err)
			}
			return nil
		})
		h := w.hearingAt(Form21)
		h.Officer = w.ra.Officer
		w.refused(NoPower, func(tx *database.Tx) error { return w.List(tx, w.ro, n, 1, h) })
		h = w.hearingAt(Form21)
		h.At = w.Commission.Now().Add(time.Hour)
		w.refused(TooSoon, func(tx *database.Tx) error { return w.List(tx, w.ro, n, 1, h) })

		// who entered a claim, or is a party of it, does not decide it
		f = enrolment(Form21, 2)
		f.Source = Desk
		own := w.take1(w.ro, f).Number
		w.refused(Entered, func(tx *database.Tx) error { return w.Decide(tx, w.ro, own, 1, 0, d) })
		var me cnic.Number
		w.do(func(tx *database.Tx) error {
			o, err := w.Book.Officer(tx, w.ro.Officer)
			me = o.Personal.CNIC
			return err
		})
		f = enrolment(Form21, 3)
		f.Claimant.CNIC = me
		mine := w.take1(office.Acting{}, f).Number
		w.refused(IsParty, func(tx *database.Tx) error { return w.Decide(tx, w.ro, mine, 1, 0, d) })
		w.refused(IsParty, func(tx *database.Tx) error { return w.List(tx, w.assistant, mine, 1, w.hearingAt(Form21)) })
		w.fails(ErrMissing, func(tx *database.Tx) error { _, err := w.Read(tx, w.ro, receipt.New(21), "x"); return err })
		w.fails(office.ErrReason, func(tx *database.Tx) error { return w.Decide(tx, w.ro, n, 1, 0, Decision{Outcome: Allowed}) })
	})
}

func TestSameOfficerDoesNotJudgeHisAppeal(t *testing.T) {
	each(t, func(w *world) {
		n := w.take1(office.Acting{}, enrolment(Form21, 1)).Number
		w.decide(n, Rejected)
		c := w.walk(n, Appeal)
		w.Grant(t, office.Grant{Officer: w.ro.Officer, Office: "district-kasur", Role: office.DistrictCommissioner, From: office.DayOf(w.Commission.Now())})
		w.refused(SameOfficer, func(tx *database.Tx) error {
			return w.Settle(tx, w.ro, n, c.Version, 0, Decision{Outcome: Allowed, Reasons: "x"})
		})
	})
}

func TestFilings(t *testing.T) {
	each(t, func(w *world) {
		w.voter(1, kasur1)
		change := func(f Filing, how func(*Filing)) Filing { how(&f); return f }
		ok := enrolment(Form21, 5)
		for name, c := range map[string]struct {
			f    Filing
			want Why
		}{
			"no form":          {change(ok, func(f *Filing) { f.Form = 18 }), Incomplete},
			"no CNIC":          {change(ok, func(f *Filing) { f.Claimant.CNIC = cnic.Number{} }), Incomplete},
			"no name":          {change(ok, func(f *Filing) { f.Claimant.NameEn, f.Claimant.NameUr = " ", "\u200f" }), Incomplete},
			"not confirmed":    {change(ok, func(f *Filing) { f.Claimant.Confirmed = false }), Unconfirmed},
			"no telephone":     {change(ok, func(f *Filing) { f.Claimant.Telephone = sms.MSISDN{} }), Unconfirmed},
			"as an operator":   {change(ok, func(f *Filing) { f.Source = Desk }), Unconfirmed},
			"too young":        {change(ok, func(f *Filing) { f.Card.Born.Year = 2015 }), NotEnrolled},
			"no such block":    {change(ok, func(f *Filing) { f.Card.Permanent.Block = 7 }), NotEnrolled},
			"at the posting":   {change(ok, func(f *Filing) { f.Card.Chosen = rolls.PostingAddress }), NotEnrolled},
			"no wish":          {change(correction(Form23, 1), func(f *Filing) { f.Wishes = nil }), Incomplete},
			"a wish twice":     {correction(Form23, 1, Wish{FieldNameEn, "A"}, Wish{FieldNameEn, "B"}), Incomplete},
			"no day of birth":  {correction(Form23, 1, Wish{FieldBorn, "soon"}), Incomplete},
			"no such field":    {correction(Form23, 1, Wish{"salary", "1"}), Incomplete},
			"no such relation": {correction(Form23, 1, Wish{FieldRelation, "cousin"}), Incomplete},
			"not on the roll":  {correction(Form23, 77), Incomplete}, // and no block was given
			"no ground":        {change(objection(Form22, 2, 1), func(f *Filing) { f.Ground = "envy" }), Incomplete},
			"another, unsaid":  {change(objection(Form22, 2, 1), func(f *Filing) { f.Ground = OtherGround }), Incomplete},
			"against nobody":   {change(objection(Form22, 2, 1), func(f *Filing) { f.Against = Against{} }), Incomplete},
			"a script": {change(ok, func(f *Filing) {
				f.Documents = []attachment.Document{{What: attachment.Card, Content: []byte("<script>")}}
			}), BadDocument},
			"too many documents": {change(ok, func(f *Filing) { f.Documents = make([]attachment.Document, 7) }), ManyDocument},
		} {
			t.Log(name)
			w.refused(c.want, func(tx *database.Tx) error { _, err := w.Receive(tx, office.Acting{}, c.f); return err })
		}
		ok.Documents = []attachment.Document{{What: attachment.Proof, Content: []byte("%PDF-1.4\nstartxref\n0\n%%EOF\n")}}
		n := w.take1(office.Acting{}, ok).Number
		w.do(func(tx *database.Tx) error {
			f, err := w.Read(tx, w.ro, n, "to decide")
			if err != nil || len(f.Documents) != 1 || len(f.Events) != 1 || f.Claimant.CNIC != number13(5) || f.Card.CNIC != number13(5) || f.Claimant.Telephone != telephone(5) {
				t.Fatalf("read %v, %v", f, err)
			}
			d, err := w.Document(tx, w.ro, n, f.Documents[0].ID, "to decide")
			if err != nil || d.Kind != attachment.PDF || string(d.Content) != string(ok.Documents[0].Content) {
				t.Errorf("the document is %s, %v", d.Kind, err)
			}
			return nil
		})
		if page, err := audit.Search(t.Context(), w.DB, audit.Query{On: "claim:" + string(n), Outcome: audit.Shown}); err != nil || len(page.Rows) != 1 {
			t.Errorf("%d rows of who saw it, %v", len(page.Rows), err)
		}
	})
}

// TestOffline: a device without network: its claims come in once, with what has happened
// meanwhile.
func TestOffline(t *testing.T) {
	each(t, func(w *world) {
		e := w.voter(1, kasur1)
		began := w.Commission.Now()
		offline := func(f Filing, id string) Filing {
			f.Source, f.Device, f.Filled = Centre, id, began
			return f
		}
		f := offline(correction(Form17, 1), "device-7-claim-0001")
		f.Seen = e.Version
		w.phases.is = phase.Claims
		first := w.take1(w.operator, f)
		again := w.take1(w.operator, f)
		if first.Again || !again.Again || again.Number != first.Number || len(first.Conflicts) != 0 {
			t.Errorf("sent twice: %+v and %+v", first, again)
		}
		other := offline(correction(Form17, 2), f.Device)
		w.refused(IsFiled, func(tx *database.Tx) error { _, err := w.Receive(tx, w.operator, other); return err })

		// hours later: the window is over, the entry was changed, and her other claim is open
		w.Pass(5 * time.Hour)
		w.do(func(tx *database.Tx) error {
			_, err := w.Roll.Correct(tx, e.ID, e.Version, card(1).Particulars, rolls.Mistake, "feed:2")
			return err
		})
		w.phases.was, w.phases.is, w.phases.until = phase.Claims, phase.Revision, began.Add(time.Hour)
		late := offline(correction(Form17, 1), "device-7-claim-0002")
		late.Seen = e.Version
		r := w.take1(w.operator, late)
		if want := []Conflict{Overtaken, PhaseClosed, OpenClaim}; !slices.Equal(r.Conflicts, want) {
			t.Errorf("conflicts %v, want %v", r.Conflicts, want)
		}
		late.Device, late.Seen = "device-7-claim-0003", 0 // it had not looked: the time tells
		if r := w.take1(w.operator, late); !slices.Contains(r.Conflicts, Overtaken) {
			t.Errorf("conflicts %v", r.Conflicts)
		}
		w.do(func(tx *database.Tx) error {
			page, n, err := w.Find(tx, w.ro, Query{Conflict: true})
			if n != 2 || !slices.Contains(page[0].Conflicts, PhaseClosed) {
				t.Errorf("%d claims with conflicts: %v", n, page)
			}
			return err
		})
		w.decide(first.Number, Allowed) // the Revising Authority decides what came in late as well
		// filled in after the window, or with a clock that is wrong
		late.Device, late.Filled = "device-7-claim-0004", w.Commission.Now().Add(-time.Hour)
		err := w.DB.Update(t.Context(), func(tx *database.Tx) error { _, err := w.Receive(tx, w.operator, late); return err })
		if r := (*phase.Refusal)(nil); !errors.As(err, &r) {
			t.Errorf("filled in too late: %v", err)
		}
		for _, at := range []time.Time{w.Commission.Now().Add(time.Hour), w.Commission.Now().AddDate(0, 0, -15)} {
			late.Filled = at
			w.refused(BadClock, func(tx *database.Tx) error { _, err := w.Receive(tx, w.operator, late); return err })
		}
		late.Device, late.Filled = "short", began
		w.refused(Incomplete, func(tx *database.Tx) error { _, err := w.Receive(tx, w.operator, late); return err })

		absent := offline(objection(Form16, 3, 88), "device-7-claim-0005")
		absent.Against.Block = kasur2
		if r := w.take1(w.operator, absent); !slices.Equal(r.Conflicts, []Conflict{NotOnRoll, PhaseClosed}) {
			t.Errorf("conflicts %v", r.Conflicts)
		} else {
			c := w.walk(r.Number, List, Hear)
			w.refused(NoEntry, func(tx *database.Tx) error { return w.step(tx, c, Decide, Allowed) })
			w.decide(r.Number, Rejected)
		}
	})
}

func TestCauseList(t *testing.T) {
	each(t, func(w *world) {
		w.voter(1, kasur1)
		a := w.walk(w.take1(office.Acting{}, objection(Form22, 9, 1)).Number, List)
		b := w.walk(w.take1(office.Acting{}, enrolment(Form21, 2)).Number, List)
		w.take1(office.Acting{}, enrolment(Form21, 3))
		w.do(func(tx *database.Tx) error {
			day := words.DayOf(a.Hearing.At)
			all, err := w.CauseList(tx, w.ro, day, "")
			if err != nil || len(all) != 1 || len(all[0].Cases) != 2 || all[0].Officer.IsZero() {
				t.Fatalf("%v, %v", all, err)
			}
			one, two := all[0].Cases[0], all[0].Cases[1]
			if one.Form == Form21 {
				one, two = two, one
			}
			if one.Number != a.Number || !one.Claimant.IsZero() || one.CNIC != (cnic.Number{}) || one.Against.En != "Ghulam Fatima 1" {
				t.Errorf("the objection stands there as %+v", one)
			}
			if two.Number != b.Number || two.Claimant.En != "Ghulam Fatima 2" || two.Block.Code != kasur1 {
				t.Errorf("the claim stands there as %+v", two)
			}
			if all, err := w.CauseList(tx, w.roLahore, day, ""); err != nil || len(all) != 0 {
				t.Errorf("in Lahore: %v, %v", all, err)
			}
			if all, err := w.CauseList(tx, w.ro, day.Add(1), ""); err != nil || len(all) != 0 {
				t.Errorf("the day after: %v, %v", all, err)
			}
			s, err := w.Slip(tx, w.operator, a.Number)
			if err != nil || s.Name.IsZero() || s.Track == "" {
				t.Errorf("the receipt is %+v, %v", s, err)
			}
			return nil
		})
		w.forbidden(func(tx *database.Tx) error {
			_, err := w.CauseList(tx, w.First, words.DayOf(a.Hearing.At), "")
			return err
		})
	})
}

// TestNothingPersonalIsInTheClear looks through all columns of a claim's tables, and of
// the trail and the notices.
func TestNothingPersonalIsInTheClear(t *testing.T) {
	each(t, func(w *world) {
		w.voter(1, kasur1)
		n := w.take1(office.Acting{}, objection(Form22, 9, 1)).Number
		w.walk(n, List, Hear, Decide, Appeal, Settle)
		f := enrolment(Form21, 2)
		f.Source, f.Claimant.Confirmed = Desk, false
		w.told = nil
		w.take1(w.operator, f)
		w.toldIs() // a telephone that nobody confirmed gets nothing
		for _, table := range []string{"claim_claim", "claim_event", "claim_document", "audit_row", "notice"} {
			rows, err := w.dump(table)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"Fatima", "فاطمہ", number13(1).Reveal(), number13(9).Reveal(), number13(2).Reveal(), telephone(9).Reveal()[2:], "both appeared", "Allah Ditta"} {
				if strings.Contains(rows, secret) {
					t.Errorf("%s holds %q", table, secret)
				}
			}
		}
	})
}

// dump is everything that a table holds.
func (w *world) dump(table string) (text string, err error) {
	err = w.DB.View(w.Context(), func(tx *database.Tx) error {
		rows, err := tx.Query(`SELECT * FROM ` + table)
		if err != nil {
			return err
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			return err
		}
		for rows.Next() {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				return err
			}
			for _, v := range values {
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				text += fmt.Sprint(v, " ")
			}
		}
		return rows.Err()
	})
	return text, err
}

// TestSegments: an SMS in English is two segments at most, in Urdu two but for those
// that name a place and a time, and never more than three.
func TestSegments(t *testing.T) {
	each(t, func(w *world) {
		for _, k := range Told() {
			for _, lang := range words.Languages {
				data := map[string]string{"number": "21-K7M4-2QXP", "page": "https://ecp.gov.pk/c/21-K7M4-2QXP", "due": words.Date(lang, w.Commission.Now()),
					"at": words.Instant(lang, w.Commission.Now()), "place": words.Both{En: "District Election Office, Kasur", Ur: "دفتر ضلعی الیکشن کمشنر، قصور"}.In(lang)}
				p, err := w.notices.Preview(k.Name, lang, data)
				if err != nil || p.Segments > 2 || strings.Contains(p.Text, "{") {
					t.Errorf("%s in %s: %d segments, %d characters, %v: %s", k.Name, lang, p.Segments, p.Characters, err, p.Text)
				}
			}
		}
	})
}
