package claim

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
)

//go:embed migrations words
var files embed.FS

// Words is the folder of this package's texts, for the catalogue of pages that show
// them: states, steps, outcomes, grounds, fields, conflicts, refusals and notices.
var Words fs.FS = files

// Texts are this package's own texts in both languages.
var Texts = words.MustCatalogue(files)

// Migrate makes the tables. Those of the roll, of phases, offices, the audit trail and
// notices must be there too before anything is written.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "claim", dir)
}

const (
	table         = "claim_claim"
	eventTable    = "claim_event"
	documentTable = "claim_document"

	claimantColumn = table + ".claimant"
	personColumn   = table + ".person"
)

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{
		{Table: table, Key: "number", Name: "body"},
		{Table: table, Key: "number", Name: "claimant", Index: "claimant_index"},
		{Table: table, Key: "number", Name: "person", Index: "person_index"},
		{Table: eventTable, Key: "id", Name: "note"},
		{Table: documentTable, Key: "id", Name: "content"},
	}
}

// Phases tells whether the time of a roll allows a deed; a *phase.Store does.
type Phases interface {
	Check(tx *database.Tx, a phase.Areas, d phase.Deed, now time.Time) error
}

// Notices puts what people are told into the act's transaction; a *notice.Service does.
type Notices interface {
	Put(tx *database.Tx, n notice.Notice) (id string, err error)
}

// Settings are what the commission may set.
type Settings struct {
	CompleteDays int // within which a returned claim is to be completed
	AppealDays   int // within which an appeal can be made [recalled: no law found]
	NoticeDays   int // at least, between listing and hearing
	OfflineDays  int // at most, between filling in on a device and coming in
	// OwnEntries lets an officer decide a claim that he entered himself. That he may not
	// is the commission's own rule here, and no law known.
	OwnEntries bool
}

// Standard are the settings of a program that was not told otherwise.
func Standard() Settings {
	return Settings{CompleteDays: 7, AppealDays: 30, NoticeDays: 3, OfflineDays: 14}
}

// Config is what a store needs. All but Notices, Settings and Track must be set.
type Config struct {
	Rolls    *rolls.Store
	Phases   Phases
	Book     *office.Book
	Keys     *vault.Keyring
	Notices  Notices // nil: nobody is told anything
	Settings Settings
	// Track is the address at which a claimant follows his claim, without the number:
	// "https://…/claim/"; the QR code of the receipt and notices have it.
	Track string
	Now   func() time.Time
}

// A Store keeps claims in a database. Its verbs are done in a transaction that the
// caller begins, best through office.Book.Do; each asks whether the one who acts may,
// and writes history, roll, audit row and notices there: all of it happens or nothing.
//
// The zero office.Acting is the claimant himself, whom the caller has identified by a
// code to his telephone.
type Store struct {
	cfg Config
}

// NewStore makes a store.
func NewStore(cfg Config) *Store {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Settings == (Settings{}) {
		cfg.Settings = Standard()
	}
	return &Store{cfg}
}

// Settings are the store's settings.
func (s *Store) Settings() Settings { return s.cfg.Settings }

func (s *Store) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Microsecond) }

var (
	// ErrMissing says that there is no claim of the number, or that it is another's.
	ErrMissing = errors.New("there is no such claim: look at the receipt number again")
	// ErrChanged says that somebody else took a step meanwhile, or that the entry of the
	// roll was changed since the officer looked.
	ErrChanged = errors.New("the claim, or the entry it is about, was changed meanwhile: look at it again")
)

// Why says why a step is refused, in a word that does not change.
type Why string

// The refusals.
const (
	WrongState   Why = "state"         // there is no such step from the state that the claim is in
	IsParty      Why = "party"         // the officer is the claimant or the person the claim is about
	Entered      Why = "own_entry"     // the officer entered the claim himself
	SameOfficer  Why = "same_officer"  // an appeal is not decided by who decided the claim
	Unheard      Why = "unheard"       // an objection is not decided before both sides were heard
	TooEarly     Why = "too_early"     // the hearing was not to begin yet, or there are days left to complete the claim
	TooSoon      Why = "too_soon"      // the hearing would be too soon for the parties to be told
	TooLate      Why = "too_late"      // the days to complete the claim or to appeal are over
	NoPower      Why = "no_power"      // the officer named for the hearing may not decide there
	BadOutcome   Why = "outcome"       // no such decision on such a claim
	NotPart      Why = "not_part"      // allowed in part must leave something out, and allow something
	NotAffected  Why = "not_affected"  // the appellant is not touched by the decision
	Incomplete   Why = "incomplete"    // something that the form asks for is missing
	Unconfirmed  Why = "unconfirmed"   // the telephone was not confirmed
	BadClock     Why = "clock"         // the device's time is ahead, or too long ago
	NoEntry      Why = "no_entry"      // the roll has no such entry any more
	OtherBlock   Why = "other_block"   // the address that was chosen in part lies in another block
	NotEnrolled  Why = "not_enrolled"  // by the rule of enrolment
	ManyDocument Why = "documents"     // there are as many documents as a claim may have
	BadDocument  Why = "document"      // it is no picture or PDF, or too large
	IsFiled      Why = "device_reused" // the device's id belongs to another claim
)

// Key is the key of the refusal's sentence in the catalogue.
func (w Why) Key() string { return "claim.why." + string(w) }

// A Refused is the error of a step that is not taken; Err has more where another package
// refused.
type Refused struct {
	Why   Why
	Field string // of the form, where one is at fault
	Err   error
}

func (e *Refused) Error() string {
	text := "claim: " + Texts.Text(words.English, e.Why.Key())
	if e.Field != "" {
		text += " (" + e.Field + ")"
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap gives the other package's error.
func (e *Refused) Unwrap() error { return e.Err }

func refuse(why Why) error { return &Refused{Why: why} }

func incomplete(field string) error { return &Refused{Why: Incomplete, Field: field} }

// days is an instant so many days later.
func days(t time.Time, n int) time.Time { return t.AddDate(0, 0, n) }

// on is how the audit trail names a claim.
func (c *Claim) on() string { return "claim:" + string(c.Number) }

// Cause is the cause of what the claim's decision changes on the roll.
func (c *Claim) Cause() rolls.Cause { return rolls.Cause("claim:" + string(c.Number)) }

// AppealCause is the cause of what the decision on its appeal changes.
func (c *Claim) AppealCause() rolls.Cause { return rolls.Cause("appeal:" + string(c.Number)) }

// person is the CNIC of whom the claim is about.
func (c *Claim) person() cnic.Number {
	if c.Form.Kind() == Enrolment {
		return c.Card.CNIC
	}
	return c.Against.CNIC
}

// String keeps %v from printing a person.
func (c Claim) String() string { return fmt.Sprintf("claim %s (%s)", c.Number, c.State) }

// GoString keeps %#v from printing a person.
func (c Claim) GoString() string { return c.String() }
