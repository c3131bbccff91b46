package claim

import (
	"errors"
	"strings"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim/receipt"
)

// A File is a whole claim: what an officer reads before he decides. CNIC and telephone
// print masked.
type File struct {
	Claim
	Events    []Event
	Documents []DocumentInfo
}

// may asks for an act on a claim. The officer of the block that a transfer leaves may
// read it too.
func (s *Store) may(tx *database.Tx, by office.Acting, n receipt.Number, act office.Act) (c Claim, d office.Decision, err error) {
	if c, err = s.get(tx, n); err != nil {
		return c, d, err
	}
	b, err := s.cfg.Rolls.Block(tx, c.Block)
	if err != nil {
		return c, d, err
	}
	d, err = s.must(tx, by, act, &b)
	if r := (*office.Refusal)(nil); errors.As(err, &r) && act == ActRead && c.From != 0 {
		if b, missing := s.cfg.Rolls.Block(tx, c.From); missing == nil {
			if other, second := s.must(tx, by, act, &b); second == nil {
				return c, other, nil
			}
		}
	}
	return c, d, err
}

// Read gives a claim with its history to an officer who may read it, and writes that he
// saw it, for a reason.
func (s *Store) Read(tx *database.Tx, by office.Acting, n receipt.Number, reason string) (f File, err error) {
	c, d, err := s.may(tx, by, n, ActRead)
	if err != nil {
		return f, err
	}
	f.Claim = c
	if f.Events, err = s.events(tx, n); err != nil {
		return f, err
	}
	if f.Documents, err = s.documents(tx, n); err != nil {
		return f, err
	}
	return f, audit.Seen(tx, s.now(), d.Entry(by, ActRead, c.on(), reason))
}

// Revealed is what Read gives masked.
type Revealed struct {
	Claimant  string // CNIC as on the card
	Telephone string // "" if there is none
	Person    string // CNIC of whom the claim is about, "" if it is not known
}

// Reveal gives CNIC and telephone in the clear to an officer who may see them, and
// writes that he did, for a reason.
func (s *Store) Reveal(tx *database.Tx, by office.Acting, n receipt.Number, reason string) (r Revealed, err error) {
	c, d, err := s.may(tx, by, n, ActReveal)
	if err != nil {
		return r, err
	}
	if err := office.Reasoned(reason); err != nil {
		return r, err
	}
	r.Claimant = c.Claimant.CNIC.RevealDashed()
	if number := c.Claimant.Telephone.Reveal(); number != "" {
		r.Telephone = words.Telephone(number)
	}
	if n := c.person(); n != noNumber {
		r.Person = n.RevealDashed()
	}
	return r, audit.Seen(tx, s.now(), d.Entry(by, ActReveal, c.on(), reason))
}

// A Listing is a claim as lists show it: without what is personal but a masked name.
type Listing struct {
	Claim        // its Body is empty
	Name  string // the claimant's, masked
}

// A Query chooses claims. What is left out does not narrow it.
type Query struct {
	States   []State
	Forms    []Form
	Asked    Asked
	Block    geography.BlockCode
	Voter    rolls.VoterID    // the entry that it is about
	Officer  office.OfficerID // named for the hearing
	On       office.Day       // of the hearing
	Conflict bool             // only with something to look at
	Leaving  bool             // transfers that leave the officer's blocks, not those that come into them
	Newest   bool             // first; otherwise the oldest, which has waited longest
	Limit    int              // 50 if 0, at most 500
	Skip     int
}

