package claim

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
)

// kinds are the kinds of the notices of a claim so far.
func (w *world) kinds() (all []string) {
	for _, n := range w.told {
		all = append(all, strings.TrimPrefix(n.Kind, "claim."))
	}
	w.told = nil
	return all
}

func (w *world) toldIs(want ...string) {
	w.Helper()
	if got := w.kinds(); !slices.Equal(got, want) {
		w.Errorf("told %v, want %v", got, want)
	}
}

func TestEnrolmentAndTransfer(t *testing.T) {
	each(t, func(w *world) {
		r := w.take1(office.Acting{}, enrolment(Form21, 1))
		if r.Asked != ToEnrol || r.Number.Form() != 21 || r.Track != "https://roll.example.org/claim/"+string(r.Number) || len(r.Conflicts) != 0 {
			t.Errorf("the receipt is %+v", r)
		}
		c := w.decide(r.Number, Allowed)
		if e := w.entry(1); e.Standing != rolls.OnRoll || e.Block != kasur1 || e.List != geography.Female || e.Cause != c.Cause() || c.Voter != e.ID {
			t.Errorf("enrolled: %v in %v by %s", e.Standing, e.Block, e.Cause)
		}
		w.toldIs("received", "allowed")

		// to another block: the officer there decides, the one here reads it
		f := enrolment(Form21, 1)
		f.Card.Permanent.Block = lahore
		r = w.take1(office.Acting{}, f)
		c = w.claim(r.Number)
		if r.Asked != ToMove || c.Block != lahore || c.From != kasur1 {
			t.Errorf("asked %s from %v to %v", r.Asked, c.From, c.Block)
		}
		d := Decision{Outcome: Allowed, Reasons: "lives there"}
		w.forbidden(func(tx *database.Tx) error { return w.Decide(tx, w.ro, c.Number, 1, w.entryIn(tx, c), d) })
		w.do(func(tx *database.Tx) error {
			left, n, err := w.Find(tx, w.ro, Query{Leaving: true})
			if err == nil && (n != 1 || left[0].Number != c.Number) {
				t.Errorf("%d transfers leave Kasur", n)
			}
			if here, n, err := w.Find(tx, w.ro, Query{States: []State{Received}}); err != nil || n != 0 {
				t.Errorf("%v wait in Kasur, %v", here, err)
			}
			if _, err := w.Read(tx, w.ro, c.Number, "a voter leaves"); err != nil {
				t.Error(err)
			}
			return err
		})
		is := w.entry(1).Version
		w.fails(ErrChanged, func(tx *database.Tx) error { return w.Decide(tx, w.roLahore, c.Number, 1, is-1, d) })
		w.do(func(tx *database.Tx) error { return w.Decide(tx, w.roLahore, c.Number, 1, is, d) })
		if e := w.entry(1); e.Block != lahore || e.Family == "" {
			t.Errorf("moved to %v", e.Block)
		}
	})
}

func TestInPart(t *testing.T) {
	each(t, func(w *world) {
		w.voter(1, kasur1)
		c := w.claim(w.take1(office.Acting{}, correction(Form23, 1)).Number)
		decide := func(d Decision) func(tx *database.Tx) error {
			return func(tx *database.Tx) error { return w.Decide(tx, w.ro, c.Number, 1, w.entryIn(tx, c), d) }
		}
		d := Decision{Outcome: InPart, Reasons: "the school's certificate has another day"}
		for _, fields := range [][]Field{nil, {FieldNameEn, FieldBorn}, {FieldNameUr}, {FieldNameEn, FieldNameUr}} {
			d.Fields = fields
			w.refused(NotPart, decide(d))
		}
		d.Fields = []Field{FieldNameEn}
		w.do(decide(d))
		if e := w.entry(1); e.NameEn != "Ghulam Fatima Bibi" || e.Born.Year != 1984 {
			t.Errorf("corrected to %s, born %v", e.NameEn, e.Born)
		}
		if got := w.claim(c.Number); got.Outcome != InPart || !slices.Equal(got.Decision.Fields, d.Fields) {
			t.Errorf("decided %s %v", got.Outcome, got.Decision.Fields)
		}

		c = w.claim(w.take1(office.Acting{}, enrolment(Form21, 2)).Number)
		w.refused(NotPart, decide(Decision{Outcome: InPart, Reasons: "x", Chosen: rolls.PermanentAddress}))
		w.refused(NotEnrolled, decide(Decision{Outcome: InPart, Reasons: "x", Chosen: rolls.PostingAddress}))
		w.do(decide(Decision{Outcome: InPart, Reasons: "lives at the shop", Chosen: rolls.TemporaryAddress}))
		if e := w.entry(2); e.Chosen != rolls.TemporaryAddress || e.Address().En != "Shop 4" {
			t.Errorf("enrolled at %v", e.Chosen)
		}
	})
}

