package office_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/officetest"
	"intikhab/test/databases"
)

func each(t *testing.T, f func(t *testing.T, c *officetest.Commission)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(t, officetest.Open(t, db)) })
}

func parsed(t *testing.T, key string) area.Area {
	t.Helper()
	a, err := area.Parse(key)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func count(t *testing.T, c *officetest.Commission, query string, args ...any) (n int) {
	t.Helper()
	c.View(t, func(tx *database.Tx) error { return tx.QueryRow(query, args...).Scan(&n) })
	return n
}

// refusal runs f, which must be refused for a reason.
func refusal(t *testing.T, c *officetest.Commission, why office.Reason, f func(*database.Tx) error) {
	t.Helper()
	r := new(office.Refusal)
	if err := c.Fails(t, f); !errors.As(err, &r) || r.Reason != why {
		t.Errorf("%v, want a refusal for %s", err, why)
	}
}

// fault runs f, which must fail for what stands in a field.
func fault(t *testing.T, c *officetest.Commission, field, key string, f func(*database.Tx) error) {
	t.Helper()
	e := new(office.FieldError)
	if err := c.Fails(t, f); !errors.As(err, &e) || e.Field != field || e.Say.Key != "office.problem."+key || !office.Texts.Has(e.Say.Key) {
		t.Errorf("%v (%+v), want %s in %s", err, e, key, field)
	}
}

// TestFirstAdministrator: from an empty database to the first administrator, and that
// the way there is used up.
func TestFirstAdministrator(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		c := officetest.Empty(t, db)
		first := func() (token string) {
			c.Update(t, func(tx *database.Tx) (err error) { token, err = c.Book.FirstLink(tx); return err })
			return token
		}
		introduce := func(token string, o office.Officer) func(*database.Tx) error {
			return func(tx *database.Tx) error { _, err := c.Book.Introduce(tx, token, "", o); return err }
		}
		accept := func(token string) func(*database.Tx) error {
			return func(tx *database.Tx) error { _, err := c.Book.Accept(tx, token, ""); return err }
		}
		late := first()
		c.Pass(office.FirstLinkLives)
		me := c.Person("")
		for _, f := range []func(*database.Tx) error{introduce(late, me), accept(late), introduce("", me), introduce("nonsense", me)} {
			if err := c.Fails(t, f); !errors.Is(err, office.ErrInvitation) {
				t.Error(err)
			}
		}
		old := first()
		c.Update(t, introduce(old, me)) // begun, and never finished
		token := first()                // makes what was begun useless
		if err := c.Fails(t, accept(old)); !errors.Is(err, office.ErrInvitation) {
			t.Error(err)
		}
		if err := c.Fails(t, accept(token)); !errors.Is(err, office.ErrInvitation) { // nobody has said yet who he is
			t.Error(err)
		}
		bad := me
		bad.NameUr = "No Urdu"
		fault(t, c, "name_ur", "name_ur", introduce(token, bad))
		c.Update(t, introduce(token, me))
		c.Update(t, accept(token))
		for _, f := range []func(*database.Tx) error{introduce(token, c.Person("")), accept(token)} {
			if err := c.Fails(t, f); !errors.Is(err, office.ErrInvitation) {
				t.Error(err)
			}
		}
		if err := c.Fails(t, func(tx *database.Tx) error { _, err := c.Book.FirstLink(tx); return err }); !errors.Is(err, office.ErrNotFirst) {
			t.Error(err)
		}
		if n := count(t, c, `SELECT count(*) FROM office_officer WHERE state = 'active'`); n != 1 {
			t.Errorf("%d active officers", n)
		}
		if n := count(t, c, `SELECT count(*) FROM office_invitation WHERE hash = ? OR hash = ?`, token, old); n != 0 {
			t.Error("a token stands in the database")
		}
	})
}

