package batchfile

import (
	"fmt"
	"slices"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// Action is what the authority says happened to a card.
type Action uint8

// The actions.
const (
	New    Action = iota // a card was given for the first time
	Change               // its particulars or addresses changed
	Cancel               // it was cancelled
	Death                // its holder died
)

// Actions are the words of files and manifests, in the order of the constants.
var Actions = []string{"new", "change", "cancel", "death"}

// String gives the word.
func (a Action) String() string {
	if int(a) >= len(Actions) {
		return "unknown"
	}
	return Actions[a]
}

// A Row is what a batch says of one card. Of a change, what is empty stays as it was.
type Row struct {
	Line     int64 // the header is line 1
	Action   Action
	AsOf     rolls.Date // when it happened; zero: on the day of the batch
	Province string     // geography's code; for the manifest's counts
	SexGiven bool       // false: Card.List says nothing
	VoteAt   bool       // false: Card.Chosen says nothing
	rolls.Card
}

// String keeps %v from printing a person.
func (r Row) String() string { return fmt.Sprintf("line %d: %v", r.Line, r.CNIC) }

// GoString keeps %#v from printing a person.
func (r Row) GoString() string { return r.String() }

// A Problem is a row that was not taken. It holds the row, and so is sealed or kept in
// a file that its owner alone may read; Code and Reason name nobody.
type Problem struct {
	Line   int64
	Code   string // a word that does not change: "cnic", "born", "quotation", …
	Reason string // for people
	Row    string // as it stands in the file
}

// columns are the format's, in its order; docs/feed.md says what each holds.
var columns = []string{"action", "as_of", "cnic", "kind", "sex", "name_en", "name_ur", "parent_en", "parent_ur", "relation", "born", "family",
	"permanent_block", "permanent_en", "permanent_ur", "temporary_block", "temporary_en", "temporary_ur", "posting_block", "posting_en", "posting_ur",
	"vote_at", "service", "province"}

// The places of columns that code names.
const (
	colAction = iota
	colAsOf
	colCNIC
	colKind
	colSex
	colNameEn
	colNameUr
	colParentEn
	colParentUr
	colRelation
	colBorn
	colFamily
	colPermanent // block, words in English and in Urdu, and so with the next two
	_
	_
	colTemporary
	_
	_
	colPosting
	_
	_
	colVoteAt
	colService
	colProvince
	width
)

// wholeDigits is how many digits numbers have that are numbers only in looks.
var wholeDigits = map[string]int{"cnic": cnic.Digits, "permanent_block": 9, "temporary_block": 9, "posting_block": 9}

// longest is how many bytes a text may have: names are short, addresses are lines.
const longest = 500

// A fault is what is wrong with a row.
type fault struct{ code, reason string }

func (f *fault) Error() string { return f.reason }

func faulty(code, reason string, args ...any) error {
	return &fault{code, fmt.Sprintf(reason, args...)}
}

// reader makes rows of fields.
type reader struct {
	dates     func(string) (rolls.Date, error)
	provinces []string
}

// row fills a row from the format's fields, or gives a *fault. What it keeps of f shares
// memory with it.
func (d *reader) row(f *[width]string, r *Row) (err error) {
	if r.CNIC, err = cnic.ParseStrict([]byte(f[colCNIC])); err != nil {
		return faulty("cnic", "%v", err)
	}
	action := slices.Index(Actions, f[colAction])
	if action < 0 {
		return faulty("action", "the action is none of %s", strings.Join(Actions, ", "))
	}
	r.Action, r.Valid = Action(action), Action(action) == New || Action(action) == Change
	if r.AsOf, err = d.dates(f[colAsOf]); err != nil {
		return faulty("as_of", "as_of: it is no day of the calendar, as the batch writes days")
	}
	if r.Born, err = d.dates(f[colBorn]); err != nil {
		return faulty("born", "born: it is no day of the calendar, as the batch writes days")
	}
	if r.Province = f[colProvince]; r.Province != "" && !slices.Contains(d.provinces, r.Province) {
		return faulty("province", "the province is none of %s", strings.Join(d.provinces, ", "))
	}
	if f[colSex] != "" {
		if r.List, err = geography.ParseGender(f[colSex]); err != nil {
			return faulty("sex", "the sex is none of M, F, X")
		}
		r.SexGiven = true
	} else {
		r.List = rolls.List(geography.X + 1) // no list: the rule of enrolment says so of a new card
	}
	if err := words(r, f); err != nil {
		return err
	}
	for i, text := range [...]*string{&r.NameEn, &r.NameUr, &r.ParentEn, &r.ParentUr} {
		*text = f[colNameEn+i]
	}
	r.Family = f[colFamily]
	for i, a := range [...]*rolls.Address{&r.Permanent, &r.Temporary, &r.Posting} {
		at := colPermanent + 3*i
		if f[at] != "" {
			if a.Block, err = geography.ParseBlockCode(f[at]); err != nil || a.Block == 0 {
				return faulty("block_code", "%s: a block's code has nine digits, not all of them 0", columns[at])
			}
		}
		a.En, a.Ur = f[at+1], f[at+2]
	}
	for i, text := range f {
		if len(text) > longest {
			return faulty("too_long", "%s is longer than %d bytes", columns[i], longest)
		}
	}
	return nil
}

// words reads the columns that hold one of a few words.
func words(r *Row, f *[width]string) error {
	switch kind := rolls.CardKind(f[colKind]); kind {
	case "":
		r.Kind = rolls.NIC
	case rolls.NIC, rolls.Smart, rolls.NICOP, rolls.POC:
		r.Kind = kind
	default:
		return faulty("kind", "the kind of card is none of cnic, snic, nicop, poc")
	}
	switch f[colRelation] {
	case "", "father":
	case "husband":
		r.Relation = rolls.Husband
	case "mother":
		r.Relation = rolls.Mother
	case "guardian":
		r.Relation = rolls.Guardian
	default:
		return faulty("relation", "the relation is none of father, husband, mother, guardian")
	}
	r.VoteAt = f[colVoteAt] != ""
	switch f[colVoteAt] {
	case "", "permanent":
	case "temporary":
		r.Chosen = rolls.TemporaryAddress
	case "posting":
		r.Chosen = rolls.PostingAddress
	default:
		return faulty("vote_at", "vote_at is none of permanent, temporary, posting")
	}
	switch service := rolls.Service(f[colService]); service {
	case rolls.NoService, rolls.Servant, rolls.Spouse, rolls.Child:
		r.Service = service
	default:
		return faulty("service", "the service is none of servant, spouse, child, or empty")
	}
	return nil
}
