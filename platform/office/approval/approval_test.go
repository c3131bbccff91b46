package approval_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/officetest"
	"intikhab/test/databases"
)

// each opens the commission of the test on both databases.
func each(t *testing.T, f func(t *testing.T, c *officetest.Commission)) {
	databases.Each(t, func(t *testing.T, db *database.DB) { f(t, officetest.Open(t, db)) })
}

// ask has the first administrator ask for a key to be used, which the executor of
// these tests writes into a table.
func ask(t *testing.T, c *officetest.Commission, what string) approval.Approval {
	t.Helper()
	var a approval.Approval
	c.Update(t, func(tx *database.Tx) (err error) {
		a, err = c.Desk.Ask(tx, c.First, approval.Request{Act: "key.use", On: "key:" + what, Target: office.In(area.Country),
			Payload: map[string]any{"what": what, "n": 7}, Reason: "a test"})
		return err
	})
	return a
}

func state(t *testing.T, c *officetest.Commission, id string) (a approval.Approval) {
	t.Helper()
	c.View(t, func(tx *database.Tx) (err error) {
		a, err = c.Desk.Get(tx, id)
		return err
	})
	return a
}

func rows(t *testing.T, c *officetest.Commission, query string, args ...any) (n int) {
	t.Helper()
	c.View(t, func(tx *database.Tx) error { return tx.QueryRow(query, args...).Scan(&n) })
	return n
}

// tell makes the table that the executor writes to.
func tell(t *testing.T, c *officetest.Commission) {
	c.Update(t, func(tx *database.Tx) error {
		_, err := tx.Exec(`CREATE TABLE told (what TEXT NOT NULL)`)
		return err
	})
	c.Desk.Register("key.use", func(tx *database.Tx, a approval.Approval) error {
		var p struct{ What string }
		if err := json.Unmarshal(a.Payload, &p); err != nil {
			return err
		}
		if p.What == "impossible" {
			return errors.New("it can't be done")
		}
		_, err := tx.Exec(`INSERT INTO told (what) VALUES (?)`, p.What)
		return err
	})
}

func TestCommission(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		if n := rows(t, c, `SELECT count(*) FROM office_appointment WHERE role = 'system-administrator'`); n != 2 {
			t.Errorf("%d administrators", n)
		}
		if n := rows(t, c, `SELECT count(*) FROM audit_row WHERE act = 'role.grant.first'`); n != 2 {
			t.Errorf("%d rows of role.grant.first", n)
		}
	})
}

// TestTransitions tries every verb on an approval in every state.
func TestTransitions(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		tell(t, c)
		c.Desk.RegisterLong("roll.freeze")
		asker := c.Appoint(t, office.SecretariatOfficer, "secretariat")
		second := c.Appoint(t, office.SecretariatOfficer, "secretariat")
		n := 0
		long := func(t *testing.T) approval.Approval {
			n++
			var a approval.Approval
			c.Update(t, func(tx *database.Tx) (err error) {
				a, err = c.Desk.Ask(tx, asker, approval.Request{Act: "roll.freeze", On: fmt.Sprint("roll:", n), Target: office.In(area.Country), Payload: n, Reason: "a test"})
				return err
			})
			return a
		}
		verbs := map[string]func(*database.Tx, approval.Approval) error{
			"approve": func(tx *database.Tx, a approval.Approval) error {
				_, err := c.Desk.Approve(tx, second, a.ID, a.Hash, "")
				return err
			},
			"refuse": func(tx *database.Tx, a approval.Approval) error {
				_, err := c.Desk.Refuse(tx, second, a.ID, "no")
				return err
			},
			"withdraw": func(tx *database.Tx, a approval.Approval) error {
				_, err := c.Desk.Withdraw(tx, asker, a.ID, "")
				return err
			},
			"finish": func(tx *database.Tx, a approval.Approval) error { return c.Desk.Finish(tx, a.ID) },
			"fail":   func(tx *database.Tx, a approval.Approval) error { return c.Desk.Fail(tx, a.ID, "it can't be done") },
		}
		// How each state is come to, and where each verb leads from it.
		ways := map[approval.State][]string{approval.Asked: nil, approval.Approved: {"approve"}, approval.Done: {"approve", "finish"},
			approval.Refused: {"refuse"}, approval.Withdrawn: {"withdraw"}, approval.Failed: {"approve", "fail"}, approval.Lapsed: {"lapse"}}
		leads := map[approval.State]map[string]approval.State{
			approval.Asked:    {"approve": approval.Approved, "refuse": approval.Refused, "withdraw": approval.Withdrawn},
			approval.Approved: {"finish": approval.Done, "fail": approval.Failed},
		}
		for from, way := range ways {
			for name, verb := range verbs {
				a := long(t)
				for _, step := range way {
					if step == "lapse" {
						c.Pass(approval.DefaultLapse)
						c.Update(t, func(tx *database.Tx) error { _, err := c.Desk.Sweep(tx); return err })
					} else {
						c.Update(t, func(tx *database.Tx) error { return verbs[step](tx, a) })
					}
				}
				if got := state(t, c, a.ID).State; got != from {
					t.Fatalf("it is %s and should be %s", got, from)
				}
				err := c.DB.Update(t.Context(), func(tx *database.Tx) error { return verb(tx, a) })
				to, ok := leads[from][name]
				if !ok {
					to = from
				}
				if ok != (err == nil) || !ok && !errors.Is(err, approval.ErrDecided) {
					t.Errorf("%s, %s: %v", from, name, err)
				}
				if got := state(t, c, a.ID); got.State != to || got.State.Over() != (to != approval.Asked && to != approval.Approved) {
					t.Errorf("%s, %s: it is %s, want %s", from, name, got.State, to)
				}
			}
		}
	})
}