// TestFirstGrant: the first administrator appoints the second alone, and no third.
func TestFirstGrant(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		third := c.Officer(t, "secretariat")
		g := office.Grant{Officer: third.Officer, Office: "secretariat", Role: office.SystemAdministrator, From: "2026-03-01"}
		grant := func(tx *database.Tx) error { return c.Book.GrantFirst(tx, c.First, g, "alone") }
		refusal(t, c, office.NeedsSecond, grant)
		// Nor when the second is gone again.
		second := c.Post(t, c.Second)
		c.Update(t, func(tx *database.Tx) error { return c.Book.EndAppointment(tx, c.First, second.Appointment.ID, "left") })
		refusal(t, c, office.NeedsSecond, grant)
		if err := c.Fails(t, func(tx *database.Tx) error {
			return c.Book.EndAppointment(tx, c.First, c.Post(t, c.First).Appointment.ID, "left")
		}); !errors.Is(err, office.ErrLastAdministrator) {
			t.Error(err)
		}
		for _, verb := range []func(*database.Tx, office.Acting, office.OfficerID, string) error{c.Book.Suspend, c.Book.CloseOfficer} {
			if err := c.Fails(t, func(tx *database.Tx) error { return verb(tx, c.First, c.First.Officer, "left") }); !errors.Is(err, office.ErrLastAdministrator) {
				t.Error(err)
			}
		}
		// Nobody can do what an approval does without one.
		for _, f := range []func(*database.Tx, string) error{c.Book.GrantApproved, c.Book.ChargeApproved} {
			if err := c.Fails(t, func(tx *database.Tx) error { return f(tx, "no-such") }); !errors.Is(err, office.ErrMissing) {
				t.Error(err)
			}
		}
	})
}

func TestOffices(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		pec, dec := c.Appoint(t, office.ProvincialCommissioner, "provincial-punjab"), c.Appoint(t, office.DistrictCommissioner, "district-kasur")
		centre := office.Office{ID: "display-kasur-2", Kind: office.DisplayCentre, Parent: "district-kasur", NameEn: "Display  Centre 2", NameUr: "ڈسپلے سنٹر ۲ قصور شهر",
			Area: parsed(t, "tehsil:kasur/kasur"), Open: office.Span{From: "2026-03-01"}}
		put := func(by office.Acting, o office.Office) func(*database.Tx) error {
			return func(tx *database.Tx) error { return c.Book.PutOffice(tx, by, o, "a test") }
		}
		refusal(t, c, office.NotYourRole, put(dec, centre))
		refusal(t, c, office.NotThisWay, put(office.AtShell(), centre))
		c.Update(t, put(pec, centre))
		var got office.Office
		c.View(t, func(tx *database.Tx) (err error) { got, err = c.Book.Office(tx, centre.ID); return err })
		if got.NameEn != "Display Centre 2" || got.NameUr != "ڈسپلے سنٹر ۲ قصور شہر" || got.Area != centre.Area || got.Open != centre.Open {
			t.Errorf("%+v", got)
		}
		with := func(change func(*office.Office)) office.Office {
			o := centre
			change(&o)
			return o
		}
		// A block lies nowhere by the tables: only who may change offices everywhere lists one.
		block := with(func(o *office.Office) { o.Extra = []area.Area{parsed(t, "block:440160404")} })
		refusal(t, c, office.Outside, put(pec, block))
		c.Update(t, put(c.First, block))
		refusal(t, c, office.Outside, put(pec, centre)) // nor takes it away
		sindh := with(func(o *office.Office) {
			o.ID, o.Kind, o.Parent, o.Area = "regional-karachi", office.Regional, "provincial-sindh", parsed(t, "division:karachi")
		})
		refusal(t, c, office.Outside, put(pec, sindh))
		for _, try := range []struct {
			field, key string
			o          office.Office
		}{
			{"id", "id", with(func(o *office.Office) { o.ID = "Display Kasur" })},
			{"kind", "kind", with(func(o *office.Office) { o.Kind = "palace" })},
			{"kind", "kind_changed", with(func(o *office.Office) {
				o.Kind, o.Parent, o.Area = office.District, "regional-lahore", parsed(t, "district:kasur")
			})},
			{"kind", "second_secretariat", with(func(o *office.Office) { o.ID, o.Kind, o.Parent, o.Area = "other", office.Secretariat, "", area.Country })},
			{"name_en", "names", with(func(o *office.Office) { o.NameEn = "قصور" })},
			{"area", "area_kind", with(func(o *office.Office) { o.Area = parsed(t, "province:punjab") })},
			{"area", "area_outside", with(func(o *office.Office) { o.Area = parsed(t, "district:lahore") })},
			{"parent", "parent", with(func(o *office.Office) { o.Parent = "" })},
			{"parent", "parent_missing", with(func(o *office.Office) { o.Parent = "district-nowhere" })},
			{"parent", "parent_kind", with(func(o *office.Office) { o.Parent = "secretariat" })},
			{"opened", "days", with(func(o *office.Office) { o.Open.To = "2026-02-01" })},
		} {
			fault(t, c, try.field, try.key, put(c.First, try.o))
		}
		// An office is not moved away from over those below it.
		district := officetest.Offices()[4]
		district.Area = parsed(t, "district:okara")
		fault(t, c, "area", "area_outside", put(c.First, district))
		fault(t, c, "reason", "reason", func(tx *database.Tx) error { return c.Book.PutOffice(tx, c.First, centre, "") })
		c.View(t, func(tx *database.Tx) error {
			all, err := c.Book.Offices(tx)
			if top := office.Tree(all); len(top) != 1 || top[0].Office.ID != "secretariat" || len(top[0].Under) != 2 {
				t.Errorf("the tree begins with %d", len(top))
			}
			return err
		})
		if n := count(t, c, `SELECT count(*) FROM audit_row WHERE on_what = 'office:display-kasur-2' AND outcome = 1`); n != 2 {
			t.Errorf("%d rows in the audit trail", n)
		}
	})
}

