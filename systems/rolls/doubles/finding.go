package doubles

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
)

// Finding is what an officer has found of a pair. None of them changes the roll: an entry
// goes only by a claim that is decided, or by the identity authority.
type Finding string

// The findings.
const (
	Open       Finding = ""       // nobody has one yet
	SamePerson Finding = "same"   // one person with two entries
	TwoPersons Finding = "two"    // not a double
	LookedAt   Finding = "looked" // it can't be told from here: somebody has to ask
)

// ActDecide is the act of the table of permissions, and of audit rows, of a finding.
const ActDecide = "doubles.decide"

var (
	// ErrNoPair says that there is no such pair in the report.
	ErrNoPair = errors.New("there is no such pair in the report of likely doubles")
	// ErrChanged says that another officer has written a finding meanwhile.
	ErrChanged = errors.New("another officer has written a finding meanwhile: look at it again")
)

// mostReason is the longest reason of a finding, in bytes.
const mostReason = 2000

// Kept is a pair of the report with what was found.
type Kept struct {
	Pair
	Run             int64 // the last that found it; if it is not the last of all, it is no longer found
	Finding         Finding
	Reason          string
	Officer, Office string    // whose finding it is
	At              time.Time // when
	Version         int64
}

// Query says which pairs are asked for.
type Query struct {
	// Areas are of which at least one of a pair's entries must be in one: an officer's
	// jurisdiction, or what he chose of it. None: no pair. area.Country: all.
	Areas    []area.Area
	Findings []Finding     // any of these; none: all
	Voter    rolls.VoterID // only pairs with this entry; 0: all
	After    *Kept         // the last one of the page before; nil: the first page
	Limit    int           // at most 200; 0: 50
}

// List gives a page of pairs, the likeliest first, and whether there are more.
func (s *Store) List(tx *database.Tx, q Query) (page []Kept, more bool, err error) {
	limit := q.Limit
	if limit <= 0 {
		limit = 50
	}
	limit = min(limit, 200)
	where, args, possible := q.where()
	if !possible {
		return nil, false, nil
	}
	if q.After != nil {
		score := hundredths(q.After.Score)
		where += ` AND (score < ? OR score = ? AND (a > ? OR a = ? AND b > ?))`
		args = append(args, score, score, int64(q.After.A), int64(q.After.A), int64(q.After.B))
	}
	rows, err := tx.Query(`SELECT `+pairColumns+` FROM doubles_pair WHERE `+where+` ORDER BY score DESC, a, b LIMIT ?`, append(args, limit+1)...)
	if err != nil {
		return nil, false, err
	}
	defer rows.Close()
	for rows.Next() {
		k, err := scanPair(rows.Scan)
		if err != nil {
			return nil, false, err
		}
		page = append(page, k)
	}
	if len(page) > limit {
		page, more = page[:limit], true
	}
	return page, more, rows.Err()
}

// Count is how many pairs of a query there are, by finding.
func (s *Store) Count(tx *database.Tx, q Query) (map[Finding]int, error) {
	counts := map[Finding]int{}
	where, args, possible := q.where()
	if !possible {
		return counts, nil
	}
	rows, err := tx.Query(`SELECT finding, COUNT(*) FROM doubles_pair WHERE `+where+` GROUP BY finding`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var f Finding
		var n int
		if err := rows.Scan(&f, &n); err != nil {
			return nil, err
		}
		counts[f] = n
	}
	return counts, rows.Err()
}

// where is the query as a condition, without its page; possible is false if nothing can match.
func (q *Query) where() (condition string, args []any, possible bool) {
	condition = `1 = 1`
	keys, all := areaKeys(q.Areas)
	if !all {
		if len(keys) == 0 {
			return "", nil, false
		}
		condition = `EXISTS (SELECT 1 FROM doubles_area x WHERE x.a = doubles_pair.a AND x.b = doubles_pair.b AND x.area IN (` + marks(len(keys)) + `))`
		for _, k := range keys {
			args = append(args, k)
		}
	}
	if len(q.Findings) > 0 {
		condition += ` AND finding IN (` + marks(len(q.Findings)) + `)`
		for _, f := range q.Findings {
			args = append(args, string(f))
		}
	}
	if q.Voter != 0 {
		condition, args = condition+` AND (a = ? OR b = ?)`, append(args, int64(q.Voter), int64(q.Voter))
	}
	return condition, args, true
}