// Find lists the claims of the blocks for which the one who acts may read claims now.
func (s *Store) Find(tx *database.Tx, by office.Acting, q Query) (page []Listing, total int, err error) {
	areas, err := s.Jurisdiction(tx, by, ActRead)
	if err != nil {
		return nil, 0, err
	}
	where, args := q.where()
	in, more := inAreas(areas, q.Leaving)
	where, args = where+in, append(args, more...)
	if err := tx.QueryRow(`SELECT count(*) FROM claim_claim WHERE `+where, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	order := `received, number`
	if q.Newest {
		order = `received DESC, number`
	}
	limit := q.Limit
	if limit <= 0 || limit > 500 {
		limit = 50
	}
	all, err := s.all(tx, `WHERE `+where+` ORDER BY `+order+` LIMIT ? OFFSET ?`, append(args, limit, max(0, q.Skip))...)
	for _, c := range all {
		name := audit.Masked(c.Claimant.Name().In(words.English))
		c.Body = Body{}
		page = append(page, Listing{Claim: c, Name: name})
	}
	return page, total, err
}

// Counts gives how many claims stand in each state in the officer's blocks.
func (s *Store) Counts(tx *database.Tx, by office.Acting) (n map[State]int, err error) {
	areas, err := s.Jurisdiction(tx, by, ActRead)
	if err != nil {
		return nil, err
	}
	in, args := inAreas(areas, false)
	rows, err := tx.Query(`SELECT state, count(*) FROM claim_claim WHERE 1 = 1`+in+` GROUP BY state`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	n = map[State]int{}
	for rows.Next() {
		var state State
		var count int
		if err := rows.Scan(&state, &count); err != nil {
			return nil, err
		}
		n[state] = count
	}
	return n, rows.Err()
}

func (q *Query) where() (where string, args []any) {
	where = `1 = 1`
	add := func(condition string, values ...any) {
		where, args = where+` AND `+condition, append(args, values...)
	}
	if len(q.States) > 0 {
		var all []any
		for _, state := range q.States {
			all = append(all, string(state))
		}
		add(`state IN (?`+strings.Repeat(`, ?`, len(all)-1)+`)`, all...)
	}
	if len(q.Forms) > 0 {
		var all []any
		for _, f := range q.Forms {
			all = append(all, int64(f))
		}
		add(`form IN (?`+strings.Repeat(`, ?`, len(all)-1)+`)`, all...)
	}
	if q.Asked != "" {
		add(`asked = ?`, string(q.Asked))
	}
	if q.Block != 0 {
		add(`block = ?`, int64(q.Block))
	}
	if q.Voter != 0 {
		add(`voter = ?`, int64(q.Voter))
	}
	if q.Officer != "" {
		add(`hearing_by = ?`, string(q.Officer))
	}
	if q.On != "" {
		day, err := words.ParseDay(string(q.On))
		if err != nil {
			add(`1 = 0`)
		}
		add(`hearing_at >= ? AND hearing_at < ?`, database.Time{Time: day.Time()}, database.Time{Time: day.Add(1).Time()})
	}
	if q.Conflict {
		add(`conflicts <> ''`)
	}
	return where, args
}

// inAreas cuts a list to areas; none gives nothing.
func inAreas(areas []area.Area, leaving bool) (where string, args []any) {
	prefix := ""
	if leaving {
		prefix = "from_"
	}
	var any_ []string
	for _, a := range areas {
		switch a.Kind() {
		case area.CountryKind:
			any_ = append(any_, `from_block = from_block`)
		case area.Tehsil:
			any_, args = append(any_, prefix+`tehsil = ?`), append(args, a.String())
		case area.Constituency:
			if !leaving {
				any_, args = append(any_, `na = ? OR pa = ?`), append(args, string(a.Seat()), string(a.Seat()))
			}
		case area.Block:
			any_, args = append(any_, prefix+`block = ?`), append(args, blockOf(a))
		default:
			for _, d := range geography.Districts() {
				if one := area.OfDistrict(d); area.Within(one, a) {
					any_, args = append(any_, prefix+`district = ?`), append(args, one.String())
				}
			}
		}
	}
	if len(any_) == 0 {
		return ` AND 1 = 0`, nil
	}
	where = ` AND (` + strings.Join(any_, ` OR `) + `)`
	if leaving {
		where += ` AND from_block <> 0 AND from_block <> block`
	}
	return where, args
}

func blockOf(a area.Area) int64 {
	code, err := geography.ParseBlockCode(strings.TrimPrefix(a.String(), "block:"))
	if err != nil {
		return -1
	}
	return int64(code)
}

// A Status is what the claimant, or the person objected against, is shown of a claim.
type Status struct {
	Number    receipt.Number
	Version   int64 // for the steps that he may take
	Form      Form
	Asked     Asked
	State     State
	Outcome   Outcome
	Side      Appellant
	Block     geography.BlockCode
	Received  time.Time
	Changed   time.Time
	Hearing   Hearing // without the officer's name
	Missing   string  // what it lacks, while it is returned
	Due       time.Time
	Reasons   string // of the last decision
	Upheld    bool   // of a settled claim
	Steps     []Event
	MayAppeal bool
	MayEnd    bool           // withdraw it
	MayAdd    bool           // complete it
	Telephone string         // masked
	Language  words.Language // in which he is told
}

// Own gives a claim to one of its two sides, found by his CNIC, which the caller has
// from himself. To everybody else there is no such claim, whether there is or not. The
// other side of an objection is not told who objects.
func (s *Store) Own(tx *database.Tx, n receipt.Number, who cnic.Number) (st Status, err error) {
	c, err := s.get(tx, n)
	if err != nil {
		return st, err
	}
	switch {
	case who == noNumber:
		return st, ErrMissing
	case who == c.Claimant.CNIC:
		st.Side = ByClaimant
	case who == c.person() && c.Form.Kind() == Objection && !c.Hearing.At.IsZero():
		st.Side = ByOther
	default:
		return st, ErrMissing
	}
	st.Number, st.Version, st.Form, st.Asked, st.State, st.Outcome, st.Block = c.Number, c.Version, c.Form, c.Asked, c.State, c.Outcome, c.Block
	st.Received, st.Changed, st.Due = c.Received, c.Changed, c.Due
	st.Hearing = Hearing{At: c.Hearing.At, Place: c.Hearing.Place}
	st.MayAppeal = c.State == Decided && c.touched(st.Side) && !s.now().After(c.Due)
	if st.Side == ByClaimant {
		st.MayEnd, st.MayAdd, st.Language = c.State.pending(), c.State == Returned, c.Claimant.Language
		st.Telephone = words.Telephone(c.Claimant.Telephone.String())
		if c.State == Returned {
			st.Missing = c.Missing
		}
	}
	switch c.State {
	case Settled:
		st.Reasons, st.Upheld = c.Appellation.Final.Reasons, !c.Appellation.Reversed
	case Decided, Appealed:
		st.Reasons = c.Decision.Reasons
	}
	st.Steps, err = s.events(tx, n)
	for i := range st.Steps {
		st.Steps[i].Note, st.Steps[i].Officer = "", ""
	}
	return st, err
}
