package people

import (
	"strings"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people/portrait"
)

// Particulars gives what the roll holds of the person.
func (p *Person) Particulars() rolls.Particulars {
	return rolls.Particulars{
		CNIC: p.CNIC, NameEn: p.NameEn, NameUr: p.NameUr, ParentEn: p.ParentEn, ParentUr: p.ParentUr,
		Relation: rolls.Relation(p.Relation), Born: rolls.Date(p.Born), Family: p.Family,
		Permanent: rolls.Address(p.Permanent), Temporary: rolls.Address(p.Temporary), Posting: rolls.Address(p.Posting),
		Chosen: rolls.AddressKind(p.Chosen),
	}
}

// Card gives what the identity authority would say of the person: valid also where a
// death was notified, since that comes afterwards.
func (p *Person) Card() rolls.Card {
	return rolls.Card{Particulars: p.Particulars(), Kind: rolls.NIC, List: p.Gender, Service: p.Service, Valid: true}
}

// Addition gives the person as one to be put on the list of the block where the vote is.
func (p *Person) Addition() rolls.Addition {
	return rolls.Addition{Block: p.Block, List: p.Gender, Particulars: p.Particulars()}
}

// Portrait draws the person, as a JPEG file of some four kilobytes.
func (p *Person) Portrait(on Date) []byte {
	return portrait.JPEG(portrait.Of{Key: scramble(p.CNIC.RevealUint64(), 1), Woman: p.Gender == geography.Female, Age: p.Born.Age(on)})
}

// Areas gives the blocks as the roll keeps them.
func (p *Population) Areas() []rolls.Block {
	all := make([]rolls.Block, len(p.areas))
	for i := range p.areas {
		b := &p.areas[i].Block
		all[i] = rolls.Block{Code: b.Code, NameEn: b.NameEn, NameUr: b.NameUr, TehsilEn: b.TehsilEn, TehsilUr: b.TehsilUr,
			DistrictEn: b.DistrictEn, DistrictUr: b.DistrictUr, NA: b.NA, PA: b.PA, Station: b.Station}
	}
	return all
}

// Within gives blocks of the roll as those to live in, for Config.Blocks.
func Within(blocks []rolls.Block) []Block {
	all := make([]Block, len(blocks))
	for i := range blocks {
		b := &blocks[i]
		all[i] = Block{Code: b.Code, NameEn: b.NameEn, NameUr: b.NameUr, TehsilEn: b.TehsilEn, TehsilUr: b.TehsilUr,
			DistrictEn: b.DistrictEn, DistrictUr: b.DistrictUr, NA: b.NA, PA: b.PA, Station: b.Station}
	}
	return all
}

// Clone gives the person with strings of its own.
func (p Person) Clone() Person {
	for _, s := range []*string{&p.NameEn, &p.NameUr, &p.ParentEn, &p.ParentUr, &p.Family,
		&p.Permanent.En, &p.Permanent.Ur, &p.Temporary.En, &p.Temporary.Ur, &p.Posting.En, &p.Posting.Ur} {
		*s = strings.Clone(*s)
	}
	return p
}
