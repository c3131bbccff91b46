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
	// ErrNotFirst says that there is an officer already, who invites others.
	ErrNotFirst = errors.New("there are officers already: one of them invites others, and there is no first link any more")
)

// An Invitation is what a one-time link is for.
type Invitation struct {
	Officer OfficerID // "" in the first link: whoever has it becomes the first administrator
	Expires time.Time
}

// FirstLink makes the one-time token of the first system administrator. It can be
// made while there is no officer, and a new one makes those before it useless. What
// the database has of it is a digest: the token itself is returned once.
func (b *Book) FirstLink(tx *database.Tx) (token string, err error) {
	if err := noOfficer(tx); err != nil {
		return "", err
	}
	if _, err := tx.Exec(`DELETE FROM office_invitation WHERE officer = ''`); err != nil {
		return "", err
	}
	if token, err = b.newToken(tx, "", AtShell(), FirstLinkLives); err != nil {
		return "", err
	}
	e := Decision{}.Entry(AtShell(), "service.run", "invitation:first", "the first start")
	return token, b.write(tx, e)
}

func noOfficer(tx *database.Tx) error {
	var n int
	if err := tx.QueryRow(`SELECT count(*) FROM office_officer`).Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return ErrNotFirst
	}
	return nil
}

func (b *Book) newToken(tx *database.Tx, officer OfficerID, by Acting, lives time.Duration) (string, error) {
	token := rand.Text()
	now := b.now()
	_, err := tx.Exec(`INSERT INTO office_invitation (hash, officer, made, made_by, expires) VALUES (?, ?, ?, ?, ?)`,
		hashToken(token), officer, stamp(now), by.who(), stamp(now.Add(lives)))
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
	if token, err = b.newToken(tx, id, by, InvitationLives); err != nil {
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
	err := tx.QueryRow(`SELECT officer, expires, used FROM office_invitation WHERE hash = ?`, hashToken(token)).Scan(&i.Officer, &expires, &used)
	if errors.Is(err, sql.ErrNoRows) || err == nil && (!used.IsZero() || !b.now().Before(expires.Time)) {
		return Invitation{}, ErrInvitation
	}
	i.Expires = expires.Time
	return i, err
}

// Accept uses an invited officer's token up and makes the account active. Sign-in
// calls it in the transaction that keeps the officer's passkey or password.
func (b *Book) Accept(tx *database.Tx, token, request string) (OfficerID, error) {
	i, err := b.useUp(tx, token)
	if err != nil {
		return "", err
	}
	if i.Officer == "" {
		return "", ErrInvitation // the first link is taken up by AcceptFirst
	}
	changed, err := tx.Exec(`UPDATE office_officer SET state = ? WHERE id = ? AND state = ?`, Active, i.Officer, Invited)
	if err != nil {
		return "", err
	}
	if n, err := changed.RowsAffected(); err != nil || n != 1 {
		return "", errors.Join(ErrInvitation, err)
	}
	e := Decision{}.Entry(Acting{Officer: i.Officer, Request: request}, "signin.accept", "officer:"+string(i.Officer), "")
	e.Change("state", string(Invited), string(Active))
	return i.Officer, b.write(tx, e)
}

func (b *Book) useUp(tx *database.Tx, token string) (Invitation, error) {
	i, err := b.Invitation(tx, token)
	if err != nil {
		return i, err
	}
	_, err = tx.Exec(`UPDATE office_invitation SET used = ? WHERE hash = ?`, stamp(b.now()), hashToken(token))
	return i, err
}

// AcceptFirst uses the first link up: it opens the Secretariat, if no file of
// offices has yet, adds whoever has the link as its first officer, active at once,
// and appoints him system administrator there. It refuses when there is any officer.
func (b *Book) AcceptFirst(tx *database.Tx, token, request string, o Officer) (OfficerID, error) {
	i, err := b.useUp(tx, token)
	if err != nil {
		return "", err
	}
	if i.Officer != "" {
		return "", ErrInvitation
	}
	if err := noOfficer(tx); err != nil {
		return "", err
	}
	now := b.now()
	home, err := b.firstOffice(tx)
	if err != nil {
		return "", err
	}
	o.ID, o.State, o.Home = OfficerID(rand.Text()), Active, home.ID
	const reason = "the first start"
	if _, err := b.prepare(tx, &o, reason); err != nil {
		return "", err
	}
	if err := b.insertOfficer(tx, o); err != nil {
		return "", err
	}
	e := Decision{}.Entry(Acting{Officer: o.ID, Request: request}, "signin.accept", "officer:"+string(o.ID), reason)
	officerChanges(&e, Officer{}, o)
	if err := b.write(tx, e); err != nil {
		return "", err
	}
	g := Grant{Officer: o.ID, Office: home.ID, Role: SystemAdministrator, From: DayOf(now)}
	w := warrant{act: "role.grant.first", asked: o.ID, request: request, office: home.ID, reason: reason}
	return o.ID, b.appoint(tx, g, Made{At: now, By: o.ID, Reason: reason}, w)
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
	e := Decision{}.Entry(AtShell(), "office.change", "office:"+string(o.ID), "the first start")
	officeChanges(&e, Office{}, o)
	return o, b.write(tx, e)
}
