package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// Book is the book of officers as sign-in asks it: the Officers that ship.
type Book struct {
	DB     *database.DB
	Office *office.Book
	Desk   *approval.Desk // where a reset is asked for
}

var _ Officers = Book{}

// officer is what sign-in knows of an officer of the book.
func (b Book) officer(o office.Officer, err error) (Officer, error) {
	if errors.Is(err, office.ErrMissing) {
		return Officer{}, ErrUnknown
	}
	if err != nil {
		return Officer{}, err
	}
	return Officer{ID: string(o.ID), Name: o.Name(), Active: o.State == office.Active, Open: o.State == office.Active || o.State == office.Invited}, nil
}

// ByLogin implements Officers. What is neither a CNIC nor an address is nobody's.
func (b Book) ByLogin(tx *database.Tx, login string) (Officer, error) {
	if strings.Contains(login, "@") {
		return b.byEmail(tx, login)
	}
	n, err := cnic.Parse(login)
	if err != nil {
		return Officer{}, ErrUnknown
	}
	return b.officer(b.Office.OfficerByCNIC(tx, n))
}

// byEmail finds an address as it was typed, or in small letters. It looks for both
// in any case, so that the time does not tell which is there.
func (b Book) byEmail(tx *database.Tx, login string) (o Officer, err error) {
	found := error(ErrUnknown)
	for _, text := range []string{strings.ToLower(login), login} {
		e, bad := office.ParseEmail(text)
		if bad != nil || e.IsZero() {
			return Officer{}, ErrUnknown
		}
		one, err := b.officer(b.Office.OfficerByEmail(tx, e))
		switch {
		case err == nil:
			o, found = one, nil
		case !errors.Is(err, ErrUnknown):
			return Officer{}, err
		}
	}
	return o, found
}

// ByID implements Officers.
func (b Book) ByID(tx *database.Tx, id string) (Officer, error) {
	return b.officer(b.Office.Officer(tx, office.OfficerID(id)))
}

// invitation turns the book's word for a link that is no good into ours.
func invitation[T any](v T, err error) (T, error) {
	if errors.Is(err, office.ErrInvitation) || errors.Is(err, office.ErrNotFirst) {
		err = ErrUnknown
	}
	return v, err
}

// Invited implements Officers.
func (b Book) Invited(tx *database.Tx, code string) (Officer, error) {
	i, err := invitation(b.Office.Invitation(tx, code))
	if err != nil || i.Officer == "" {
		return Officer{}, err
	}
	return b.ByID(tx, string(i.Officer))
}

// Introduce implements Officers.
func (b Book) Introduce(tx *database.Tx, code, request string, p Person) (Officer, error) {
	fault := func(err error) (Officer, error) {
		var f *office.FieldError
		if errors.As(err, &f) {
			return Officer{}, &Fault{Field: f.Field, Text: words.Both{En: office.Texts.Say(words.English, f.Say), Ur: office.Texts.Say(words.Urdu, f.Say)}}
		}
		return Officer{}, err
	}
	o := office.Officer{NameEn: p.NameEn, NameUr: p.NameUr, Personal: office.Personal{CNIC: p.CNIC, Telephone: p.Telephone}}
	var err error
	if o.Personal.Email, err = office.ParseEmail(strings.ToLower(p.Email)); err != nil {
		return Officer{}, &Fault{Field: "email", Text: catalogue.Both("shell.form.email")}
	}
	id, err := invitation(b.Office.Introduce(tx, code, request, o))
	if err != nil {
		return fault(err)
	}
	return b.ByID(tx, string(id))
}

// Accept implements Officers.
func (b Book) Accept(tx *database.Tx, code, request string) error {
	_, err := invitation(b.Office.Accept(tx, code, request))
	return err
}

// Knows implements Officers.
func (b Book) Knows(act web.Act) bool { return b.Office.Rules.Table.Knows(act) }

// Anyone implements Officers.
func (b Book) Anyone(act web.Act) bool {
	for _, p := range b.Office.Rules.Table.Of(act) {
		if p.Role == office.Anyone {
			return true
		}
	}
	return false
}

// Title implements Officers.
func (b Book) Title(act web.Act) words.Both { return office.Texts.Both(office.Title(act)) }

// Decide implements Officers. Where the question names neither area nor account, it
// is whether the officer may do the act at all: whoever does it asks again.
func (b Book) Decide(tx *database.Tx, q Question) (Decision, error) {
	on, err := b.target(tx, q)
	if errors.Is(err, office.ErrMissing) || errors.Is(err, errNoArea) {
		return b.decision(tx, office.Decision{Reason: office.Outside})
	}
	if err != nil {
		return Decision{}, err
	}
	d, err := b.Office.Decide(tx, office.Acting{Officer: office.OfficerID(q.Officer)}, q.Act, on)
	if err != nil {
		return Decision{}, err
	}
	return b.decision(tx, d)
}

var errNoArea = errors.New("no area of that key")