func marks(n int) string { return "?" + strings.Repeat(", ?", n-1) }

// areaKeys are the keys that rows have of some areas: of a province or a division those of
// its districts.
func areaKeys(areas []area.Area) (keys []string, all bool) {
	seen := map[string]bool{}
	add := func(a area.Area) {
		if k := a.String(); !seen[k] {
			seen[k] = true
			keys = append(keys, k)
		}
	}
	for _, a := range areas {
		switch a.Kind() {
		case area.CountryKind:
			return nil, true
		case area.Province, area.Division:
			for _, d := range geography.Districts() {
				if in := area.OfDistrict(d); area.Within(in, a) {
					add(in)
				}
			}
		case area.District, area.Tehsil, area.Constituency, area.Block:
			add(a)
		}
	}
	return keys, false
}

const pairColumns = `a, b, block_a, block_b, score, reasons, run, finding, reason, officer, office, at, version`

func scanPair(scan func(...any) error) (k Kept, err error) {
	var score int64
	var reasons, at string
	err = scan(&k.A, &k.B, &k.Blocks[0], &k.Blocks[1], &score, &reasons, &k.Run, &k.Finding, &k.Reason, &k.Officer, &k.Office, &at, &k.Version)
	if err != nil {
		return k, err
	}
	k.Score = float64(score) / 100
	if at != "" {
		var t database.Time
		if err := t.Scan(at); err != nil {
			return k, err
		}
		k.At = t.Time
	}
	k.Reasons, err = decode(reasons)
	return k, err
}

// Get gives a pair, or ErrNoPair.
func (s *Store) Get(tx *database.Tx, a, b rolls.VoterID) (Kept, error) {
	k, err := scanPair(tx.QueryRow(`SELECT `+pairColumns+` FROM doubles_pair WHERE a = ? AND b = ?`, int64(min(a, b)), int64(max(a, b))).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return k, ErrNoPair
	}
	return k, err
}

// Decide writes an officer's finding on a pair, with its reason, and the row of the audit
// trail, whose Officer, Office and Request are given by by. Whether he may is decided before,
// by the areas of both blocks. It gives ErrChanged if the pair is no longer of the version
// that the officer has seen. A finding may be changed; the trail has all of them.
func (s *Store) Decide(tx *database.Tx, a, b rolls.VoterID, version int64, finding Finding, reason string, by audit.Entry) (Kept, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case finding != SamePerson && finding != TwoPersons && finding != LookedAt:
		return Kept{}, fmt.Errorf("finding %q on a pair of likely doubles: want same, two or looked", finding)
	case reason == "":
		return Kept{}, errors.New("a finding on a pair of likely doubles needs its reason")
	case len(reason) > mostReason || !utf8.ValidString(reason):
		return Kept{}, fmt.Errorf("the reason of a finding has %d bytes: at most %d, in UTF-8", len(reason), mostReason)
	}
	was, err := s.Get(tx, a, b)
	if err != nil {
		return was, err
	}
	if was.Version != version {
		return was, ErrChanged
	}
	is := was
	is.Finding, is.Reason, is.Officer, is.Office, is.Version = finding, reason, by.Officer, by.Office, version+1
	is.At = s.now().UTC().Truncate(time.Microsecond)
	_, err = tx.Exec(`UPDATE doubles_pair SET finding = ?, reason = ?, officer = ?, office = ?, at = ?, version = ? WHERE a = ? AND b = ?`,
		string(is.Finding), is.Reason, is.Officer, is.Office, database.Time{Time: is.At}, is.Version, int64(is.A), int64(is.B))
	if err != nil {
		return was, err
	}
	by.Act, by.On, by.Reason = ActDecide, fmt.Sprintf("doubles:%v-%v", is.A, is.B), reason
	by.Change("finding", string(was.Finding), string(is.Finding))
	return is, audit.Write(tx, is.At, by)
}
