package signin

import (
	"context"
	"errors"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

// ErrUnknown is what Officers says of an officer, or an invitation, that is not
// there, has been used, or has lapsed.
var ErrUnknown = errors.New("unknown to the book of officers")

// An Officer is what sign-in knows of an officer.
type Officer struct {
	ID     string
	Name   words.Both
	Active bool // may sign in: not merely invited, suspended or closed
	Open   bool // may set up how to sign in: active, or invited
}

// Officers is what sign-in asks of the book of officers and of the table of
// permissions. Package office has the one that ships; see Book.
type Officers interface {
	// ByLogin finds the officer whose e-mail address or CNIC somebody has typed, ByID
	// the one of this id. Both give ErrUnknown if there is none.
	ByLogin(tx *database.Tx, login string) (Officer, error)
	ByID(tx *database.Tx, id string) (Officer, error)

	// Invited tells whom an invitation is for: an officer without an id is the first
	// administrator, whom nobody knows yet. Introduce makes his account and ties the
	// invitation to it; a *Fault is what he can put right. Accept uses an invitation
	// up. All give ErrUnknown for one that was used or has lapsed.
	Invited(tx *database.Tx, code string) (Officer, error)
	Introduce(tx *database.Tx, code, request string, p Person) (Officer, error)
	Accept(tx *database.Tx, code, request string) error

	// Knows tells whether an act stands in the table of permissions, Anyone whether
	// it is allowed to everybody, signed in or not.
	Knows(act web.Act) bool
	Anyone(act web.Act) bool
	// Title is an act in words.
	Title(act web.Act) words.Both
	// Decide tells whether an officer may do an act now.
	Decide(tx *database.Tx, q Question) (Decision, error)
	// Within tells whether an area lies in another, or is the same.
	Within(area, outer string) bool
	// Offices are those for which an officer may act now.
	Offices(tx *database.Tx, officer string) ([]Choice, error)
	// AskReset asks a second officer to approve that all by which an officer signs in
	// is taken away; when he does, Service.Reset is called. A *Fault, of the field
	// reason, is what whoever asks can put right.
	AskReset(tx *database.Tx, by Acting, officer, reason string) error
	// Refused writes the audit row of a refusal, if their number allows.
	Refused(ctx context.Context, by Acting, act web.Act, on, why string) error
	// With puts the acting officer into a request's context.
	With(ctx context.Context, acting Acting) context.Context
}

// A Question is whether an officer may do an act.
type Question struct {
	Officer string
	Act     web.Act
	Area    string // that the act is about; "" is: may he do it anywhere?
	On      string // whose account the act is about; "" is as for Area
}

// A Decision answers a Question.
type Decision struct {
	Allowed bool
	Office  string     // at which he holds the role that allows it
	At      words.Both // the office's name
	As      words.Both // the role's
	For     string     // whose charge it is, if it is not his own
	Why     string     // he may not, in a word that never changes
	Reason  words.Both // the same for the officer
}

// A Choice is an office for which an officer may act.
type Choice struct {
	Office string
	Name   words.Both
}

// Acting is the officer who acts in a request.
type Acting struct {
	Officer string
	Name    words.Both
	Office  string // for which he has chosen to act, "" if he has not
	Session string // id of the session, or of the token
	Request string // web.RequestID
}

// A Person is what the first administrator says of himself. Whether it is so nobody
// checks but those who gave him the link.
type Person struct {
	NameEn, NameUr string
	CNIC           cnic.Number
	Email          string
	Telephone      sms.MSISDN
}

// A Fault is an error in an answer that the person can put right.
type Fault struct {
	Field string // name_en, name_ur, cnic, email, telephone
	Text  words.Both
}

func (f *Fault) Error() string { return f.Field + ": " + f.Text.En }

// A Sealer seals what must not be read in the database. Seal's text can be opened
// only for the same table, column and row.
type Sealer interface {
	Seal(table, column, row string, plain []byte) []byte
	Open(table, column, row string, sealed []byte) ([]byte, error)
}

// A Notifier tells an officer what has happened to his account, by whatever way he
// is reached; the message goes out only if tx is committed. The kinds are those of
// the texts signin.told.KIND, and data fills their placeholders.
type Notifier interface {
	Notify(tx *database.Tx, officer, kind string, data map[string]string) error
}