func TestApprovedIsDone(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		tell(t, c)
		a := ask(t, c, "one")
		if rows(t, c, `SELECT count(*) FROM told`) != 0 {
			t.Error("done before it was approved")
		}
		before := rows(t, c, `SELECT count(*) FROM audit_row`)
		c.Update(t, func(tx *database.Tx) error {
			_, err := c.Desk.Approve(tx, c.Second, a.ID, a.Hash, "as agreed")
			return err
		})
		got := state(t, c, a.ID)
		if got.State != approval.Done || got.DecidedBy != c.Second.Officer || got.Answer != "as agreed" || rows(t, c, `SELECT count(*) FROM told`) != 1 {
			t.Errorf("%+v", got)
		}
		if n := rows(t, c, `SELECT count(*) FROM audit_row`) - before; n != 2 { // approved, done
			t.Errorf("%d rows in the audit trail", n)
		}
		// What can't be done leaves it waiting, and nothing of it behind.
		b := ask(t, c, "impossible")
		c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, c.Second, b.ID, b.Hash, ""); return err })
		if got := state(t, c, b.ID); got.State != approval.Asked || got.DecidedBy != "" {
			t.Errorf("%+v", got)
		}
		if n := rows(t, c, `SELECT count(*) FROM audit_row`) - before; n != 3 { // asked
			t.Errorf("%d rows in the audit trail", n)
		}
	})
}

