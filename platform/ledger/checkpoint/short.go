package checkpoint

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// The short form:
//
//	IK1 ledger.ecp.gov.pk/audit 1048576 7ZK3M 9QWEF … (nine groups of five)
//
// Eight groups hold the first 160 bits of the root, four letters of five bits each
// and a check letter; the ninth holds 20 bits of a hash of everything, so that a
// misheard origin or size is found too. docs/ledger-format.md has it byte by byte.
const (
	shortMark   = "IK1"
	shortRoot   = 20 // bytes of the root
	shortGroups = 9
	groupData   = 4
	groupLen    = groupData + 1
	// The letters of Crockford's base32: no I, L, O (taken for 1, 1, 0) and no U.
	letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)

// A Short is what the short form tells of a checkpoint. That another log has the
// same 160 bits by design costs some 2^80 hashes to bring about.
type Short struct {
	Origin string
	Size   uint64
	Root   [shortRoot]byte // the first bytes of the root
}

// Short gives the checkpoint's short form.
func (c Checkpoint) Short() Short {
	return Short{Origin: c.Origin, Size: c.Size, Root: [shortRoot]byte(c.Root[:shortRoot])}
}

// String writes the short form on one line of at most 160 characters, all of which
// the GSM alphabet has: one SMS.
func (s Short) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %d", shortMark, s.Origin, s.Size)
	values := s.values()
	for g := range shortGroups {
		data := values[g*groupData : (g+1)*groupData]
		b.WriteByte(' ')
		for _, v := range data {
			b.WriteByte(letters[v])
		}
		b.WriteByte(letters[checkLetter(g, data)])
	}
	return b.String()
}

// values gives the 36 letters' values, without check letters.
func (s Short) values() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "intikhab short checkpoint v1\n%s\n%d\n%s", s.Origin, s.Size, s.Root[:]))
	bits := append(append([]byte{}, s.Root[:]...), sum[:3]...)
	out := make([]byte, 0, shortGroups*groupData)
	var buffer, n uint
	for _, b := range bits {
		buffer, n = buffer<<8|uint(b), n+8
		for ; n >= 5 && len(out) < cap(out); n -= 5 {
			out = append(out, byte(buffer>>(n-5)&31))
		}
	}
	return out
}

// times multiplies in the field of 32 elements, x^5 + x^2 + 1.
func times(a, b byte) (product byte) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		if a <<= 1; a&32 != 0 {
			a ^= 0b100101
		}
	}
	return product
}

// checkLetter makes Σ 2^i·c_i over a group's five letters equal to the group's
// number. So one wrong letter, two exchanged letters and two exchanged groups are
// always found.
func checkLetter(group int, data []byte) byte {
	sum, power := byte(group), byte(1)
	for _, v := range data {
		sum ^= times(power, v)
		power = times(power, 2)
	}
	// power is now 2^4; 2^31 = 1, so its inverse is 2^27.
	inverse := byte(1)
	for range 31 - groupData {
		inverse = times(inverse, 2)
	}
	return times(sum, inverse)
}

// ParseShort reads what was printed, sent or heard: capitals or not, I, L and O for
// 1, 1 and 0, spaces, commas and hyphens as they come. The error names the group in
// which a letter is wrong.
func ParseShort(text string) (Short, error) {
	fields := strings.Fields(text)
	if len(fields) > 0 && strings.EqualFold(fields[0], shortMark) {
		fields = fields[1:]
	}
	if len(fields) < 2 {
		return Short{}, fmt.Errorf("short checkpoint: it has the form %s, the log's name, how many entries, nine groups of five letters", shortMark)
	}
	s := Short{Origin: strings.ToLower(fields[0])}
	rest := strings.NewReplacer(" ", "", "-", "", ",", "", ".", "").Replace(strings.Join(fields[1:], ""))
	digits := len(rest) - shortGroups*groupLen
	if digits < 1 || len(rest) > 80 {
		return Short{}, fmt.Errorf("short checkpoint: after the log's name %d digits and letters were heard; there must be the number of entries and %d more", len(rest), shortGroups*groupLen)
	}
	values := make([]byte, 0, shortGroups*groupData)
	for g := range shortGroups {
		heard := rest[digits+g*groupLen : digits+(g+1)*groupLen]
		group, err := parseGroup(g, heard)
		if err != nil {
			return Short{}, err
		}
		values = append(values, group...)
	}
	var err error
	if s.Size, err = strconv.ParseUint(rest[:digits], 10, 64); err != nil {
		return Short{}, errors.New("short checkpoint: the number of entries is not a number, or a group has a letter too many or too few")
	}
	var buffer, n uint
	for i := 0; i < shortRoot; {
		buffer, n, values = buffer<<5|uint(values[0]), n+5, values[1:]
		if n >= 8 {
			n -= 8
			s.Root[i] = byte(buffer >> n)
			i++
		}
	}
	if want := s.values()[(shortGroups-1)*groupData:]; string(want) != string(values) {
		return Short{}, errors.New("short checkpoint: each group is well, but not together with this name and this number of entries; ask for these two again")
	}
	return s, nil
}

func parseGroup(g int, heard string) ([]byte, error) {
	values := make([]byte, 0, groupLen)
	for _, r := range strings.ToUpper(heard) {
		switch r {
		case 'I', 'L':
			r = '1'
		case 'O':
			r = '0'
		}
		v := strings.IndexRune(letters, r)
		if v < 0 {
			return nil, fmt.Errorf("short checkpoint: group %d has a sign that no checkpoint has (the letter U, for one); ask for this group again", g+1)
		}
		values = append(values, byte(v))
	}
	if len(values) != groupLen || checkLetter(g, values[:groupData]) != values[groupData] {
		return nil, fmt.Errorf("short checkpoint: group %d does not check, a letter of it was misheard or groups are out of order; ask for this group again", g+1)
	}
	return values[:groupData], nil
}

// Matches tells whether a checkpoint is the one that the short form was made of.
func (s Short) Matches(c Checkpoint) bool { return c.Short() == s }
