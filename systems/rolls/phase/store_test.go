package phase

import (
	"errors"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/officetest"
	"intikhab/platform/words"
	"intikhab/test/databases"
)

// commission is the store on a commission with two officers of the Secretariat.
type commission struct {
	*officetest.Commission
	t             *testing.T
	store         *Store
	first, second office.Acting
}

func open(t *testing.T, db *database.DB) *commission {
	t.Helper()
	c := &commission{Commission: officetest.Open(t, db), t: t}
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	c.store = NewStore(c.Book)
	c.store.Register(c.Desk)
	c.first, c.second = c.Appoint(t, office.SecretariatOfficer, "secretariat"), c.Appoint(t, office.SecretariatOfficer, "secretariat")
	return c
}

var why = words.Both{En: "a test", Ur: "آزمائش"}

func (c *commission) plan(by office.Acting, kind Kind, scope string, first office.Day) (p Programme, err error) {
	steps, last := Standard().Plan(kind, first)
	p = Programme{Row: Row{Scope: parse(scope), Reason: why}, Kind: kind, Steps: steps, Last: last}
	err = c.Book.Do(c.t.Context(), c.DB, by, func(tx *database.Tx) (err error) {
		p.ID = ""
		p, err = c.store.Plan(tx, by, p)
		return err
	})
	return p, err
}

func (c *commission) change(by office.Acting, p Programme) (Programme, error) {
	is := p
	err := c.Book.Do(c.t.Context(), c.DB, by, func(tx *database.Tx) (err error) {
		is, err = c.store.Plan(tx, by, p)
		return err
	})
	return is, err
}

// agreed asks for something by the first officer and has the second approve it.
func (c *commission) agreed(ask func(tx *database.Tx) (approval.Approval, error)) (string, error) {
	var a approval.Approval
	err := c.DB.Update(c.t.Context(), func(tx *database.Tx) (err error) {
		a, err = ask(tx)
		return err
	})
	if err != nil {
		return "", err
	}
	return a.ID, c.DB.Update(c.t.Context(), func(tx *database.Tx) error {
		_, err := c.Desk.Approve(tx, c.second, a.ID, a.Hash, "")
		return err
	})
}

func (c *commission) freeze(f Freezer) (string, error) {
	f.Reason = why
	return c.agreed(func(tx *database.Tx) (approval.Approval, error) { return c.store.AskFreeze(tx, c.Desk, c.first, f) })
}

func (c *commission) thaw(o Thaw) (string, error) {
	o.Reason = why
	return c.agreed(func(tx *database.Tx) (approval.Approval, error) { return c.store.AskOverride(tx, c.Desk, c.first, o) })
}

func (c *commission) close(id string, day office.Day) error {
	return c.DB.Update(c.t.Context(), func(tx *database.Tx) error { _, err := c.store.Close(tx, c.first, id, day, why); return err })
}

func (c *commission) check(a Areas, d Deed) (err error) {
	c.View(c.t, func(tx *database.Tx) error { err = c.store.Check(tx, a, d, c.Now()); return nil })
	return err
}

func (c *commission) days(n int) { c.Pass(time.Duration(n) * 24 * time.Hour) }

// faulty checks that an error is a fault of a field.
func faulty(t *testing.T, err error, field string) {
	t.Helper()
	if f := new(Fault); !errors.As(err, &f) || f.Field != field {
		t.Errorf("%v, want a fault of %s", err, field)
	}
}