// TestSecondOfficerIsAnother: who asked can't approve in any guise.
func TestSecondOfficerIsAnother(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		dec, pec := c.Appoint(t, office.DistrictCommissioner, "district-kasur"), c.Appoint(t, office.ProvincialCommissioner, "provincial-punjab")
		sindh := c.Appoint(t, office.ProvincialCommissioner, "provincial-sindh")
		auditor := c.Appoint(t, office.Auditor, "secretariat")
		clerk, stranger := c.Officer(t, "district-kasur"), c.Officer(t, "district-kasur")
		grant := office.Grant{Officer: clerk.Officer, Office: "display-kasur-1", Role: office.DataEntryOperator, From: "2026-03-01"}
		var a approval.Approval
		c.Update(t, func(tx *database.Tx) (err error) {
			a, err = c.Desk.AskGrants(tx, dec, []office.Grant{grant}, "", "a test")
			return err
		})
		approve := func(by office.Acting, hash string) error {
			return c.DB.Update(t.Context(), func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, by, a.ID, hash, ""); return err })
		}
		refused := func(err error, why office.Reason) {
			t.Helper()
			if r := new(office.Refusal); !errors.As(err, &r) || r.Reason != why {
				t.Errorf("%v, want %s", err, why)
			}
		}
		if err := approve(dec, a.Hash); !errors.Is(err, approval.ErrSame) {
			t.Errorf("who asked: %v", err)
		}
		// Nor by another post of his.
		c.Grant(t, office.Grant{Officer: dec.Officer, Office: "regional-lahore", Role: office.RegionalCommissioner, From: "2026-03-01"})
		if err := approve(dec, a.Hash); !errors.Is(err, approval.ErrSame) {
			t.Errorf("who asked, by another post: %v", err)
		}
		refused(approve(sindh, a.Hash), office.Outside)
		refused(approve(auditor, a.Hash), office.NotYourRole)
		refused(approve(stranger, a.Hash), office.NoPost)
		refused(approve(office.Acting{}, a.Hash), office.SignIn)
		refused(approve(office.AtShell(), a.Hash), office.NotThisWay)
		if err := approve(pec, strings.Repeat("0", 64)); !errors.Is(err, approval.ErrChanged) {
			t.Errorf("another hash: %v", err)
		}
		var waiting []approval.Approval
		for _, who := range []struct {
			by   office.Acting
			want int
		}{{dec, 0}, {sindh, 0}, {auditor, 0}, {stranger, 0}, {pec, 1}, {c.First, 1}} {
			c.View(t, func(tx *database.Tx) (err error) { waiting, err = c.Desk.For(tx, who.by); return err })
			if len(waiting) != who.want {
				t.Errorf("%d wait for %s, want %d", len(waiting), who.by.Name, who.want)
			}
		}
		// One who is to be appointed approves nothing for himself.
		c.Grant(t, office.Grant{Officer: clerk.Officer, Office: "district-kasur", Role: office.DistrictCommissioner, From: "2026-03-01"})
		if err := approve(clerk, a.Hash); err == nil || !strings.Contains(err.Error(), "for himself") {
			t.Errorf("for himself: %v", err)
		}
		if err := approve(pec, a.Hash); err != nil {
			t.Error(err)
		}
		if n := rows(t, c, `SELECT count(*) FROM office_appointment WHERE officer = ? AND role = 'data-entry-operator' AND granted_by = ? AND approved_by = ?`,
			clerk.Officer, dec.Officer, pec.Officer); n != 1 {
			t.Errorf("%d appointments", n)
		}
	})
}

// TestSubstituteOfTheSamePost: who has the charge of the post by which it was asked
// is no second officer, and neither is its holder when the substitute asked.
func TestSubstituteOfTheSamePost(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		dec, sub, clerk := c.Appoint(t, office.DistrictCommissioner, "district-kasur"), c.Officer(t, "district-kasur"), c.Officer(t, "district-kasur")
		grant := office.Grant{Officer: clerk.Officer, Office: "display-kasur-1", Role: office.DataEntryOperator, From: "2026-03-01"}
		var a approval.Approval
		c.Update(t, func(tx *database.Tx) (err error) {
			a, err = c.Desk.AskGrants(tx, dec, []office.Grant{grant}, "", "a test")
			return err
		})
		var leave office.LeaveID
		c.Update(t, func(tx *database.Tx) (err error) {
			leave, err = c.Book.GiveLeave(tx, dec, c.Post(t, dec).Appointment.ID, office.Span{From: "2026-03-01", To: "2026-03-20"}, "pilgrimage")
			return err
		})
		// Resting powers: he may ask for nothing, and nobody can approve what he asked.
		var r *office.Refusal
		if err := c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, c.First, a.ID, a.Hash, ""); return err }); !errors.As(err, &r) || r.Reason != office.OnLeave {
			t.Errorf("asked by one on leave: %v", err)
		}
		var charge approval.Approval
		c.Update(t, func(tx *database.Tx) (err error) {
			charge, err = c.Desk.AskCharge(tx, c.First, office.Charge{Leave: leave, Substitute: sub.Officer}, "a test")
			return err
		})
		c.Update(t, func(tx *database.Tx) error {
			_, err := c.Desk.Approve(tx, c.Second, charge.ID, charge.Hash, "")
			return err
		})
		if err := c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, sub, a.ID, a.Hash, ""); return err }); !errors.Is(err, approval.ErrSame) {
			t.Errorf("the substitute of the post that asked: %v", err)
		}
		var b approval.Approval
		c.Update(t, func(tx *database.Tx) (err error) {
			grant.Role, grant.Office = office.RegistrationOfficer, "district-kasur"
			b, err = c.Desk.AskGrants(tx, sub, []office.Grant{grant}, "", "a test")
			return err
		})
		if n := rows(t, c, `SELECT count(*) FROM audit_row WHERE act = 'role.grant' AND officer = ? AND acting_for = ?`, sub.Officer, dec.Officer); n != 1 {
			t.Errorf("%d rows say that the substitute acts for the holder", n)
		}
		c.Update(t, func(tx *database.Tx) error { return c.Book.EndLeave(tx, dec, leave, "back") })
		if err := c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, dec, b.ID, b.Hash, ""); return err }); !errors.Is(err, approval.ErrSame) {
			t.Errorf("the holder of the post that asked: %v", err)
		}
	})
}

