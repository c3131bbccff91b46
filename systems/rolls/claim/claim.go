package claim

import (
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/office"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
)

// A Claimant is who asks. All of it is personal.
type Claimant struct {
	CNIC           cnic.Number
	NameEn, NameUr string
	Telephone      sms.MSISDN // notices go there; the zero number is none
	Confirmed      bool       // by a one-time code, or by the operator whom the person stood before
	Language       words.Language
	Agent          string // name of who brings the claim with the claimant's letter of authority, "" for himself
}

// Name is the claimant's name in both languages.
func (c *Claimant) Name() words.Both { return words.Both{En: c.NameEn, Ur: c.NameUr} }

// Against is the entry that an objection or a correction is about: by CNIC, or as a
// displayed roll has it, by block, list and serial.
type Against struct {
	CNIC   cnic.Number
	Block  geography.BlockCode
	List   rolls.List
	Serial uint32 // 0: by the CNIC
}

// Field is a particular that a correction may be about.
type Field string

// The fields that can be corrected; what is chosen to vote at is changed by a transfer.
const (
	FieldCNIC      Field = "cnic"
	FieldNameEn    Field = "name_en"
	FieldNameUr    Field = "name_ur"
	FieldParentEn  Field = "parent_en"
	FieldParentUr  Field = "parent_ur"
	FieldRelation  Field = "relation" // father, husband, mother, guardian
	FieldBorn      Field = "born"     // 1984-07-23, 1984-07, 1984
	FieldAddressEn Field = "address_en"
	FieldAddressUr Field = "address_ur"
)

// Fields are all fields.
func Fields() []Field {
	return []Field{FieldNameUr, FieldNameEn, FieldParentUr, FieldParentEn, FieldRelation, FieldBorn, FieldAddressUr, FieldAddressEn, FieldCNIC}
}

// Key is the key of the field's name in the catalogue.
func (f Field) Key() string { return "claim.field." + string(f) }

// A Wish is one particular as it should be.
type Wish struct {
	Field Field  `json:"field"`
	Value string `json:"value"`
}

// Source is where a claim came in.
type Source string

// The sources.
const (
	Web    Source = "web"    // from the citizen
	Desk   Source = "desk"   // an operator with network
	Centre Source = "centre" // a device of a display centre, perhaps hours later
)

// Key is the key of the source's name in the catalogue.
func (s Source) Key() string { return "claim.source." + string(s) }

// Conflict is what an officer must look at before he decides: a claim that was filled
// in without network may have been overtaken.
type Conflict string

// The conflicts.
const (
	OpenClaim   Conflict = "open_claim"    // another claim on the same entry or person is not decided yet
	Overtaken   Conflict = "entry_changed" // the entry was changed after the form was filled in
	PhaseClosed Conflict = "phase_closed"  // filled in while the form was taken, sent when it was no more
	NotOnRoll   Conflict = "not_on_roll"   // an objection or correction of what the roll does not have
)

// Key is the key of the conflict's sentence in the catalogue.
func (c Conflict) Key() string { return "claim.conflict." + string(c) }

// A Hearing is when, where and before whom a claim is heard.
type Hearing struct {
	At      time.Time
	Place   words.Both
	Officer office.OfficerID
}

// A Decision is how a claim was decided, by whom and why.
type Decision struct {
	Outcome Outcome
	At      time.Time
	By      office.OfficerID
	Reasons string
	// Fields are the wishes that were allowed, of a correction allowed in part.
	Fields []Field
	// Chosen is the address at which the vote is, of an enrolment allowed in part.
	Chosen rolls.AddressKind
}

// Appellant is who appeals.
type Appellant string

// The appellants.
const (
	ByClaimant Appellant = "claimant"
	ByOther    Appellant = "other" // the person objected against
)

// Key is the key of the appellant's name in the catalogue.
func (a Appellant) Key() string { return "claim.appellant." + string(a) }

// An Appellation is an appeal, and what became of it.
type Appellation struct {
	By      Appellant
	At      time.Time // the zero Time: nobody has appealed
	Grounds string

	Reversed bool
	Final    Decision // of the appeal authority
}

// A Claim is one claim. What Read gives is whole; lists leave out what is personal.
type Claim struct {
	Number  receipt.Number
	Form    Form
	Asked   Asked
	State   State
	Version int64 // 1, and one more with each step
	Block   geography.BlockCode
	From    geography.BlockCode // of a transfer, the block that is left; 0 otherwise

	Voter        rolls.VoterID // the entry it is about, 0 if the roll has none
	VoterVersion int64         // of that entry, when the claim came in or an officer last looked

	Source    Source
	Device    string    // the id that the device gave it, "" from elsewhere
	Filled    time.Time // by the device's clock; otherwise as Received
	Received  time.Time
	Changed   time.Time
	EnteredBy office.OfficerID // "" by the citizen
	Conflicts []Conflict

	Hearing Hearing   // the last one
	Due     time.Time // until when it is to be completed, or an appeal can be made

	Outcome Outcome // "" before the decision; of the appeal after it
	Body
}

// A Body is what is personal of a claim: sealed as a whole.
type Body struct {
	Claimant    Claimant
	Card        rolls.Card // who is to be enrolled or moved, and where
	Against     Against    // what an objection or a correction is about
	Other       words.Both // name of the person objected against, as the roll had it
	Ground      Ground
	GroundText  string
	Wishes      []Wish
	Missing     string // what a returned claim lacks
	Decision    Decision
	Appellation Appellation
}

// An Event is one step of a claim's history.
type Event struct {
	Seq     int64
	At      time.Time
	Step    Step
	State   State   // to which it led
	Outcome Outcome // of a decision
	Officer office.OfficerID
	Note    string // the officer's words; sealed
}