// entryIn is the version of the entry that a claim is about.
func (w *world) entryIn(tx *database.Tx, c Claim) int64 {
	e, found, err := w.Entry(tx, &c)
	if err != nil {
		w.Fatal(err)
	}
	if !found {
		return 0
	}
	return e.Version
}

// TestObjection: both sides are told, nobody is told who objects, and an appeal brings
// the entry back, in its place.
func TestObjection(t *testing.T) {
	each(t, func(w *world) {
		was := w.voter(1, kasur1)
		w.decide(w.take1(office.Acting{}, correction(Form23, 1, Wish{FieldNameUr, "غلام فاطمہ بی بی"})).Number, Allowed) // so that her telephone is known
		w.voter(2, kasur1)
		w.kinds()
		f := objection(Form22, 9, 0)
		f.Against = Against{Block: kasur1, List: geography.Female, Serial: was.Serial} // as a displayed roll has it
		n := w.take1(office.Acting{}, f).Number
		w.do(func(tx *database.Tx) error {
			if _, err := w.Own(tx, n, number13(1)); !errors.Is(err, ErrMissing) {
				t.Errorf("before it is accepted for hearing she sees it: %v", err)
			}
			return nil
		})
		w.walk(n, List, Adjourn, Hear)
		w.toldIs("received", "listed", "listed.other", "adjourned", "adjourned.other")
		c := w.decide(n, Allowed)
		if e := w.entry(1); e.Standing != rolls.Off {
			t.Error("the entry stands")
		}
		for _, told := range w.told {
			for _, lang := range words.Languages {
				p, err := w.notices.Preview(told.Kind, lang, told.Data)
				if err != nil || strings.Contains(p.Text, "Fatima 9") || strings.Contains(p.Text, "{") {
					t.Errorf("%s: %q, %v", told.Kind, p.Text, err)
				}
			}
		}
		w.toldIs("allowed", "allowed.other")
		w.do(func(tx *database.Tx) error {
			st, err := w.Own(tx, n, number13(1))
			if err != nil || st.Side != ByOther || !st.MayAppeal || st.MayEnd || st.Reasons == "" || st.Steps[0].Officer != "" {
				t.Errorf("she is shown %+v, %v", st, err)
			}
			if st, err := w.Own(tx, n, number13(9)); err != nil || st.Side != ByClaimant || st.MayAppeal {
				t.Errorf("the objector is shown %+v, %v", st, err)
			}
			if _, err := w.Own(tx, n, number13(2)); !errors.Is(err, ErrMissing) {
				t.Errorf("a stranger: %v", err)
			}
			return nil
		})
		w.refused(NotAffected, func(tx *database.Tx) error {
			return w.Appeal(tx, office.Acting{}, n, c.Version, ByClaimant, "I won")
		})
		w.do(func(tx *database.Tx) error {
			return w.Appeal(tx, office.Acting{}, n, c.Version, ByOther, "I live")
		})
		w.do(func(tx *database.Tx) error {
			return w.Settle(tx, w.dec, n, c.Version+1, 0, Decision{Outcome: Rejected, Reasons: "she stood here"})
		})
		w.toldIs("appealed", "appealed.other", "reversed", "reversed.other")
		back := w.entry(1)
		if back.Standing != rolls.OnRoll || back.Serial != was.Serial || back.Household != was.Household || back.Cause != c.AppealCause() {
			t.Errorf("she is back with serial %d, household %d, by %s", back.Serial, back.Household, back.Cause)
		}
		if c := w.claim(n); c.State != Settled || c.Outcome != Rejected || !c.Appellation.Reversed || c.Decision.Outcome != Allowed {
			t.Errorf("the claim is %s %s", c.State, c.Outcome)
		}
	})
}

// TestAppeals: every decision and every decision on its appeal, for each kind: what the
// roll is after it.
func TestAppeals(t *testing.T) {
	each(t, func(w *world) {
		for _, form := range []Form{Form21, Form22, Form23} {
			for _, first := range outcomes(form.Kind(), Heard) {
				for _, final := range outcomes(form.Kind(), Heard) {
					n := w.next()
					if form == Form21 && n%2 == 0 {
						w.voter(n, kasur2) // a transfer
					}
					number := w.take1(office.Acting{}, w.filing(form, n)).Number
					before := w.entry(n)
					w.walk(number, List, Hear)
					decision := func(o Outcome) Decision {
						d := Decision{Outcome: o, Reasons: "it is so"}
						if o == InPart && form == Form23 {
							d.Fields = []Field{FieldNameEn}
						} else if o == InPart {
							d.Chosen = rolls.TemporaryAddress
						}
						return d
					}
					c := w.claim(number)
					w.do(func(tx *database.Tx) error {
						return w.Decide(tx, w.ro, number, c.Version, w.entryIn(tx, c), decision(first))
					})
					who := ByClaimant
					if first == Allowed {
						if who = ByOther; form != Form22 { // nobody is touched
							w.refused(NotAffected, func(tx *database.Tx) error {
								return w.Appeal(tx, office.Acting{}, number, c.Version+1, who, "no")
							})
							continue
						}
					}
					w.do(func(tx *database.Tx) error { return w.Appeal(tx, office.Acting{}, number, c.Version+1, who, "no") })
					w.do(func(tx *database.Tx) error {
						return w.Settle(tx, w.dec, number, c.Version+2, w.entryIn(tx, c), decision(final))
					})
					if got := w.claim(number); got.Appellation.Reversed != (first != final) || got.Outcome != final {
						t.Errorf("form %d %s, then %s: reversed %t, %s", form, first, final, got.Appellation.Reversed, got.Outcome)
					}
					w.rollIs(form, n, final, before)
				}
			}
		}
	})
}

