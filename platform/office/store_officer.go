package office

import (
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/sms"
)

// The columns that are sealed, in table office_officer.
const (
	officerTable    = "office_officer"
	cnicColumn      = "cnic"
	emailColumn     = "email"
	telephoneColumn = "telephone"
)

// SealedColumns are the columns that a rotation of the key has to seal anew.
func SealedColumns() []vault.Column {
	return []vault.Column{
		{Table: officerTable, Key: "id", Name: cnicColumn, Index: "cnic_index"},
		{Table: officerTable, Key: "id", Name: emailColumn, Index: "email_index"},
		{Table: officerTable, Key: "id", Name: telephoneColumn},
	}
}

const officerColumns = `id, state, name_en, name_ur, home, added, added_by`

func scanOfficer(scan func(...any) error, more ...any) (o Officer, err error) {
	var added database.Time
	err = scan(append([]any{&o.ID, &o.State, &o.NameEn, &o.NameUr, &o.Home, &added, &o.AddedBy}, more...)...)
	o.Added = added.Time
	return o, err
}

// Officer gives one officer with his personal columns, which print masked, or
// ErrMissing. Who shows them whole to a person goes through [Book.Reveal].
func (b *Book) Officer(tx *database.Tx, id OfficerID) (Officer, error) {
	var number, email, telephone []byte
	o, err := scanOfficer(tx.QueryRow(`SELECT `+officerColumns+`, cnic, email, telephone FROM office_officer WHERE id = ?`, id).Scan,
		&number, &email, &telephone)
	if errors.Is(err, sql.ErrNoRows) {
		return o, fmt.Errorf("officer %q: %w", clip(string(id)), ErrMissing)
	}
	if err != nil {
		return o, err
	}
	for _, c := range []struct {
		column string
		sealed []byte
		read   func(string) error
	}{
		{cnicColumn, number, func(s string) (err error) { o.Personal.CNIC, err = cnic.ParseStrict([]byte(s)); return err }},
		{emailColumn, email, func(s string) (err error) { o.Personal.Email, err = ParseEmail(s); return err }},
		{telephoneColumn, telephone, func(s string) (err error) { o.Personal.Telephone, err = sms.ParseMSISDN(s); return err }},
	} {
		if c.sealed == nil {
			continue
		}
		plain, err := b.sealer.Open(officerTable, c.column, string(id), c.sealed)
		if err == nil {
			err = c.read(string(plain))
		}
		if err != nil {
			return o, fmt.Errorf("officer %s: column %s can't be opened: %w", id, c.column, err)
		}
	}
	return o, nil
}

// OfficerByCNIC gives the officer with this CNIC, or ErrMissing.
func (b *Book) OfficerByCNIC(tx *database.Tx, n cnic.Number) (Officer, error) {
	return b.officerBy(tx, cnicColumn, n.Reveal())
}

// OfficerByEmail gives the officer with this address, as sign-in asks for it, or
// ErrMissing. Of several officers with one address none is given: the address of an
// office does not say who is signing in.
func (b *Book) OfficerByEmail(tx *database.Tx, e Email) (Officer, error) {
	return b.officerBy(tx, emailColumn, e.Reveal())
}

func (b *Book) officerBy(tx *database.Tx, column, value string) (Officer, error) {
	var args []any
	for _, index := range b.sealer.Indexes(officerTable+"."+column, value) {
		args = append(args, index)
	}
	var id OfficerID
	var n int
	err := tx.QueryRow(`SELECT coalesce(min(id), ''), count(*) FROM office_officer WHERE `+column+`_index IN (`+marks(len(args))+`)`, args...).Scan(&id, &n)
	if err != nil {
		return Officer{}, err
	}
	if n != 1 {
		return Officer{}, fmt.Errorf("%d officers have this %s: %w", n, column, ErrMissing)
	}
	return b.Officer(tx, id)
}

func (b *Book) index(column, value string) []byte {
	return b.sealer.Index(officerTable+"."+column, value)
}

// ErrTwice says that the person has an account already.
var ErrTwice = errors.New("an officer with this CNIC is in the book already, and one person has one account")

// AddOfficer adds an account in the state invited, which can do nothing before its
// invitation is taken up, nor anything beyond its own before a role is granted.
func (b *Book) AddOfficer(tx *database.Tx, by Acting, o Officer, reason string) (OfficerID, error) {
	home, err := b.prepare(tx, &o, reason)
	if err != nil {
		return "", err
	}
	d, err := b.Must(tx, by, "officer.add", home.Target())
	if err != nil {
		return "", err
	}
	o.ID, o.State, o.AddedBy = OfficerID(rand.Text()), Invited, by.Officer
	if err := b.insertOfficer(tx, o); err != nil {
		return "", err
	}
	e := d.Entry(by, "officer.add", "officer:"+string(o.ID), reason)
	officerChanges(&e, Officer{}, o)
	return o.ID, b.write(tx, e)
}