// TestProgrammeLife: made, asked, changed, extended, broken off, and every version kept.
func TestProgrammeLife(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		c := open(t, db)
		pec, sindh := c.Appoint(t, office.ProvincialCommissioner, "provincial-punjab"), c.Appoint(t, office.ProvincialCommissioner, "provincial-sindh")
		dec := c.Appoint(t, office.DistrictCommissioner, "district-kasur")
		for _, by := range []office.Acting{sindh, dec, {}} {
			var r *office.Refusal
			if _, err := c.plan(by, SpecialRevision, "district:kasur", "2026-03-10"); !errors.As(err, &r) {
				t.Errorf("%s: %v", by.Name, err)
			}
		}
		if err := c.check(kasur, Form21); err != nil {
			t.Error(err)
		}
		p, err := c.plan(pec, SpecialRevision, "district:kasur", "2026-03-10")
		if err != nil || p.Version != 1 || p.ID == "" {
			t.Fatalf("%+v, %v", p, err)
		}
		_, err = c.plan(c.first, PeriodicRevision, "province:punjab", "2026-04-20")
		faulty(t, err, "scope") // Kasur's goes on then
		_, err = c.plan(c.first, PeriodicRevision, "constituency:NA-131", "2027-01-01")
		faulty(t, err, "scope")
		_, err = c.plan(c.first, PeriodicRevision, "province:sindh", "2026-02-28")
		faulty(t, err, "periodic")

		c.days(42) // 12 April: claims
		if err := errors.Join(c.check(kasur, Form15), c.check(kasur, DecideRevision)); err != nil {
			t.Error(err)
		}
		var refusal *Refusal
		if err := c.check(kasur, Form21); !errors.As(err, &refusal) || !strings.Contains(err.Error(), "use form 15 at a display centre") {
			t.Errorf("%v", err)
		}
		if err := c.check(kasur, Feed); !errors.As(err, &refusal) || refusal.From != "2026-06-26" || refusal.Law != Section37 {
			t.Errorf("%v", err)
		}
		// The window is made longer; what has begun can't be moved; two can't change one version.
		longer := p
		longer.Steps = append([]Step{}, p.Steps...)
		longer.Steps[3].From = add(longer.Steps[3].From, 5)
		was := longer.Steps[1].From
		longer.Steps[1].From = add(was, -2)
		_, err = c.change(pec, longer)
		faulty(t, err, "steps")
		longer.Steps[1].From = was
		is, err := c.change(pec, longer)
		if err != nil || is.Version != 2 {
			t.Errorf("%+v, %v", is, err)
		}
		if _, err := c.change(pec, longer); !errors.Is(err, ErrChanged) {
			t.Errorf("%v", err)
		}
		shorter := is
		shorter.Steps = append([]Step{}, is.Steps...)
		shorter.Steps[3].From = "2026-04-20"
		_, err = c.change(pec, shorter)
		faulty(t, err, "deviation")
		shorter.Deviation = words.Both{En: "floods", Ur: "سیلاب"}
		if is, err = c.change(pec, shorter); err != nil {
			t.Error(err)
		}
		if is, err = brokenOff(c, pec, is); err != nil || is.Last != "2026-04-11" || is.Withdrawn {
			t.Errorf("%+v, %v", is, err)
		}
		if err := c.check(kasur, Form21); err != nil {
			t.Error(err)
		}
		c.View(t, func(tx *database.Tx) error {
			r, err := c.store.Versions(tx, p.ID)
			if err != nil || len(r.Programmes) != 4 || r.Programmes[2].Deviation.En != "floods" || len(r.Programmes[0].Steps) != 5 {
				t.Errorf("%+v, %v", r, err)
			}
			now, err := c.store.Rules(tx)
			if err != nil || len(now.Programmes) != 1 || now.On(kasur, "2026-04-11").Phase != Display || now.On(kasur, "2026-04-12").Phase != Continuous {
				t.Errorf("%+v, %v", now, err)
			}
			return nil
		})
		page, err := audit.Search(t.Context(), db, audit.Query{Act: "phase.plan", Limit: 50})
		if err != nil || len(page.Rows) != 7 { // four done, three refused
			t.Errorf("%d rows in the audit trail, %v", len(page.Rows), err)
		}
	})
}

func brokenOff(c *commission, by office.Acting, p Programme) (is Programme, err error) {
	err = c.Book.Do(c.t.Context(), c.DB, by, func(tx *database.Tx) (err error) {
		is, err = c.store.BreakOff(tx, by, p.ID, p.Version, why)
		return err
	})
	return is, err
}

