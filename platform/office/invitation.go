package office

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"intikhab/platform/database"
)

// How long one-time links can be used.
const (
	FirstLinkLives  = 24 * time.Hour
	InvitationLives = 7 * 24 * time.Hour
)

var (
	// ErrInvitation says that a link is none, was used, or is too old; which of them
	// is not told to whoever tries it.
	ErrInvitation = errors.New("this link can't be used: it is not one of ours, was used before or is too old; ask for a new one")
	// ErrNotFirst says that somebody has been system administrator already.
	ErrNotFirst = errors.New("there has been a system administrator already: officers invite others, and there is no first link any more")
)

// An Invitation is what a one-time link is for.
type Invitation struct {
	Officer OfficerID // "" in a first link whose holder has not said yet who he is
	First   bool      // whoever takes it up becomes the first system administrator
	Expires time.Time
}

// FirstLink makes the one-time token of the first system administrator. It can be
// made as long as nobody has ever been one, and makes those before it useless, with
// what was begun by them. What the database has of it is a digest: the token itself
// is returned once.
func (b *Book) FirstLink(tx *database.Tx) (token string, err error) {
	if err := noAdministrator(tx); err != nil {
		return "", err
	}
	for _, begun := range []string{
		`DELETE FROM office_officer WHERE state = 'invited' AND id IN (SELECT officer FROM office_invitation WHERE first = 1)`,
		`DELETE FROM office_invitation WHERE first = 1`,
	} {
		if _, err := tx.Exec(begun); err != nil {
			return "", err
		}
	}
	if token, err = b.newToken(tx, "", true, AtShell(), FirstLinkLives); err != nil {
		return "", err
	}
	return token, b.write(tx, Decision{}.Entry(AtShell(), "service.run", "invitation:first", firstStart))
}

// firstStart is the reason of what is done before there is anybody to give one.
const firstStart = "the first start"