func (b *Book) insertOfficer(tx *database.Tx, o Officer) error {
	if _, err := b.OfficerByCNIC(tx, o.Personal.CNIC); err == nil {
		return fieldError("cnic", say("cnic_twice"), "%w", ErrTwice)
	} else if !errors.Is(err, ErrMissing) {
		return err
	}
	number, email, emailIndex, telephone := b.seal(o)
	_, err := tx.Exec(`INSERT INTO office_officer (`+officerColumns+`, search, cnic, cnic_index, email, email_index, telephone)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, o.ID, o.State, o.NameEn, o.NameUr, o.Home, database.Time{Time: b.now()}, o.AddedBy,
		searchable(o), number, b.index(cnicColumn, o.Personal.CNIC.Reveal()), email, emailIndex, telephone)
	return err
}

// seal seals the personal columns; nil is no value.
func (b *Book) seal(o Officer) (number, email, emailIndex, telephone []byte) {
	id := string(o.ID)
	number = b.sealer.Seal(officerTable, cnicColumn, id, []byte(o.Personal.CNIC.Reveal()))
	if e := o.Personal.Email; !e.IsZero() {
		email = b.sealer.Seal(officerTable, emailColumn, id, []byte(e.Reveal()))
		emailIndex = b.index(emailColumn, e.Reveal())
	}
	if t := o.Personal.Telephone; t != (sms.MSISDN{}) {
		telephone = b.sealer.Seal(officerTable, telephoneColumn, id, []byte(t.Reveal()))
	}
	return
}

// searchable is what a search by name looks through.
func searchable(o Officer) string { return lower(o.NameEn) + " " + o.NameUr }

// prepare tidies and checks an officer and gives his office.
func (b *Book) prepare(tx *database.Tx, o *Officer, reason string) (Office, error) {
	o.NameEn, o.NameUr = TidyName(o.NameEn), TidyName(o.NameUr)
	if err := o.Check(); err != nil {
		return Office{}, err
	}
	if err := Reasoned(reason); err != nil {
		return Office{}, err
	}
	home, err := b.Office(tx, o.Home)
	if errors.Is(err, ErrMissing) {
		return home, fieldError("office", say("office_missing", "office", clip(string(o.Home))), "%w", err)
	}
	return home, err
}

// ChangeOfficer changes names, office and personal columns. The CNIC stays: it says
// who the person is, and a wrong one is mended by closing the account.
func (b *Book) ChangeOfficer(tx *database.Tx, by Acting, o Officer, reason string) error {
	home, err := b.prepare(tx, &o, reason)
	if err != nil {
		return err
	}
	was, on, err := b.officerTarget(tx, o.ID)
	if err != nil {
		return err
	}
	on.Areas = append(on.Areas, home.Target().Areas...)
	d, err := b.Must(tx, by, "officer.change", on)
	if err != nil {
		return err
	}
	switch {
	case was.Personal.CNIC != o.Personal.CNIC:
		return fieldError("cnic", say("cnic_changed"), "officer %s: the CNIC of an account is not changed: close it and add the right person", o.ID)
	case was.State == Closed:
		return fmt.Errorf("officer %s: the account is closed and stays as it is", o.ID)
	}
	_, email, emailIndex, telephone := b.seal(o)
	_, err = tx.Exec(`UPDATE office_officer SET name_en = ?, name_ur = ?, search = ?, home = ?, email = ?, email_index = ?, telephone = ? WHERE id = ?`,
		o.NameEn, o.NameUr, searchable(o), o.Home, email, emailIndex, telephone, o.ID)
	if err != nil {
		return err
	}
	e := d.Entry(by, "officer.change", "officer:"+string(o.ID), reason)
	officerChanges(&e, was, o)
	return b.write(tx, e)
}

// officerChanges notes what differs. Personal columns print masked by their types.
func officerChanges(e *audit.Entry, was, is Officer) {
	e.Change("name_en", audit.Personal(was.NameEn), audit.Personal(is.NameEn))
	e.Change("name_ur", audit.Personal(was.NameUr), audit.Personal(is.NameUr))
	e.Change("home", string(was.Home), string(is.Home))
	e.Change("cnic", was.Personal.CNIC, is.Personal.CNIC)
	e.Change("email", was.Personal.Email, is.Personal.Email)
	e.Change("telephone", was.Personal.Telephone, is.Personal.Telephone)
}

// officerTarget gives an officer, and him as what an act is about: his own office,
// and every office at which he holds something that is not over. A commissioner of a
// district can't suspend one who is accounted there and also serves another.
func (b *Book) officerTarget(tx *database.Tx, id OfficerID) (Officer, Target, error) {
	o, err := b.Officer(tx, id)
	if err != nil {
		return o, Target{}, err
	}
	home, err := b.Office(tx, o.Home)
	if err != nil {
		return o, Target{}, err
	}
	posts, err := b.Posts(tx, id)
	if err != nil {
		return o, Target{}, err
	}
	on := Target{Officer: id, Office: home.ID}
	seen := map[area.Area]bool{}
	add := func(at Office) {
		for _, a := range at.Target().Areas {
			if !seen[a] {
				seen[a] = true
				on.Areas = append(on.Areas, a)
			}
		}
	}
	add(home)
	today := DayOf(b.now())
	for _, p := range posts {
		if p.Appointment.Ended.IsZero() && (p.Appointment.Span.To == "" || p.Appointment.Span.To >= today) && p.Appointment.Officer == id {
			add(p.Office)
		}
	}
	return o, on, nil
}

// OfficerTarget is an officer as what an act is about, for a gate and for pages.
func (b *Book) OfficerTarget(tx *database.Tx, id OfficerID) (Target, error) {
	_, on, err := b.officerTarget(tx, id)
	return on, err
}

// Reveal opens an officer's personal columns for a named officer with a reason,
// which the audit trail keeps.
func (b *Book) Reveal(tx *database.Tx, by Acting, id OfficerID, reason string) (Personal, error) {
	if err := Reasoned(reason); err != nil {
		return Personal{}, err
	}
	o, on, err := b.officerTarget(tx, id)
	if err != nil {
		return Personal{}, err
	}
	d, err := b.Must(tx, by, "officer.reveal", on)
	if err != nil {
		return Personal{}, err
	}
	return o.Personal, audit.Seen(tx, b.now(), d.Entry(by, "officer.reveal", "officer:"+string(id), reason))
}

func stamp(t time.Time) database.Time { return database.Time{Time: t} }
