package rolls

import (
	"fmt"

	"intikhab/domain/geography"
)

// CardKind is what kind of identity document a person holds.
type CardKind string

// The kinds of cards. All are of thirteen digits.
const (
	NIC   CardKind = "cnic"  // the computerised card
	Smart CardKind = "snic"  // the same with a chip
	NICOP CardKind = "nicop" // of Pakistanis overseas; valid for voting (recalled)
	POC   CardKind = "poc"   // of foreigners of Pakistani origin; no voter (recalled)
)

// Service says whether somebody is enrolled by a government post.
type Service string

// Who may enrol where a government servant is posted: the servant, the spouse and the
// children (section 27, as the press reported it).
const (
	NoService Service = ""
	Servant   Service = "servant"
	Spouse    Service = "spouse"
	Child     Service = "child"
)

// A Card is what the identity authority, or a form, says of a person who is to be
// enrolled.
type Card struct {
	Particulars
	Kind    CardKind
	List    List // by the sex on the card
	Service Service
	Valid   bool // not cancelled, and its holder not reported dead
}

// VotingAge is the age that article 51 of the Constitution asks for.
const VotingAge = 18

// Enrolment is where a card's holder is enrolled.
type Enrolment struct {
	Block geography.BlockCode
	List  List
}

// Bar is why a card's holder is not enrolled: a word that does not change, of which
// catalogues have the text.
type Bar string

// The bars, in the order in which Enrol looks for them.
const (
	BarCard    Bar = "card"     // cancelled, or its holder is dead
	BarOrigin  Bar = "origin"   // a card of origin is no citizen's
	BarUnborn  Bar = "born"     // no date of birth
	BarYoung   Bar = "young"    // below the voting age on the qualifying day
	BarSex     Bar = "sex"      // no list for it
	BarName    Bar = "name"     // no name in any script
	BarPosting Bar = "posting"  // chose a posting without a government post
	BarNoPlace Bar = "no_place" // the address chosen is not on the card
	BarNoBlock Bar = "no_block" // the address chosen is in no known electoral area
)

// A BarError says that somebody is not enrolled, and why.
type BarError struct{ Bar Bar }

func (e *BarError) Error() string { return fmt.Sprintf("not enrolled: %s", barText[e.Bar]) }

var barText = map[Bar]string{
	BarCard:    "the card was cancelled, or its holder is reported dead",
	BarOrigin:  "a Pakistan Origin Card is no citizen's: it does not vote",
	BarUnborn:  "the date of birth is missing",
	BarYoung:   "below 18 on the qualifying day (Constitution, article 51)",
	BarSex:     "there is no list for this sex: M, F or X is needed",
	BarName:    "the name is missing, in Urdu and in Roman letters",
	BarPosting: "only government servants, their spouses and children are enrolled where they are posted (Elections Act 2017, section 27)",
	BarNoPlace: "the vote can only be at the permanent or the temporary address on the card (Elections Act 2017, section 27), and the one that was chosen is not there",
	BarNoBlock: "the address that was chosen is in no electoral area of the roll",
}

// Bars are all bars, in Enrol's order.
func Bars() []Bar {
	return []Bar{BarCard, BarOrigin, BarUnborn, BarYoung, BarSex, BarName, BarPosting, BarNoPlace, BarNoBlock}
}

// Enrol is the rule of enrolment: in which block and on which list a card's holder is
// enrolled on a qualifying day, or a *BarError. The vote is at the permanent address
// unless the temporary one was chosen; a government servant, spouse or child may choose
// the posting (section 27 of the Elections Act 2017, as the press reported it). known
// tells whether the roll has a block: who lives outside, in Azad Jammu and Kashmir or
// Gilgit-Baltistan, is in none.
func Enrol(c *Card, on Date, known func(geography.BlockCode) bool) (Enrolment, error) {
	at := c.Address()
	bar := Bar("")
	switch {
	case !c.Valid:
		bar = BarCard
	case c.Kind == POC:
		bar = BarOrigin
	case c.Born.IsZero():
		bar = BarUnborn
	case c.Born.Age(on) < VotingAge:
		bar = BarYoung
	case c.List > geography.X:
		bar = BarSex
	case c.NameEn == "" && c.NameUr == "":
		bar = BarName
	case c.Chosen == PostingAddress && c.Service == NoService:
		bar = BarPosting
	case at.IsZero():
		bar = BarNoPlace
	case at.Block == 0 || !known(at.Block):
		bar = BarNoBlock
	default:
		return Enrolment{Block: at.Block, List: c.List}, nil
	}
	return Enrolment{}, &BarError{bar}
}
