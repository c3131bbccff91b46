package ledger

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
)

// An Entry is what stands in the log: of which kind a record is, its number among
// those of its kind (1 for the first, one more for each), and a commitment to its
// content. It holds nothing about a person.
//
// As bytes it is three lines:
//
//	intikhab/audit v1
//	41
//	47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
type Entry struct {
	Kind       string // a-z, 0-9 and hyphen, at most 32, begins with a letter: "audit"
	Number     uint64 // from 1
	Commitment [sha256.Size]byte
}

// MaxKind is the most letters of a kind.
const MaxKind = 32

// Commit commits to content: HMAC-SHA256 (RFC 2104) of it under the salt. Whoever
// has the commitment learns nothing about the content, however few contents are
// possible, as long as the salt is random, kept with the record, and used for no
// other; whoever is shown both can check them, with "openssl dgst" for one.
func Commit(salt [32]byte, content []byte) [sha256.Size]byte {
	h := hmac.New(sha256.New, salt[:])
	h.Write(content)
	return [sha256.Size]byte(h.Sum(nil))
}

const (
	entryPrefix  = "intikhab/"
	entryVersion = " v1"
	commitment64 = 44 // letters of 32 bytes in base64
)

// Bytes is the entry as it stands in the log.
func (e Entry) Bytes() []byte {
	b := make([]byte, 0, len(entryPrefix)+len(e.Kind)+len(entryVersion)+20+commitment64+3)
	b = append(append(append(b, entryPrefix...), e.Kind...), entryVersion...)
	b = strconv.AppendUint(append(b, '\n'), e.Number, 10)
	b = base64.StdEncoding.AppendEncode(append(b, '\n'), e.Commitment[:])
	return append(b, '\n')
}

var (
	errEntryForm   = errors.New("entry: it has three lines: intikhab/KIND v1, a number, a commitment in base64")
	errEntryKind   = fmt.Errorf("entry: a kind is of a-z, 0-9 and hyphen, begins with a letter and has at most %d of them", MaxKind)
	errEntryNumber = errors.New("entry: the number is not decimal, or is zero, or begins with zero")
	errEntryHash   = errors.New("entry: the commitment is not 32 bytes in base64")
)

// ParseEntry reads an entry. Each entry has one form in bytes, which
// [Entry.Bytes] gives back.
func ParseEntry(b []byte) (Entry, error) {
	first, rest, ok1 := bytes.Cut(b, []byte("\n"))
	number, rest, ok2 := bytes.Cut(rest, []byte("\n"))
	commitment, rest, ok3 := bytes.Cut(rest, []byte("\n"))
	kind, isOurs := bytes.CutPrefix(first, []byte(entryPrefix))
	kind, isV1 := bytes.CutSuffix(kind, []byte(entryVersion))
	if !ok1 || !ok2 || !ok3 || len(rest) > 0 || !isOurs || !isV1 {
		return Entry{}, errEntryForm
	}
	e := Entry{Kind: knownKind(kind)}
	if err := checkKind(e.Kind); err != nil {
		return Entry{}, err
	}
	if len(number) == 0 || number[0] == '0' || len(number) > 20 {
		return Entry{}, errEntryNumber
	}
	for _, d := range number {
		n := e.Number*10 + uint64(d-'0')
		if d < '0' || d > '9' || e.Number > (1<<64-1)/10 || n < e.Number*10 {
			return Entry{}, errEntryNumber
		}
		e.Number = n
	}
	var hash [sha256.Size + 1]byte // what the decoder needs; base64 of 44 letters may be 33 bytes
	if len(commitment) != commitment64 {
		return Entry{}, errEntryHash
	}
	if n, err := strictBase64.Decode(hash[:], commitment); err != nil || n != sha256.Size {
		return Entry{}, errEntryHash
	}
	e.Commitment = [sha256.Size]byte(hash[:])
	return e, nil
}

var strictBase64 = base64.StdEncoding.Strict()

// knownKind spares the commonest kind its allocation when a million are read.
func knownKind(kind []byte) string {
	if string(kind) == "audit" {
		return "audit"
	}
	return string(kind)
}

func checkKind(kind string) error {
	if len(kind) == 0 || len(kind) > MaxKind || kind[0] < 'a' || kind[0] > 'z' {
		return errEntryKind
	}
	for i := range len(kind) {
		if c := kind[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return errEntryKind
		}
	}
	return nil
}