func TestOfficers(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		dec, other := c.Appoint(t, office.DistrictCommissioner, "district-kasur"), c.Appoint(t, office.DistrictCommissioner, "district-lahore")
		p := c.Person("display-kasur-1")
		var id office.OfficerID
		add := func(by office.Acting, o office.Officer) func(*database.Tx) error {
			return func(tx *database.Tx) error {
				added, err := c.Book.AddOfficer(tx, by, o, "a test")
				if err == nil {
					id = added
				}
				return err
			}
		}
		refusal(t, c, office.Outside, add(other, p))
		c.Update(t, add(dec, p))
		fault(t, c, "cnic", "cnic_twice", add(dec, p))
		for field, o := range map[string]office.Officer{
			"name_en": {NameEn: "", NameUr: p.NameUr, Home: p.Home, Personal: p.Personal}, "name_ur": {NameEn: p.NameEn, NameUr: "Ali", Home: p.Home, Personal: p.Personal},
			"cnic": {NameEn: p.NameEn, NameUr: p.NameUr, Home: p.Home},
		} {
			fault(t, c, field, map[string]string{"cnic": "cnic"}[field]+strings.TrimPrefix(field, "cnic"), add(dec, o))
		}
		fault(t, c, "office", "office_missing", add(c.First, office.Officer{NameEn: "A", NameUr: "ا", Home: "nowhere", Personal: c.Person("").Personal}))
		var got office.Officer
		c.View(t, func(tx *database.Tx) (err error) { got, err = c.Book.OfficerByCNIC(tx, p.Personal.CNIC); return err })
		if got.ID != id || got.State != office.Invited || got.AddedBy != dec.Officer || got.Personal != p.Personal {
			t.Errorf("%+v", got)
		}
		if text := fmt.Sprintf("%v %+v %#v", got.Personal, got, got.Personal.Email); strings.Contains(text, p.Personal.CNIC.Reveal()) || strings.Contains(text, p.Personal.Email.Reveal()) {
			t.Errorf("%s prints what is personal", text)
		}
		c.View(t, func(tx *database.Tx) (err error) { got, err = c.Book.OfficerByEmail(tx, p.Personal.Email); return err })
		if got.ID != id {
			t.Errorf("by e-mail: %+v", got)
		}
		// Change: not the CNIC, not beyond the jurisdiction on either side.
		change := func(by office.Acting, f func(*office.Officer)) func(*database.Tx) error {
			o := got
			f(&o)
			return func(tx *database.Tx) error { return c.Book.ChangeOfficer(tx, by, o, "a test") }
		}
		fault(t, c, "cnic", "cnic_changed", change(dec, func(o *office.Officer) { o.Personal.CNIC, _ = cnic.FromUint64(4230112345671) }))
		refusal(t, c, office.Outside, change(dec, func(o *office.Officer) { o.Home = "district-lahore" }))
		refusal(t, c, office.Outside, change(other, func(o *office.Officer) { o.Home = "district-lahore" }))
		c.Update(t, change(dec, func(o *office.Officer) {
			o.NameEn, o.Personal.Email, o.Home = "Ayesha Bibi", office.Email{}, "district-kasur"
		}))
		c.View(t, func(tx *database.Tx) (err error) { got, err = c.Book.Officer(tx, id); return err })
		if got.NameEn != "Ayesha Bibi" || !got.Personal.Email.IsZero() || got.Home != "district-kasur" {
			t.Errorf("%+v", got)
		}
		testStates(t, c, dec, id)
		testReveal(t, c, dec, id, p)
	})
}