func TestAsk(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		tell(t, c)
		dec := c.Appoint(t, office.DistrictCommissioner, "district-kasur")
		clerk := c.Officer(t, "district-kasur")
		a := ask(t, c, "one")
		request := approval.Request{Act: "key.use", On: "key:one", Target: office.In(area.Country), Payload: map[string]any{"n": 7, "what": "one"}, Reason: "again"}
		for i, try := range []struct {
			by     office.Acting
			change func(*approval.Request)
			want   string
		}{
			{c.Second, nil, approval.ErrAskedBefore.Error()},
			{c.First, func(r *approval.Request) { r.Reason = " " }, "reason"},
			{c.First, func(r *approval.Request) { r.Act = "data.export" }, approval.ErrNoExecutor.Error()},
			{c.First, func(r *approval.Request) { r.Payload = 1.5 }, "whole"},
			{c.First, func(r *approval.Request) { r.Payload = strings.Repeat("x", 3<<20) }, "bytes"},
			{c.First, func(r *approval.Request) { r.Payload = make(chan int) }, "payload"},
			{dec, nil, "refused"},
		} {
			r := request
			if try.change != nil {
				try.change(&r)
			}
			if err := c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Ask(tx, try.by, r); return err }); !strings.Contains(err.Error(), try.want) {
				t.Errorf("%d: %v, want %q", i, err, try.want)
			}
		}
		// Roles: outside the jurisdiction, for himself, at the wrong kind of office.
		for i, try := range []struct {
			by    office.Acting
			grant office.Grant
			want  string
		}{
			{dec, office.Grant{Officer: clerk.Officer, Office: "district-lahore", Role: office.RegistrationOfficer, From: "2026-03-01"}, "outside"},
			{dec, office.Grant{Officer: clerk.Officer, Office: "secretariat", Role: office.SystemAdministrator, From: "2026-03-01"}, "outside"},
			{dec, office.Grant{Officer: dec.Officer, Office: "district-kasur", Role: office.RegistrationOfficer, From: "2026-03-01"}, "himself"},
			{dec, office.Grant{Officer: clerk.Officer, Office: "district-kasur", Role: office.ReturningOfficer, From: "2026-03-01"}, "not held"},
			{dec, office.Grant{Officer: clerk.Officer, Office: "district-kasur", Role: "emperor", From: "2026-03-01"}, "none of"},
			{dec, office.Grant{Officer: clerk.Officer, Office: "district-kasur", Role: office.RegistrationOfficer, From: "2026-03-01", To: "2026-02-01"}, "first day"},
			{dec, office.Grant{Officer: "nobody", Office: "district-kasur", Role: office.RegistrationOfficer, From: "2026-03-01"}, "not in the book"},
			{dec, office.Grant{Officer: clerk.Officer, Office: "district-kasur", Role: office.RegistrationOfficer, From: "2026-03-01", Areas: []area.Area{area.Country}}, "jurisdiction"},
		} {
			err := c.Fails(t, func(tx *database.Tx) error {
				_, err := c.Desk.AskGrants(tx, try.by, []office.Grant{try.grant}, "", "a test")
				return err
			})
			if !strings.Contains(err.Error(), try.want) {
				t.Errorf("%d: %v, want %q", i, err, try.want)
			}
		}
		// Once it has lapsed the same can be asked for again, swept or not.
		c.Pass(approval.DefaultLapse - time.Second)
		if state(t, c, a.ID).At(c.Now()).State != approval.Asked {
			t.Error("lapsed too early")
		}
		c.Pass(time.Second)
		if got := state(t, c, a.ID).At(c.Now()); got.State != approval.Lapsed {
			t.Errorf("%s, not lapsed", got.State)
		}
		if err := c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, c.Second, a.ID, a.Hash, ""); return err }); !errors.Is(err, approval.ErrDecided) {
			t.Error(err)
		}
		b := ask(t, c, "one")
		if b.Hash != a.Hash || b.ID == a.ID || state(t, c, a.ID).State != approval.Lapsed {
			t.Errorf("%+v", b)
		}
	})
}

