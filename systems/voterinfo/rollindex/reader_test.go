package rollindex_test

import (
	"context"
	"crypto/aes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/freeze"
	"intikhab/systems/voterinfo/rollindex/rollfile"
	"intikhab/systems/voterinfo/synth"
)

// reader is a second reader of frozen rolls, written from docs/index-format.md
// alone: slow, bit by bit, and without a line in common with packages format
// and ff1. Chapters are those of that page.
type reader struct {
	file, secret []byte
	salt         []byte
	voters       uint64
	places       uint64
	recordBits   uint64
	width        uint64
	sections     map[string][]byte
	trace        func(format string, args ...any)
}

func le16(b []byte, at uint64) uint64 { return uint64(binary.LittleEndian.Uint16(b[at:])) }
func le32(b []byte, at uint64) uint64 { return uint64(binary.LittleEndian.Uint32(b[at:])) }
func le64(b []byte, at uint64) uint64 { return binary.LittleEndian.Uint64(b[at:]) }

// newReader follows "The header", "Digests" and "The key".
func newReader(file []byte, key string) (*reader, error) {
	parts := strings.Split(key, "+")
	secret, err := base64.RawURLEncoding.DecodeString(parts[len(parts)-1])
	if err != nil {
		return nil, err
	}
	r := &reader{file: file, secret: secret, sections: map[string][]byte{}, trace: func(string, ...any) {}}
	if string(file[:16]) != "INTIKHAB-ROLL\r\n\x1a" || le32(file, 16) != 1 || le64(file, 24) != uint64(len(file)) {
		return nil, errors.New("not a whole roll of format version 1")
	}
	length := le32(file, 20)
	r.voters, r.places, r.recordBits, r.width = le64(file, 32), le64(file, 40), le32(file, 72), le64(file, 80)
	r.salt = file[112:128]
	count := le32(file, 96)
	root := sha256.Sum256(file[:length-64])
	mac := hmac.New(sha256.New, r.derive("header", 32))
	mac.Write(root[:])
	if string(file[length-64:length-32]) != string(root[:]) || !hmac.Equal(file[length-32:length], mac.Sum(nil)) {
		return nil, errors.New("root or MAC does not fit")
	}
	for i := range count {
		row := file[128+64*i:][:64]
		b := file[le64(row, 16):][:le64(row, 24)]
		var leaves []byte
		for at := 0; at < len(b); at += 1 << 20 {
			leaf := sha256.Sum256(b[at:min(at+1<<20, len(b))])
			leaves = append(leaves, leaf[:]...)
		}
		name := strings.TrimRight(string(row[:16]), "\x00")
		if digest := sha256.Sum256(leaves); string(digest[:]) != string(row[32:]) {
			return nil, fmt.Errorf("section %s is damaged", name)
		}
		r.sections[name] = b
	}
	for _, name := range []string{"lists", "chunks"} {
		plain := make([]byte, len(r.sections[name]))
		for i, b := range r.sections[name] {
			block := make([]byte, 16)
			binary.LittleEndian.PutUint64(block, uint64(i/16))
			plain[i] = b ^ r.aes(name, block)[i%16]
		}
		r.sections[name] = plain
	}
	return r, nil
}

func (r *reader) derive(purpose string, length int) []byte {
	b, err := hkdf.Key(sha256.New, r.secret, r.salt, "intikhab roll 1 "+purpose, length)
	if err != nil {
		panic(err)
	}
	return b
}

func (r *reader) aes(purpose string, block []byte) []byte {
	c, err := aes.NewCipher(r.derive(purpose, 16))
	if err != nil {
		panic(err)
	}
	out := make([]byte, 16)
	c.Encrypt(out, block)
	return out
}

// permute follows "The permutation": FF1 with radix 10, 13 digits, no tweak.
func (r *reader) permute(digits string) string {
	a, b := digits[:6], digits[6:]
	p := r.aes("permutation", []byte{1, 2, 1, 0, 0, 10, 10, 6, 0, 0, 0, 13, 0, 0, 0, 0})
	for i := range 10 {
		q := make([]byte, 16)
		q[12] = byte(i)
		half, _ := new(big.Int).SetString(b, 10)
		half.FillBytes(q[13:])
		for j := range q {
			q[j] ^= p[j]
		}
		y := new(big.Int).SetBytes(r.aes("permutation", q)[:8])
		n, _ := new(big.Int).SetString(a, 10)
		c := fmt.Sprintf("%030d", n.Add(n, y))
		a, b = b, c[len(c)-len(a):] // modulo ten to the power of the half's length
	}
	return a + b
}

func bitAt(b []byte, pos uint64) uint64 { return uint64(b[pos/8] >> (pos % 8) & 1) }

func bitsAt(b []byte, pos, n uint64) (v uint64) {
	for i := range n {
		v |= bitAt(b, pos+i) << i
	}
	return v
}