// testStates goes round the states of an account.
func testStates(t *testing.T, c *officetest.Commission, dec office.Acting, id office.OfficerID) {
	verbs := map[string]func(*database.Tx, office.Acting, office.OfficerID, string) error{
		"suspend": c.Book.Suspend, "resume": c.Book.Resume, "close": c.Book.CloseOfficer,
		"accept": func(tx *database.Tx, by office.Acting, id office.OfficerID, _ string) error {
			token, err := c.Book.Invite(tx, by, id)
			if err == nil {
				_, err = c.Book.Accept(tx, token, "")
			}
			return err
		},
	}
	leads := map[office.State]map[string]office.State{
		office.Invited:   {"accept": office.Active, "close": office.Closed},
		office.Active:    {"suspend": office.Suspended, "close": office.Closed},
		office.Suspended: {"resume": office.Active, "close": office.Closed},
		office.Closed:    {},
	}
	at := office.Invited
	for _, verb := range []string{"suspend", "resume", "accept", "accept", "resume", "suspend", "accept", "suspend", "resume", "close", "suspend", "resume", "close", "accept"} {
		err := c.DB.Update(t.Context(), func(tx *database.Tx) error { return verbs[verb](tx, dec, id, "a test") })
		to, ok := leads[at][verb]
		if ok != (err == nil) {
			t.Errorf("%s, %s: %v", at, verb, err)
		}
		if ok {
			at = to
		}
		var got office.Officer
		c.View(t, func(tx *database.Tx) (err error) { got, err = c.Book.Officer(tx, id); return err })
		if got.State != at {
			t.Errorf("after %s it is %s, want %s", verb, got.State, at)
		}
	}
}