// rollIs checks the entry of person n after a claim was decided.
func (w *world) rollIs(form Form, n int, o Outcome, before rolls.Entry) {
	w.Helper()
	e := w.entry(n)
	want := before
	switch {
	case !o.Changes():
	case form.Kind() == Objection:
		want.Standing = rolls.Off
	case form.Kind() == Correction:
		want.NameEn = "Ghulam Fatima Bibi"
		if o == Allowed {
			want.Born = rolls.Date{Year: 1985, Month: 1, Day: 2}
		}
	default:
		want.Standing, want.Block = rolls.OnRoll, kasur1
		if o == InPart {
			want.Chosen = rolls.TemporaryAddress
		}
	}
	if e.Standing != want.Standing || want.Standing == rolls.OnRoll && (e.Block != want.Block || e.Chosen != want.Chosen) || form.Kind() == Correction && (e.NameEn != want.NameEn || e.Born != want.Born) {
		w.Errorf("form %d, %s: the entry is %v in %v at %v, %s born %v", form, o, e.Standing, e.Block, e.Chosen, e.NameEn, e.Born)
	}
	if !o.Changes() && before.Standing == rolls.OnRoll && (e.Serial != before.Serial || e.Block != before.Block) {
		w.Errorf("form %d, %s: serial %d of %v, and was %d of %v", form, o, e.Serial, e.Block, before.Serial, before.Block)
	}
}

// TestAppealAfterConsolidation: an entry that comes back to a block that was numbered
// anew gets a new serial, since its old one may be another's.
func TestAppealAfterConsolidation(t *testing.T) {
	each(t, func(w *world) {
		w.voter(1, kasur1)
		w.voter(2, kasur1)
		n := w.take1(office.Acting{}, objection(Form22, 9, 1)).Number
		w.walk(n, List, Hear)
		c := w.decide(n, Allowed)
		w.do(func(tx *database.Tx) error { _, err := w.Roll.Consolidate(tx, kasur1); return err })
		w.do(func(tx *database.Tx) error { return w.Appeal(tx, w.assistant, n, c.Version, ByOther, "I live") })
		w.do(func(tx *database.Tx) error {
			return w.Settle(tx, w.dec, n, c.Version+1, 0, Decision{Outcome: Rejected, Reasons: "she stood here"})
		})
		if a, b := w.entry(1), w.entry(2); a.Standing != rolls.OnRoll || a.Serial == b.Serial {
			t.Errorf("both have serial %d", a.Serial)
		}
	})
}

// TestDefault: who does not complete a claim, or does not come, is dismissed, and not a
// day early.
func TestDefault(t *testing.T) {
	each(t, func(w *world) {
		d := Decision{Outcome: Defaulted, Reasons: "nobody came"}
		n := w.take1(office.Acting{}, enrolment(Form21, 1)).Number
		c := w.walk(n, Return)
		if got := c.Due.Sub(c.Changed); got != 7*24*time.Hour {
			t.Errorf("%v to complete it", got)
		}
		w.refused(TooEarly, func(tx *database.Tx) error { return w.Decide(tx, w.ro, n, c.Version, 0, d) })
		w.until(c.Due)
		w.do(func(tx *database.Tx) error { return w.Decide(tx, w.ro, n, c.Version, 0, d) })
		c = w.claim(n)
		if c.Outcome != Defaulted || w.entry(1).ID != 0 {
			t.Errorf("the claim is %s", c.Outcome)
		}
		w.Pass(31 * 24 * time.Hour)
		w.refused(TooLate, func(tx *database.Tx) error { return w.step(tx, c, Appeal, "") })

		n = w.take1(office.Acting{}, enrolment(Form21, 2)).Number
		c = w.walk(n, List)
		w.refused(TooEarly, func(tx *database.Tx) error { return w.Decide(tx, w.ro, n, c.Version, 0, d) })
		w.refused(TooEarly, func(tx *database.Tx) error { return w.Hear(tx, w.ro, n, c.Version, "early") })
		w.refused(BadOutcome, func(tx *database.Tx) error {
			return w.Decide(tx, w.ro, n, c.Version, 0, Decision{Outcome: Allowed, Reasons: "unheard"})
		})
		w.until(c.Hearing.At)
		w.do(func(tx *database.Tx) error { return w.Decide(tx, w.ro, n, c.Version, 0, d) })
	})
}