type answer struct {
	block                              uint64
	gender                             byte
	serial, household                  uint32
	station, areaEn, areaUr, na, pa    string
	tehsilEn, tehsilUr, distEn, distUr string
}

// lookup follows "A look-up".
func (r *reader) lookup(digits string) (answer, bool) {
	permuted, _ := new(big.Int).SetString(r.permute(digits), 10)
	p := permuted.Uint64()
	r.trace("permuted number        %013d", p)
	bucket, rest := p/r.width, p%r.width
	group := bucket / 256
	bucket %= 256
	before := le32(r.sections["groups"], 4*group)
	inGroup := le32(r.sections["groups"], 4*group+4) - before
	r.trace("group                  %d, of %d voters, with %d before it", group, inGroup, before)
	r.trace("bucket, rest           %d, %d", bucket, rest)
	pos := group*256 + before*(r.recordBits+1)
	records := pos + 256 + inGroup
	voters := r.sections["voters"]
	earlier := uint64(0)
	for zeros := uint64(0); zeros < bucket; pos++ {
		if bitAt(voters, pos) == 1 {
			earlier++
		} else {
			zeros++
		}
	}
	for ; bitAt(voters, pos) == 1; pos++ {
		record := bitsAt(voters, records+earlier*r.recordBits, r.recordBits)
		r.trace("record %d of the group  %d = %d · %d + %d", earlier, record, record/r.places, r.places, record%r.places)
		earlier++
		if record/r.places != rest {
			continue
		}
		block := make([]byte, 16)
		binary.LittleEndian.PutUint64(block, p)
		mask := le64(r.aes("places", block), 0) % r.places
		place := (record%r.places + r.places - mask) % r.places
		r.trace("mask, place            %d, %d", mask, place)
		return r.at(place), true
	}
	return answer{}, false
}

// at follows "Lists" and "Households".
func (r *reader) at(place uint64) (a answer) {
	lists := r.sections["lists"]
	list := uint64(0)
	for le32(lists, 4*list+4) <= place {
		list++
	}
	index := place - le32(lists, 4*list)
	r.trace("list                   %d: area %d, gender %c; index %d", list, list/3, "MFX"[list%3], index)
	excess, household := r.house(place)
	a = r.area(list/3, list%3)
	a.gender = "MFX"[list%3]
	a.serial, a.household = uint32(int64(index)+1+excess), uint32(household)
	r.trace("excess, household      %d, %d", excess, household)
	r.trace("serial                 %d + 1 + %d = %d", index, excess, a.serial)
	return a
}

type symbol struct {
	kind, bits        byte
	excess, household int64
	word              string
}

// book follows "The code book".
func (r *reader) book() (symbols []symbol, householdBits uint64) {
	b := r.sections["code"]
	symbols, householdBits = make([]symbol, b[0]), uint64(b[1])
	b = b[2:]
	for i := range symbols {
		symbols[i].kind, symbols[i].bits = b[0], b[1]
		b = b[2:]
		if symbols[i].kind == 0 {
			v, n := binary.Varint(b)
			u, m := binary.Uvarint(b[n:])
			symbols[i].excess, symbols[i].household = v, int64(u)
			b = b[n+m:]
		}
	}
	next, length := 0, byte(0)
	for bits := byte(1); bits <= 12; bits++ {
		for i := range symbols {
			if symbols[i].bits == bits {
				next <<= bits - length
				length = bits
				symbols[i].word = fmt.Sprintf("%0*b", bits, next)
				next++
			}
		}
	}
	return symbols, householdBits
}

func (r *reader) house(place uint64) (excess, household int64) {
	chunks := r.sections["chunks"]
	pos := le64(chunks, place/512*24) + le16(chunks, place/512*24+8+place%512/64*2)
	bit := func() uint64 {
		block := make([]byte, 16)
		binary.LittleEndian.PutUint64(block, pos/128)
		stream := r.aes("houses", block)
		b := bitAt(r.sections["houses"], pos) ^ bitAt(stream, pos%128)
		pos++
		return b
	}
	number := func(n uint64) (v uint64) {
		for i := range n {
			v |= bit() << i
		}
		return v
	}
	symbols, householdBits := r.book()
	current := int64(0)
	for range place%64 + 1 {
		word := ""
		var s symbol
		for found := false; !found; {
			word += string('0' + byte(bit()))
			for _, s = range symbols {
				if found = s.word == word; found {
					break
				}
			}
		}
		if s.kind == 0 {
			excess += s.excess
			current += s.household
			household = current
			r.trace("word %-12s      step %+d, %+d", word, s.excess, s.household)
			continue
		}
		zeros := uint64(0)
		for bit() == 0 {
			zeros++
		}
		z := int64(1<<zeros|number(zeros)) - 1
		e := z / 2
		if z%2 == 1 {
			e = -(z + 1) / 2 // zig-zag: 0, -1, 1, -2, 2, …
		}
		h := number(householdBits)
		if h == 1<<householdBits-1 {
			h = number(32)
		}
		household = int64(h)
		if s.kind == 2 {
			excess, current = e, household
			r.trace("word %-12s      jump to %d, %d", word, e, h)
		} else {
			excess += e
			r.trace("word %-12s      addition %+d, %d", word, e, h)
		}
	}
	return excess, household
}

