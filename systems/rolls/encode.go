package rolls

import (
	"encoding/binary"
	"errors"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
)

// particularsForm is the first byte of encoded particulars.
const particularsForm = 1

var errParticulars = errors.New("these are no particulars of a voter: they were written by a newer program, or damaged")

// Encode appends particulars as they are sealed: the form, then CNIC (8 bytes, big
// endian), relation and chosen address (a byte each), day of birth (year 2 bytes, month,
// day), the blocks of the three addresses (4 bytes each), and the texts, each after its
// length as a varint. After it, Decode gives them back.
func (p *Particulars) Encode(to []byte) []byte {
	to = append(to, particularsForm)
	to = binary.BigEndian.AppendUint64(to, p.CNIC.RevealUint64())
	to = append(to, byte(p.Relation), byte(p.Chosen))
	to = binary.BigEndian.AppendUint16(to, uint16(p.Born.Year))
	to = append(to, byte(p.Born.Month), byte(p.Born.Day))
	for _, a := range [...]*Address{&p.Permanent, &p.Temporary, &p.Posting} {
		to = binary.BigEndian.AppendUint32(to, uint32(a.Block))
	}
	for _, text := range p.texts() {
		to = binary.AppendUvarint(to, uint64(len(*text)))
		to = append(to, *text...)
	}
	return to
}

func (p *Particulars) texts() [12]*string {
	return [...]*string{&p.NameEn, &p.NameUr, &p.ParentEn, &p.ParentUr, &p.Family, &p.Photograph,
		&p.Permanent.En, &p.Permanent.Ur, &p.Temporary.En, &p.Temporary.Ur, &p.Posting.En, &p.Posting.Ur}
}

// fixed is how many bytes stand before the texts.
const fixed = 1 + 8 + 2 + 4 + 3*4

// Decode reads what Encode wrote. It copies what it keeps.
func (p *Particulars) Decode(b []byte) error {
	if len(b) < fixed || b[0] != particularsForm {
		return errParticulars
	}
	number, err := cnic.FromUint64(binary.BigEndian.Uint64(b[1:]))
	if err != nil {
		return errParticulars
	}
	*p = Particulars{
		CNIC: number, Relation: Relation(b[9]), Chosen: AddressKind(b[10]),
		Born: Date{int(binary.BigEndian.Uint16(b[11:])), int(b[13]), int(b[14])},
	}
	for i, a := range [...]*Address{&p.Permanent, &p.Temporary, &p.Posting} {
		a.Block = geography.BlockCode(binary.BigEndian.Uint32(b[15+4*i:]))
		if a.Block >= geography.BlockCodeLimit {
			return errParticulars
		}
	}
	if p.Relation > Guardian || p.Chosen > PostingAddress || !p.Born.IsZero() && !p.Born.valid() {
		return errParticulars
	}
	rest := string(b[fixed:]) // the one copy that all texts share
	for _, text := range p.texts() {
		n, size := uvarint(rest)
		if size <= 0 || n > uint64(len(rest)-size) {
			return errParticulars
		}
		*text, rest = rest[size:size+int(n)], rest[size+int(n):]
	}
	if rest != "" {
		return errParticulars
	}
	return nil
}

// uvarint is binary.Uvarint of a string; of lengths, three bytes are enough.
func uvarint(s string) (n uint64, size int) {
	for i := range min(len(s), 3) {
		n |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			return n, i + 1
		}
	}
	return 0, 0
}

// numberOf gives the CNIC in encoded particulars, which the blind index is of.
func numberOf(encoded string) (string, error) {
	var p Particulars
	if err := p.Decode([]byte(encoded)); err != nil {
		return "", err
	}
	return p.CNIC.Reveal(), nil
}