// target is what the question is about.
func (b Book) target(tx *database.Tx, q Question) (office.Target, error) {
	switch {
	case q.On != "":
		o, err := b.Office.Officer(tx, office.OfficerID(q.On))
		if err != nil {
			return office.Target{}, err
		}
		home, err := b.Office.Office(tx, o.Home)
		on := home.Target()
		on.Officer = o.ID
		return on, err
	case q.Area != "":
		a, err := area.Parse(q.Area)
		if err != nil {
			return office.Target{}, errors.Join(errNoArea, err)
		}
		return office.In(a), nil
	}
	return office.Target{Officer: office.OfficerID(q.Officer), Somewhere: true}, nil
}

func (b Book) decision(tx *database.Tx, d office.Decision) (Decision, error) {
	out := Decision{Allowed: d.Allowed, Office: string(d.Office), For: string(d.For)}
	if !d.Allowed {
		out.Why, out.Reason = string(d.Reason), office.Texts.Both(d.Reason.Key())
		return out, nil
	}
	if d.Office == "" {
		return out, nil
	}
	out.As = office.Texts.Both(d.Role.Key())
	o, err := b.Office.Office(tx, d.Office)
	out.At = words.Both{En: o.NameEn, Ur: o.NameUr}
	return out, err
}

// Within implements Officers.
func (b Book) Within(inner, outer string) bool {
	a, err := area.Parse(inner)
	o, bad := area.Parse(outer)
	return err == nil && bad == nil && b.Office.Rules.Links.Within(a, o)
}

// Offices implements Officers: those of the posts whose powers the officer has now,
// each once.
func (b Book) Offices(tx *database.Tx, officer string) (all []Choice, err error) {
	posts, err := b.Office.Posts(tx, office.OfficerID(officer))
	seen := map[office.OfficeID]bool{}
	for _, p := range posts {
		if who, _ := p.Wielder(b.Office.Now()); string(who) != officer || seen[p.Office.ID] {
			continue
		}
		seen[p.Office.ID] = true
		all = append(all, Choice{Office: string(p.Office.ID), Name: words.Both{En: p.Office.NameEn, Ur: p.Office.NameUr}})
	}
	return all, err
}

// acting is the one who acts as package office has him.
func (b Book) acting(a Acting) office.Acting {
	return office.Acting{Officer: office.OfficerID(a.Officer), Name: a.Name.En, Office: office.OfficeID(a.Office), Session: a.Session, Request: a.Request}
}

// Refused implements Officers.
func (b Book) Refused(ctx context.Context, by Acting, act web.Act, on, why string) error {
	return b.Office.Refused(ctx, b.DB, b.acting(by), &office.Refusal{Act: act, On: on, Reason: office.Reason(why)})
}

// With implements Officers.
func (b Book) With(ctx context.Context, a Acting) context.Context {
	return office.With(ctx, b.acting(a))
}

// resetPayload is what the second officer approves.
type resetPayload struct {
	Officer string `json:"officer"`
}

// AskReset implements Officers.
func (b Book) AskReset(tx *database.Tx, by Acting, officer, reason string) error {
	if b.Desk == nil {
		return errors.New("sign-in: nobody can approve a reset: set Book.Desk")
	}
	on, err := b.target(tx, Question{On: officer})
	if errors.Is(err, office.ErrMissing) {
		return ErrUnknown
	}
	if err != nil {
		return err
	}
	if by.Officer == officer { // who can still sign in has lost nothing
		return &Fault{Field: "reason", Text: catalogue.Both("signin.reset_self")}
	}
	on.Officer = ""
	_, err = b.Desk.Ask(tx, b.acting(by), approval.Request{Act: actReset, On: "officer:" + officer, Target: on,
		Payload: resetPayload{officer}, Reason: reason})
	var f *office.FieldError
	if errors.As(err, &f) {
		return &Fault{Field: "reason", Text: words.Both{En: office.Texts.Say(words.English, f.Say), Ur: office.Texts.Say(words.Urdu, f.Say)}}
	}
	if errors.Is(err, approval.ErrAskedBefore) {
		return &Fault{Field: "reason", Text: catalogue.Both("signin.reset_pending")}
	}
	return err
}

// RegisterReset has a desk reset an officer's sign-in when it has been approved.
func (s *Service) RegisterReset(desk *approval.Desk) {
	desk.Register(actReset, func(tx *database.Tx, a approval.Approval) error {
		var p resetPayload
		if err := json.Unmarshal(a.Payload, &p); err != nil || p.Officer == "" {
			return fmt.Errorf("approval %s names no officer: %w", a.ID, err)
		}
		if err := s.Reset(tx, p.Officer); err != nil {
			return err
		}
		return audit.Write(tx, s.cfg.Now(), audit.Entry{Officer: string(a.AskedBy), Act: string(actReset), On: "officer:" + p.Officer, Reason: a.Reason,
			After: map[string]string{"did": "sign-in reset", "approved_by": string(a.DecidedBy), "approval": a.ID}})
	})
}

// SealedColumns are the columns that a rotation of the vault's key has to seal anew.
func SealedColumns() []vault.Column {
	return []vault.Column{
		{Table: "signin_account", Key: "officer", Name: "code"},
		{Table: "signin_passkey", Key: "id", Name: "record"},
		{Table: "signin_session", Key: "id", Name: "invitation"},
		{Table: "signin_session", Key: "id", Name: "code"},
		{Table: "signin_key", Key: "id", Name: "sealed"},
	}
}