// area follows "Areas, stations and names".
func (r *reader) area(i, gender uint64) (a answer) {
	row := r.sections["areas"][20*i:]
	a.block = le32(row, 0)
	b := r.sections["names"]
	next := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[n:]
		return v
	}
	strings, constituencies, areas, stations := make([]string, next()), make([]uint64, next()), make([][6]uint64, next()), make([][4]uint64, next())
	for j := range strings {
		n := next()
		strings[j] = string(b[:n])
		b = b[n:]
	}
	for j := range constituencies {
		constituencies[j] = next()
	}
	for j := range areas {
		for k := range areas[j] {
			areas[j][k] = next()
		}
	}
	for j := range stations {
		for k := range stations[j] {
			stations[j][k] = next()
		}
	}
	for k, to := range []*string{&a.areaEn, &a.areaUr, &a.tehsilEn, &a.tehsilUr, &a.distEn, &a.distUr} {
		*to = strings[areas[i][k]]
	}
	if n := le16(row, 4); n > 0 {
		a.na = strings[constituencies[n-1]]
	}
	if n := le16(row, 6); n > 0 {
		a.pa = strings[constituencies[n-1]]
	}
	if n := le32(row, 8+4*gender); n > 0 {
		a.station = strings[stations[n-1][0]]
	}
	return a
}

// The page is enough to read a roll by: the second reader and the first agree.
func TestIndependentReader(t *testing.T) {
	dir := t.TempDir()
	if _, err := synth.Generate(context.Background(), synth.Config{Voters: 2000, Seed: 3, Dir: dir}); err != nil {
		t.Fatal(err)
	}
	// Two rows more, far out of order, which need the long words of the code.
	voters := filepath.Join(dir, synth.VotersFile)
	text, err := os.ReadFile(voters)
	if err != nil {
		t.Fatal(err)
	}
	block := strings.Split(strings.Split(string(text), "\n")[1], ",")[1]
	text = fmt.Appendf(text, "0000000000007,%s,X,4294967295,4294967295\n0000000000008,%s,X,9,70000\n", block, block)
	if err := os.WriteFile(voters, text, 0o600); err != nil {
		t.Fatal(err)
	}
	c := freeze.Config{
		Voters: voters, Areas: filepath.Join(dir, synth.AreasFile), Stations: filepath.Join(dir, synth.StationsFile),
		Out: filepath.Join(dir, "roll.index"), Key: testKey, Name: "الیکشن 2027", Date: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC),
	}
	if _, err := freeze.Freeze(context.Background(), c); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(c.Out)
	if err != nil {
		t.Fatal(err)
	}
	second, err := newReader(file, testKey.Reveal())
	if err != nil {
		t.Fatal(err)
	}
	first, err := rollindex.Open(c.Out, testKey)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	check := func(n cnic.Number) {
		e, on := first.Lookup(n)
		a, also := second.lookup(n.Reveal())
		if on != also {
			t.Fatalf("%s: %v and %v", n.Reveal(), on, also)
		}
		if !on {
			return
		}
		seen++
		station := ""
		if e.Station != nil {
			station = string(e.Station.ID)
		}
		want := answer{uint64(e.Block), e.Gender.String()[0], e.Serial, e.Household, station, e.Area.NameEn, e.Area.NameUr, string(e.Area.NA), string(e.Area.PA),
			e.Area.TehsilEn, e.Area.TehsilUr, e.Area.DistrictEn, e.Area.DistrictUr}
		if a != want {
			t.Fatalf("%s: %+v, want %+v", n.Reveal(), a, want)
		}
	}
	r := rollfile.VotersReader{Path: voters, Problem: func(p rollfile.Problem) error { return errors.New(p.Reason) }}
	lines := make(chan rollfile.Voter, 3000)
	r.Rows = func(_ int, rows []rollfile.Voter) error {
		for _, v := range rows {
			lines <- v
		}
		return nil
	}
	if err := r.Read(context.Background()); err != nil {
		t.Fatal(err)
	}
	close(lines)
	for v := range lines {
		check(v.CNIC)
		if v.Line%7 == 0 {
			if near, err := cnic.FromUint64(v.CNIC.RevealUint64() + 1); err == nil {
				check(near)
			}
		}
	}
	if uint64(seen) < second.voters || seen < 2002 {
		t.Errorf("%d voters seen", seen)
	}
}