// TestFreezeLife: asked for by one, approved by another, overridden for a time, closed by
// the results; and what is wrong is said before anybody is asked.
func TestFreezeLife(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		c := open(t, db)
		pec := c.Appoint(t, office.ProvincialCommissioner, "provincial-punjab")
		for field, f := range map[string]Freezer{
			"kind":  {Kind: "x", Scope: parse("pk"), Basis: "2026-04-10"},
			"basis": {Kind: GeneralElection, Scope: parse("pk")},
			"scope": {Kind: ByeElection, Scope: parse("district:kasur"), Basis: "2026-03-01"},
			"from":  {Kind: GeneralElection, Scope: parse("pk"), Basis: "2026-04-10", From: "2026-03-01"},
		} {
			_, err := c.freeze(f)
			faulty(t, err, field)
		}
		var not *office.Refusal
		if err := c.Fails(t, func(tx *database.Tx) error {
			_, err := c.store.AskFreeze(tx, c.Desk, pec, Freezer{Kind: GeneralElection, Scope: parse("province:punjab"), Basis: "2026-04-10", Reason: why})
			return err
		}); !errors.As(err, &not) {
			t.Errorf("%v", err)
		}
		id, err := c.freeze(Freezer{Kind: GeneralElection, Scope: parse("province:punjab"), Basis: "2026-04-10"})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.check(kasur, Form21); err != nil {
			t.Error(err)
		}
		c.days(10) // 11 March: the law's first day
		var refusal *Refusal
		if err := c.check(kasur, Form21); !errors.As(err, &refusal) || refusal.Law != Section39 || refusal.State.Freeze != id {
			t.Errorf("%v", err)
		}
		if err := c.check(lyari, Form21); err != nil {
			t.Error(err)
		}
		_, err = c.thaw(Thaw{Freeze: id, Scope: parse("province:sindh"), From: "2026-03-15", To: "2026-03-20"})
		faulty(t, err, "scope")
		thaw, err := c.thaw(Thaw{Freeze: id, Scope: parse("district:kasur"), From: "2026-03-15", To: "2026-03-20"})
		if err != nil {
			t.Fatal(err)
		}
		if err := c.check(kasur, Form21); !errors.As(err, &refusal) || refusal.From != "2026-03-15" || !strings.Contains(err.Error(), "come again from 15 March 2026") {
			t.Errorf("%v", err)
		}
		c.days(5) // 16 March
		if err := c.check(kasur, Form21); err != nil {
			t.Error(err)
		}
		if _, err := c.thaw(Thaw{ID: thaw, Version: 1, Withdraw: true}); err != nil {
			t.Error(err)
		}
		if err := c.check(kasur, Form21); err == nil {
			t.Error("the override was ended and still counts")
		}
		faulty(t, c.close(id, "2026-03-17"), "closed")
		if err := c.close(id, "2026-03-16"); err != nil {
			t.Error(err)
		}
		if err := c.check(kasur, Form21); err == nil {
			t.Error("it is over on the day of the results")
		}
		if err := c.close(id, "2026-03-16"); !errors.Is(err, ErrChanged) {
			t.Errorf("%v", err)
		}
		c.days(1)
		if err := c.check(kasur, Form21); err != nil {
			t.Error(err)
		}
		c.View(t, func(tx *database.Tx) error {
			f, err := c.store.Freezing(tx, id)
			if err != nil || f.Version != 2 || f.Closed != "2026-03-16" {
				t.Errorf("%+v, %v", f, err)
			}
			if _, err := c.store.Override(tx, "nothing"); !errors.Is(err, ErrMissing) {
				t.Errorf("%v", err)
			}
			return nil
		})
		for act, want := range map[string]int{"roll.freeze": 2, "phase.override": 4, "phase.close": 1} { // asked and done
			page, err := audit.Search(t.Context(), db, audit.Query{Act: act, Limit: 50})
			if err != nil || len(page.Rows) != want {
				t.Errorf("%s: %d rows in the audit trail, %v", act, len(page.Rows), err)
			}
		}
	})
}