// testReveal: what is personal is opened for a reason, and the trail has it.
func testReveal(t *testing.T, c *officetest.Commission, dec office.Acting, id office.OfficerID, p office.Officer) {
	var personal office.Personal
	reveal := func(by office.Acting, reason string) func(*database.Tx) error {
		return func(tx *database.Tx) (err error) { personal, err = c.Book.Reveal(tx, by, id, reason); return err }
	}
	refusal(t, c, office.NotYourRole, reveal(dec, "curious"))
	fault(t, c, "reason", "reason", reveal(c.First, ""))
	c.Update(t, reveal(c.First, "he asked for a new card"))
	if personal.CNIC.Reveal() != p.Personal.CNIC.Reveal() {
		t.Error("another CNIC")
	}
	if n := count(t, c, `SELECT count(*) FROM audit_row WHERE act = 'officer.reveal' AND reason = 'he asked for a new card'`); n != 1 {
		t.Errorf("%d rows of what was shown", n)
	}
	// Nothing personal lies anywhere in the database in the clear.
	c.View(t, func(tx *database.Tx) error {
		tables, err := tx.Tables()
		if err != nil {
			return err
		}
		for _, table := range tables {
			if err := plain(tx, table, p.Personal.CNIC.Reveal(), p.Personal.CNIC.RevealDashed(), p.Personal.Email.Reveal()); err != nil {
				t.Errorf("table %s: %v", table, err)
			}
		}
		return nil
	})
}

func plain(tx *database.Tx, table string, secrets ...string) error {
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
		values := make([]any, len(columns))
		for i := range values {
			values[i] = new([]byte)
		}
		if err := rows.Scan(values...); err != nil {
			return err
		}
		for i, v := range values {
			for _, s := range secrets {
				if bytes.Contains(*v.(*[]byte), []byte(s)) {
					return fmt.Errorf("column %s has it in the clear", columns[i])
				}
			}
		}
	}
	return rows.Err()
}

// TestRotation: after the key was changed everybody is found, and opened.
func TestRotation(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		p := c.Person("district-kasur")
		add := func(tx *database.Tx) error { _, err := c.Book.AddOfficer(tx, c.First, p, "a test"); return err }
		c.Update(t, add)
		old := c.Keys.Newest()
		c.Keys.Add(c.Now())
		fault(t, c, "cnic", "cnic_twice", add) // found by either key
		if err := vault.Rotate(t.Context(), c.DB, c.Keys, office.SealedColumns(), nil); err != nil {
			t.Fatal(err)
		}
		if err := c.Keys.Drop(old); err != nil {
			t.Fatal(err)
		}
		fault(t, c, "cnic", "cnic_twice", add)
		c.View(t, func(tx *database.Tx) error {
			got, err := c.Book.OfficerByEmail(tx, p.Personal.Email)
			if err == nil && got.Personal != p.Personal {
				t.Errorf("%+v", got)
			}
			return err
		})
	})
}

func TestLeaves(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		dec := c.Appoint(t, office.DistrictCommissioner, "district-kasur")
		other := c.Appoint(t, office.DistrictCommissioner, "district-lahore")
		post := c.Post(t, dec).Appointment.ID
		var leave office.LeaveID
		give := func(by office.Acting, from, to office.Day) func(*database.Tx) error {
			return func(tx *database.Tx) error {
				given, err := c.Book.GiveLeave(tx, by, post, office.Span{From: from, To: to}, "a test")
				if err == nil {
					leave = given
				}
				return err
			}
		}
		refusal(t, c, office.Outside, give(other, "2026-03-02", "2026-03-05"))
		fault(t, c, "to", "leave_days", give(dec, "2026-03-05", "2026-03-02"))
		fault(t, c, "to", "leave_days", give(dec, "2026-02-05", "2026-02-20"))
		fault(t, c, "to", "leave_days", give(dec, "2026-03-05", ""))
		fault(t, c, "from", "leave_outside", give(dec, "2026-02-28", "2026-03-05"))
		c.Update(t, give(dec, "2026-03-02", "2026-03-05"))
		fault(t, c, "from", "leave_meets", give(dec, "2026-03-05", "2026-03-09"))
		may := func() (d office.Decision) {
			c.View(t, func(tx *database.Tx) (err error) {
				d, err = c.Book.Decide(tx, dec, "officer.add", office.In(parsed(t, "district:kasur")))
				return err
			})
			return d
		}
		if !may().Allowed {
			t.Error("the leave has begun too early")
		}
		c.Pass(24 * time.Hour)
		if d := may(); d.Allowed || d.Reason != office.OnLeave {
			t.Errorf("%+v", d)
		}
		// He himself says that he is back: that is his own.
		c.Update(t, func(tx *database.Tx) error { return c.Book.EndLeave(tx, dec, leave, "back") })
		if !may().Allowed {
			t.Error("back, and nothing to say")
		}
		if err := c.Fails(t, func(tx *database.Tx) error { return c.Book.EndLeave(tx, dec, leave, "again") }); !strings.Contains(err.Error(), "over already") {
			t.Error(err)
		}
		c.Pass(time.Minute)
		c.Update(t, give(dec, "2026-03-02", "2026-03-05")) // the ended one is not in the way
		c.View(t, func(tx *database.Tx) error {
			posts, err := c.Book.Posts(tx, dec.Officer)
			var kinds []string
			for _, e := range office.Timeline(posts) {
				kinds = append(kinds, string(e.Kind))
			}
			if got := strings.Join(kinds, " "); got != "begins granted leave-given leave-begins leave-begins came-back leave-given leave-over" {
				t.Errorf("timeline: %s", got)
			}
			return err
		})
	})
}

