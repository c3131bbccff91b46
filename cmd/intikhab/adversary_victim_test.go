package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/health"
	"intikhab/platform/ledger/verify"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/words"
)

// A victim is an officer whose ids are known to the attacker, with everything that
// an officer can have.
type victim struct {
	*attacker
	session, passkey, token, appointment, approval, notice, invitation string
}

// victimOf makes one at an office.
func (a *attacked) victimOf(at office.OfficeID) *victim {
	a.t.Helper()
	v := &victim{attacker: a.officer(office.DataEntryOperator, at)}
	v.session = a.signIn(v.attacker)
	now := time.Now()
	a.update(func(tx *database.Tx) error {
		secret := ticket.New()
		t := records.Token{ID: records.NewID(), Officer: string(v.id), Name: "victim", Acts: []string{"audit.read"}, Made: now, Expires: now.Add(time.Hour)}
		p := records.Passkey{ID: records.NewID(), Officer: string(v.id), Name: "victim", Record: []byte("x"), Added: now}
		v.token, v.passkey = t.ID, p.ID
		a.secrets[secret.RevealToken()] = true
		if err := records.AddToken(tx, secret, t); err != nil {
			return err
		}
		if _, err := records.AddPasskey(tx, p, []byte("credential of "+v.id)); err != nil {
			return err
		}
		posts, err := a.s.book.Posts(tx, v.id)
		if err != nil || len(posts) == 0 {
			return fmt.Errorf("no post: %w", err)
		}
		v.appointment = string(posts[0].Appointment.ID)
		grant := []office.Grant{{Officer: v.id, Office: at, Role: office.RevisingAuthority, From: office.DayOf(now)}}
		asked, err := a.s.desk.AskGrants(tx, a.first, grant, "", "a test")
		v.approval = asked.ID
		return err
	})
	a.update(func(tx *database.Tx) (err error) {
		v.notice, err = a.s.told.Put(tx, noticeTo(v.id))
		return err
	})
	return v
}

// rowsOf are the rows of the database that name an officer, but of the trail, of
// what is told, and of attempts to sign in, which grow by right.
func (a *attacked) rowsOf(id office.OfficerID) (rows []string) {
	a.t.Helper()
	a.view(func(tx *database.Tx) error {
		tables, err := tx.Tables()
		if err != nil {
			return err
		}
		rows = nil
		for _, table := range tables {
			if strings.HasPrefix(table, "audit_") || strings.HasPrefix(table, "bus_") || strings.HasPrefix(table, "notice") || table == "signin_notice" || table == "signin_attempt" {
				continue
			}
			if rows, err = rowsNaming(tx, table, string(id), rows); err != nil {
				return fmt.Errorf("%s: %w", table, err)
			}
		}
		return nil
	})
	slices.Sort(rows)
	return rows
}

func rowsNaming(tx *database.Tx, table, id string, found []string) ([]string, error) {
	rows, err := tx.Query(`SELECT * FROM ` + table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		values, at := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			at[i] = &values[i]
		}
		if err := rows.Scan(at...); err != nil {
			return nil, err
		}
		if line := fmt.Sprintf("%s %q", table, values); strings.Contains(line, id) {
			found = append(found, line)
		}
	}
	return found, rows.Err()
}

// refusals are the audit rows of what an officer was refused.
func (a *attacked) refusals(id office.OfficerID) []audit.Row {
	a.t.Helper()
	page, err := audit.Search(a.t.Context(), a.s.db, audit.Query{Officer: string(id), Outcome: audit.Refused})
	if err != nil {
		a.t.Fatal(err)
	}
	return page.Rows
}

// sentence is why an officer is refused, in both languages.
func sentence(why office.Reason) words.Both { return office.Texts.Both(why.Key()) }

// noticeTo is something that an officer is told.
func noticeTo(id office.OfficerID) notice.Notice {
	return notice.Notice{Kind: "signin.reset", Language: words.English, Address: "officer0@example.org", On: "officer:" + string(id),
		Data: map[string]string{"at": "noon"}}
}

// whole looks whether records and trail are in order after all that was tried.
func (a *attacked) whole() {
	a.t.Helper()
	if _, err := a.s.sealer.Seal(a.t.Context()); err != nil {
		a.t.Error(err)
	}
	for _, f := range a.s.db.Check(a.t.Context(), nil) {
		if f.Level == health.Bad {
			a.t.Errorf("the database: %v", f)
		}
	}
	key, err := note.NewVerifier(a.s.ledger.Verifier())
	if err != nil {
		a.t.Fatal(err)
	}
	report, err := audit.Verify(a.t.Context(), a.s.db, a.cfg.Ledger.Dir, verify.Options{Keys: []note.Verifier{key}})
	if err != nil {
		a.t.Fatal(err)
	}
	if !report.OK() || report.Waiting > 0 {
		a.t.Errorf("the trail: %+v", report)
	}
	a.secretsInLog()
}