// TestTwoApprovers: of many who decide at once exactly one does, and it is done once.
func TestTwoApprovers(t *testing.T) {
	databases.EachWhere(t, func(t *testing.T, where string) {
		c := officetest.Open(t, databases.Open(t, where))
		tell(t, c)
		second := databases.Open(t, where) // another process, as far as the database can tell
		others := []office.Acting{c.Second}
		for range 3 {
			others = append(others, c.Appoint(t, office.SecretariatOfficer, "secretariat"))
		}
		for round := range 8 {
			a := ask(t, c, fmt.Sprint("race ", round))
			var wg sync.WaitGroup
			errs := make([]error, 2*len(others))
			for i := range errs {
				db := c.DB
				if i%2 == 1 {
					db = second
				}
				wg.Go(func() {
					errs[i] = db.Update(t.Context(), func(tx *database.Tx) error {
						if i%4 == 2 {
							_, err := c.Desk.Refuse(tx, others[i/2], a.ID, "no")
							return err
						}
						_, err := c.Desk.Approve(tx, others[i/2], a.ID, a.Hash, "")
						return err
					})
				})
			}
			wg.Wait()
			won := 0
			for _, err := range errs {
				if err == nil {
					won++
				} else if !errors.Is(err, approval.ErrDecided) {
					t.Error(err)
				}
			}
			got := state(t, c, a.ID)
			done := rows(t, c, `SELECT count(*) FROM told WHERE what = ?`, fmt.Sprint("race ", round))
			if won != 1 || got.State == approval.Done && done != 1 || got.State == approval.Refused && done != 0 || !got.State.Over() {
				t.Errorf("%d decided, it is %s, done %d times", won, got.State, done)
			}
		}
	})
}

func TestLongActIsDoneOnce(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		c.Desk.RegisterLong("key.use")
		a := ask(t, c, "long")
		c.Update(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, c.Second, a.ID, a.Hash, ""); return err })
		// It does not lapse any more, and the same can't be asked for beside it.
		c.Pass(10 * approval.DefaultLapse)
		var waiting []approval.Approval
		c.Update(t, func(tx *database.Tx) (err error) {
			if _, err = c.Desk.Sweep(tx); err == nil {
				waiting, err = c.Desk.Waiting(tx, "key.use")
			}
			return err
		})
		if len(waiting) != 1 || waiting[0].ID != a.ID {
			t.Fatalf("%+v", waiting)
		}
		if err := c.Fails(t, func(tx *database.Tx) error {
			_, err := c.Desk.Ask(tx, c.First, approval.Request{Act: a.Act, On: a.On, Target: a.Target(), Payload: a.Payload, Reason: "again"})
			return err
		}); !errors.Is(err, approval.ErrAskedBefore) {
			t.Error(err)
		}
		c.Update(t, func(tx *database.Tx) error { return c.Desk.Finish(tx, a.ID) })
		if err := c.Fails(t, func(tx *database.Tx) error { return c.Desk.Finish(tx, a.ID) }); !errors.Is(err, approval.ErrDecided) {
			t.Error(err)
		}
	})
}

// TestPayloadIsKept: what was changed behind the desk's back is not done.
func TestPayloadIsKept(t *testing.T) {
	each(t, func(t *testing.T, c *officetest.Commission) {
		tell(t, c)
		a := ask(t, c, "one")
		if want := `{"n":7,"what":"one"}`; string(a.Payload) != want || !reflect.DeepEqual(state(t, c, a.ID).Payload, a.Payload) {
			t.Errorf("%s", a.Payload)
		}
		c.Update(t, func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE office_approval SET payload = '{"n":7,"what":"two"}' WHERE id = ?`, a.ID)
			return err
		})
		if err := c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, c.Second, a.ID, a.Hash, ""); return err }); !errors.Is(err, approval.ErrChanged) {
			t.Error(err)
		}
	})
}

func TestRegister(t *testing.T) {
	desk := approval.NewDesk(office.NewBook(nil, nil), 0)
	for _, act := range []office.Act{"role.grant", "office.read", "no.such"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s was registered", act)
				}
			}()
			desk.Register(act, func(*database.Tx, approval.Approval) error { return nil })
		}()
	}
}