// TestSearch: filters, and that a list shows what may be read and no more.
func TestSearch(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		dec, pec := c.Appoint(t, office.DistrictCommissioner, "district-kasur"), c.Appoint(t, office.ProvincialCommissioner, "provincial-punjab")
		ro := c.Appoint(t, office.ReturningOfficer, "returning-na-118")
		c.Appoint(t, office.DistrictCommissioner, "district-lahore")
		away := c.Appoint(t, office.RegistrationOfficer, "district-kasur") // who also serves elsewhere
		c.Grant(t, office.Grant{Officer: away.Officer, Office: "district-lahore", Role: office.RegistrationOfficer, From: "2026-03-01"})
		c.Officer(t, "display-kasur-1")
		for i, try := range []struct {
			by    office.Acting
			f     office.Filter
			total int
		}{
			{c.First, office.Filter{}, 9},
			{c.First, office.Filter{Limit: 3}, 9},
			{c.First, office.Filter{Query: "نمبر 4"}, 1},
			{c.First, office.Filter{Query: "NUMBER 4"}, 1},
			{c.First, office.Filter{Query: "%"}, 0},
			{c.First, office.Filter{Role: office.DistrictCommissioner}, 2},
			{c.First, office.Filter{Role: office.RegistrationOfficer}, 1},
			{c.First, office.Filter{Office: "district-kasur"}, 2},
			{c.First, office.Filter{Office: "district-kasur", Under: true}, 3},
			{c.First, office.Filter{Office: "district-lahore"}, 2},
			{c.First, office.Filter{State: office.Suspended}, 0},
			{pec, office.Filter{}, 6},
			{dec, office.Filter{}, 2}, // himself and the display centre's; not who also serves Lahore
			{ro, office.Filter{}, 1},
			{c.Officer(t, "secretariat"), office.Filter{}, 1}, // himself
			{office.Acting{}, office.Filter{}, 0},
		} {
			c.View(t, func(tx *database.Tx) error {
				page, total, err := c.Book.Officers(tx, try.by, try.f)
				limit := try.f.Limit
				if limit == 0 {
					limit = 50
				}
				if total != try.total || len(page) != min(total, limit) {
					t.Errorf("%d: %d of %d officers, want %d", i, len(page), total, try.total)
				}
				return err
			})
		}
	})
}

