package claim

import (
	"encoding/json"
	"fmt"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
)

// The sealed form of a body: JSON of plain values, since the types of personal values
// write themselves masked.
type sealed struct {
	Claimant    sealedClaimant `json:"claimant"`
	Card        *sealedCard    `json:"card,omitempty"`
	Against     sealedAgainst  `json:"against"`
	Other       words.Both     `json:"other"`
	Ground      Ground         `json:"ground,omitempty"`
	GroundText  string         `json:"ground_text,omitempty"`
	Wishes      []Wish         `json:"wishes,omitempty"`
	Missing     string         `json:"missing,omitempty"`
	Decision    Decision       `json:"decision"`
	Appellation Appellation    `json:"appellation"`
}

type sealedClaimant struct {
	CNIC      string         `json:"cnic"`
	NameEn    string         `json:"name_en"`
	NameUr    string         `json:"name_ur"`
	Telephone string         `json:"telephone"`
	Confirmed bool           `json:"confirmed"`
	Language  words.Language `json:"language"`
	Agent     string         `json:"agent,omitempty"`
}

type sealedCard struct {
	Particulars []byte         `json:"particulars"` // rolls.Particulars.Encode
	Kind        rolls.CardKind `json:"kind"`
	List        rolls.List     `json:"list"`
	Service     rolls.Service  `json:"service"`
	Valid       bool           `json:"valid"`
}

type sealedAgainst struct {
	CNIC   string     `json:"cnic,omitempty"`
	Block  uint32     `json:"block,omitempty"`
	List   rolls.List `json:"list,omitempty"`
	Serial uint32     `json:"serial,omitempty"`
}

var noNumber cnic.Number

// revealed is a CNIC as it is sealed: "" of none.
func revealed(n cnic.Number) string {
	if n == noNumber {
		return ""
	}
	return n.Reveal()
}

func (b *Body) encode() []byte {
	c := &b.Claimant
	s := sealed{
		Claimant: sealedClaimant{revealed(c.CNIC), c.NameEn, c.NameUr, c.Telephone.Reveal(), c.Confirmed, c.Language, c.Agent},
		Against:  sealedAgainst{revealed(b.Against.CNIC), uint32(b.Against.Block), b.Against.List, b.Against.Serial},
		Other:    b.Other, Ground: b.Ground, GroundText: b.GroundText, Wishes: b.Wishes, Missing: b.Missing,
		Decision: b.Decision, Appellation: b.Appellation,
	}
	if b.Card.Kind != "" {
		s.Card = &sealedCard{b.Card.Particulars.Encode(nil), b.Card.Kind, b.Card.List, b.Card.Service, b.Card.Valid}
	}
	text, err := json.Marshal(s)
	if err != nil { // texts, numbers and times alone
		panic(err)
	}
	return text
}

func decode(text []byte) (b Body, err error) {
	var s sealed
	if err := json.Unmarshal(text, &s); err != nil {
		return b, fmt.Errorf("the sealed part of a claim: %w", err)
	}
	b = Body{Other: s.Other, Ground: s.Ground, GroundText: s.GroundText, Wishes: s.Wishes, Missing: s.Missing, Decision: s.Decision, Appellation: s.Appellation}
	c := s.Claimant
	b.Claimant = Claimant{NameEn: c.NameEn, NameUr: c.NameUr, Confirmed: c.Confirmed, Language: c.Language, Agent: c.Agent}
	if b.Claimant.CNIC, err = number(c.CNIC); err != nil {
		return b, err
	}
	if c.Telephone != "" {
		if b.Claimant.Telephone, err = sms.ParseMSISDN(c.Telephone); err != nil {
			return b, fmt.Errorf("the sealed part of a claim: %w", err)
		}
	}
	b.Against.Block, b.Against.List, b.Against.Serial = geography.BlockCode(s.Against.Block), s.Against.List, s.Against.Serial
	if b.Against.CNIC, err = number(s.Against.CNIC); err != nil {
		return b, err
	}
	if s.Card != nil {
		b.Card.Kind, b.Card.List, b.Card.Service, b.Card.Valid = s.Card.Kind, s.Card.List, s.Card.Service, s.Card.Valid
		err = b.Card.Particulars.Decode(s.Card.Particulars)
	}
	return b, err
}

func number(text string) (n cnic.Number, err error) {
	if text == "" {
		return n, nil
	}
	if n, err = cnic.ParseStrict([]byte(text)); err != nil {
		err = fmt.Errorf("the sealed part of a claim: %w", err)
	}
	return n, err
}
