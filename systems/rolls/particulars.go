package rolls

import (
	"intikhab/domain/cnic"
	"intikhab/domain/geography"
)

// Relation is whose name stands beside a voter's own.
type Relation uint8

// The relations that cards have.
const (
	Father Relation = iota
	Husband
	Mother
	Guardian
)

// String gives the word that files and keys of catalogues have.
func (r Relation) String() string {
	if r > Guardian {
		return "unknown"
	}
	return [...]string{"father", "husband", "mother", "guardian"}[r]
}

// AddressKind says which of a voter's addresses is meant.
type AddressKind uint8

// The addresses at which a vote can be (section 27): those on the card, and for a
// government servant, spouse and children the place of posting.
const (
	PermanentAddress AddressKind = iota
	TemporaryAddress
	PostingAddress
)

// String gives the word that files and keys of catalogues have.
func (k AddressKind) String() string {
	if k > PostingAddress {
		return "unknown"
	}
	return [...]string{"permanent", "temporary", "posting"}[k]
}

// An Address is where somebody lives: the census block that it lies in, 0 if that is not
// known, and its words.
type Address struct {
	Block  geography.BlockCode
	En, Ur string
}

// IsZero tells whether there is no address.
func (a Address) IsZero() bool { return a == Address{} }

// Particulars are what the roll holds of a person, as the card has it. All of it is
// personal: it is sealed in the database, and whoever shows it to a person writes that
// down. The CNIC prints masked; the rest is not to be printed.
type Particulars struct {
	CNIC               cnic.Number
	NameEn, NameUr     string
	ParentEn, ParentUr string // the father's or husband's name, by Relation
	Relation           Relation
	Born               Date
	Family             string // the authority's number of the family, "" if it has none; who share it in a block are one household

	Permanent, Temporary, Posting Address
	Chosen                        AddressKind // at which of them the vote is

	Photograph string // see Store.Photograph; "" if there is none
}

// Address is where the vote is.
func (p *Particulars) Address() Address {
	switch p.Chosen {
	case TemporaryAddress:
		return p.Temporary
	case PostingAddress:
		return p.Posting
	}
	return p.Permanent
}

// GoString keeps %#v from printing a person.
func (p Particulars) GoString() string { return "rolls.Particulars of " + p.CNIC.String() }

// String keeps %v from printing a person.
func (p Particulars) String() string { return p.CNIC.String() }