// TestRefusalsAreBounded: refusals are written, and not more than a disk bears.
func TestRefusalsAreBounded(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		dec := c.Appoint(t, office.DistrictCommissioner, "district-kasur")
		try := func(by office.Acting) error {
			return c.Book.Do(context.Background(), c.DB, by, func(tx *database.Tx) error {
				return c.Book.PutOffice(tx, by, officetest.Offices()[0], "a test")
			})
		}
		for range 500 {
			if r := new(office.Refusal); !errors.As(try(dec), &r) {
				t.Fatal("it was not refused")
			}
		}
		refused := func() int { return count(t, c, `SELECT count(*) FROM audit_row WHERE outcome = 2`) }
		if n := refused(); n != 10 {
			t.Errorf("%d rows", n)
		}
		for i := range 400 { // many officers, real or not
			try(office.Acting{Officer: office.OfficerID(fmt.Sprint("stranger ", i))})
		}
		if n := refused(); n != 120 {
			t.Errorf("%d rows", n)
		}
		c.Pass(time.Hour)
		try(dec)
		if n := refused(); n != 121 {
			t.Errorf("%d rows an hour later", n)
		}
		if n := count(t, c, `SELECT count(*) FROM audit_row WHERE changes LIKE '%refusals_not_written%490%'`); n != 1 {
			t.Errorf("%d rows tell of those left out", n)
		}
	})
}

func TestCommission(t *testing.T) {
	kinds := map[office.Kind]int{}
	byID := map[office.OfficeID]office.Office{}
	all := append(office.Commission("2026-01-01"), office.ReturningOffices("NA", office.Span{From: "2026-01-01"})...)
	for _, assembly := range []geography.Assembly{geography.Punjab, geography.Sindh, geography.KhyberPakhtunkhwa, geography.BalochistanAssembly} {
		all = append(all, office.ReturningOffices(assembly, office.Span{From: "2026-01-01"})...)
	}
	for _, o := range all {
		if _, twice := byID[o.ID]; twice {
			t.Errorf("%s stands twice", o.ID)
		}
		byID[o.ID] = o
		kinds[o.Kind]++
		if err := o.Check(); err != nil {
			t.Error(err)
		}
	}
	for id := range byID {
		if err := office.CheckTree(byID, id, false, nil); err != nil {
			t.Error(err)
		}
	}
	if kinds[office.Secretariat] != 1 || kinds[office.Provincial] != 5 || kinds[office.Regional] != 32 || kinds[office.Returning] != 859 || kinds[office.District] < 130 {
		t.Errorf("%v", kinds)
	}
	if len(office.Tree(all)) != 1 {
		t.Error("an office hangs under none")
	}
}

func TestEmail(t *testing.T) {
	for text, want := range map[string]string{"S.Khan@ECP.gov.pk ": "s.khan@ecp.gov.pk", "": "", "a+b@x.org": "a+b@x.org"} {
		if e, err := office.ParseEmail(text); err != nil || e.Reveal() != want {
			t.Errorf("%q: %q, %v", text, e.Reveal(), err)
		}
	}
	for _, bad := range []string{"khan", "khan@", "@x.org", "khan@localhost", "Khan <k@x.org>", "a b@x.org", "k@x.org,l@x.org", "ک@x.org", "k@x.org\nBcc: l@x.org", strings.Repeat("k", 300) + "@x.org"} {
		if e, err := office.ParseEmail(bad); err == nil {
			t.Errorf("%q was read as %q", bad, e.Reveal())
		}
	}
	if e, _ := office.ParseEmail("s.khan@ecp.gov.pk"); fmt.Sprint(e) != "s•••@ecp.gov.pk" {
		t.Error(e)
	}
}

// BenchmarkMay is what a gate asks of the book for every request of an officer.
func BenchmarkMay(b *testing.B) {
	c := officetest.Open(b, databases.Open(b, databases.SQLite(b)))
	dec := c.Appoint(b, office.DistrictCommissioner, "district-kasur")
	kasur, err := area.Parse("constituency:NA-131")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		c.View(b, func(tx *database.Tx) error {
			_, err := c.Book.May(tx, dec, "officer.add", office.In(kasur))
			return err
		})
	}
}