func noAdministrator(tx *database.Tx) error {
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM office_appointment WHERE role = ?`, SystemAdministrator).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return ErrNotFirst
	}
	return nil
}

func (b *Book) newToken(tx *database.Tx, officer OfficerID, first bool, by Acting, lives time.Duration) (string, error) {
	token := rand.Text()
	now := b.now()
	_, err := tx.Exec(`INSERT INTO office_invitation (hash, officer, first, made, made_by, expires) VALUES (?, ?, ?, ?, ?, ?)`,
		hashToken(token), officer, oneIf(first), stamp(now), by.who(), stamp(now.Add(lives)))
	return token, err
}

// hashToken needs no salt and no slow hash: a token has 130 random bits.
func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Invite makes a one-time token by which an invited officer opens his account. It
// makes those that he was given before useless.
func (b *Book) Invite(tx *database.Tx, by Acting, id OfficerID) (token string, err error) {
	o, on, err := b.officerTarget(tx, id)
	if err != nil {
		return "", err
	}
	d, err := b.Must(tx, by, "officer.add", on)
	if err != nil {
		return "", err
	}
	if o.State != Invited {
		return "", fmt.Errorf("officer %s: the account is %s, and only an invited one needs a link", id, o.State)
	}
	if _, err := tx.Exec(`DELETE FROM office_invitation WHERE officer = ?`, id); err != nil {
		return "", err
	}
	if token, err = b.newToken(tx, id, false, by, InvitationLives); err != nil {
		return "", err
	}
	e := d.Entry(by, "officer.add", "officer:"+string(id), "")
	e.Change("invitation", nil, "sent")
	return token, b.write(tx, e)
}

// Invitation tells what a token is for, or ErrInvitation. It uses nothing up.
func (b *Book) Invitation(tx *database.Tx, token string) (Invitation, error) {
	var i Invitation
	var expires, used database.Time
	var first int
	err := tx.QueryRow(`SELECT officer, first, expires, used FROM office_invitation WHERE hash = ?`, hashToken(token)).Scan(&i.Officer, &first, &expires, &used)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (!used.IsZero() || !b.now().Before(expires.Time)) {
		return Invitation{}, ErrInvitation
	}
	i.Expires, i.First = expires.Time, first == 1
	return i, err
}

// Introduce takes what the holder of the first link says of himself, once: it opens
// the Secretariat, if there is none, and adds his account there in the state invited.
func (b *Book) Introduce(tx *database.Tx, token, request string, o Officer) (OfficerID, error) {
	i, err := b.Invitation(tx, token)
	if err != nil {
		return "", err
	}
	if !i.First || i.Officer != "" {
		return "", ErrInvitation
	}
	if err := noAdministrator(tx); err != nil {
		return "", err
	}
	home, err := b.firstOffice(tx)
	if err != nil {
		return "", err
	}
	o.ID, o.State, o.Home, o.AddedBy = OfficerID(rand.Text()), Invited, home.ID, ""
	if _, err := b.prepare(tx, &o, firstStart); err != nil {
		return "", err
	}
	if err := b.insertOfficer(tx, o); err != nil {
		return "", err
	}
	if _, err := tx.Exec(`UPDATE office_invitation SET officer = ? WHERE hash = ?`, o.ID, hashToken(token)); err != nil {
		return "", err
	}
	e := Decision{}.Entry(Acting{Officer: o.ID, Request: request}, "signin.accept", "officer:"+string(o.ID), firstStart)
	officerChanges(&e, Officer{}, o)
	return o.ID, b.write(tx, e)
}

// Accept uses an invited officer's token up and makes the account active; by the
// first link it also appoints him system administrator. Sign-in calls it in the
// transaction that keeps the officer's passkey or password.
func (b *Book) Accept(tx *database.Tx, token, request string) (OfficerID, error) {
	i, err := b.Invitation(tx, token)
	if err != nil {
		return "", err
	}
	if i.Officer == "" {
		return "", ErrInvitation
	}
	now := b.now()
	for _, change := range []struct {
		sql  string
		args []any
	}{
		{`UPDATE office_invitation SET used = ? WHERE hash = ? AND used IS NULL`, []any{stamp(now), hashToken(token)}},
		{`UPDATE office_officer SET state = ? WHERE id = ? AND state = ?`, []any{Active, i.Officer, Invited}},
	} {
		done, err := tx.Exec(change.sql, change.args...)
		if err != nil {
			return "", err
		}
		if n, err := done.RowsAffected(); err != nil || n != 1 {
			return "", errors.Join(ErrInvitation, err)
		}
	}
	e := Decision{}.Entry(Acting{Officer: i.Officer, Request: request}, "signin.accept", "officer:"+string(i.Officer), "")
	e.Change("state", string(Invited), string(Active))
	if err := b.write(tx, e); err != nil || !i.First {
		return i.Officer, err
	}
	if err := noAdministrator(tx); err != nil {
		return "", err
	}
	o, err := b.Officer(tx, i.Officer)
	if err != nil {
		return "", err
	}
	g := Grant{Officer: o.ID, Office: o.Home, Role: SystemAdministrator, From: DayOf(now)}
	w := warrant{act: "role.grant.first", asked: o.ID, request: request, office: o.Home, reason: firstStart}
	return o.ID, b.appoint(tx, g, Made{At: now, By: o.ID, Reason: firstStart}, w)
}

// firstOffice gives the Secretariat, which it opens today if there is none.
func (b *Book) firstOffice(tx *database.Tx) (Office, error) {
	all, err := b.Offices(tx)
	if err != nil {
		return Office{}, err
	}
	for _, o := range all {
		if o.Kind == Secretariat {
			return o, nil
		}
	}
	o := Commission(DayOf(b.now()))[0]
	_, err = tx.Exec(`INSERT INTO office_office (`+officeColumns+`) VALUES (?, ?, ?, ?, ?, ?, '', ?, '')`,
		o.ID, o.Kind, o.Parent, o.NameEn, o.NameUr, o.Area.String(), o.Open.From)
	if err != nil {
		return o, err
	}
	e := Decision{}.Entry(AtShell(), "office.change", "office:"+string(o.ID), firstStart)
	officeChanges(&e, Office{}, o)
	return o, b.write(tx, e)
}
