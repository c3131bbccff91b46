package anomaly

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
)

// The acts of the table of permissions.
const (
	ActRead    office.Act = "anomaly.read"
	ActRun     office.Act = "anomaly.run"
	ActDecide  office.Act = "anomaly.decide"
	ActPersons office.Act = "anomaly.persons" // to see, masked, whom an anomaly is about
)

// Finding is what an officer has found of an anomaly. None changes the roll.
type Finding string

// The findings.
const (
	Open      Finding = ""          // nobody has one yet
	Explained Finding = "explained" // it is so, and it is right
	Correct   Finding = "correct"   // the roll is to be corrected
	Visit     Finding = "visit"     // somebody goes there
	Claimed   Finding = "claim"     // a claim was filed
)

// Findings are all that an officer may choose.
func Findings() []Finding { return []Finding{Explained, Correct, Visit, Claimed} }

const mostReason = 2000

// Kept is an anomaly with what was found.
type Kept struct {
	Item
	Since           time.Time // the run that found it first
	Run             int64     // the last that found it; if it is not the last of all, it is no longer found
	Finding         Finding
	Reason          string
	Officer, Office string
	At              time.Time
	Version         int64
}

// Query says which anomalies are asked for.
type Query struct {
	Kind    Kind
	Areas   []area.Area // an officer's; none: no anomaly. area.Country: all
	Finding string      // "": all, "open": those without a finding, or a finding
	Run     int64       // only those that this run has found; 0: all
	Order   string      // SQL that the program has written
	Limit   int
	Offset  int
}

const itemColumns = `kind, id, block, district, tehsil, na, pa, measure, beside, basis, since, run, finding, reason, officer, office, at, version`

// List gives some anomalies, and how many there are in all.
func (s *Store) List(tx *database.Tx, q Query) (page []Kept, total int, err error) {
	where, args, possible := q.where()
	if !possible {
		return nil, 0, nil
	}
	if err := tx.QueryRow(`SELECT COUNT(*) FROM anomaly_item WHERE `+where, args...).Scan(&total); err != nil {
		return nil, 0, err
	}
	order := q.Order
	if order == "" {
		order = "measure DESC, id"
	}
	rows, err := tx.Query(`SELECT `+itemColumns+` FROM anomaly_item WHERE `+where+` ORDER BY `+order+` LIMIT ? OFFSET ?`, append(args, q.Limit, q.Offset)...)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		k, err := scanItem(rows.Scan)
		if err != nil {
			return nil, 0, err
		}
		page = append(page, k)
	}
	return page, total, rows.Err()
}

// Tally is how many of a kind there are, and how many have no finding.
type Tally struct{ All, Open int64 }

// Count counts what a run has found in some areas, by kind.
func (s *Store) Count(tx *database.Tx, areas []area.Area, run int64) (map[Kind]Tally, error) {
	counts := map[Kind]Tally{}
	for _, k := range kinds {
		q := Query{Kind: k, Areas: areas, Run: run}
		where, args, possible := q.where()
		if !possible {
			return counts, nil
		}
		var t Tally
		if err := tx.QueryRow(`SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN finding = '' THEN 1 ELSE 0 END), 0) AS BIGINT) FROM anomaly_item WHERE `+where, args...).Scan(&t.All, &t.Open); err != nil {
			return nil, err
		}
		counts[k] = t
	}
	return counts, nil
}

// where is the query as a condition; possible is false if nothing can match.
func (q *Query) where() (condition string, args []any, possible bool) {
	condition, args = `kind = ?`, []any{string(q.Kind)}
	in, with, all := areaCondition(q.Areas)
	if !all {
		if len(in) == 0 {
			return "", nil, false
		}
		condition += ` AND (` + strings.Join(in, ` OR `) + `)`
		args = append(args, with...)
	}
	switch q.Finding {
	case "":
	case "open":
		condition += ` AND finding = ''`
	default:
		condition, args = condition+` AND finding = ?`, append(args, q.Finding)
	}
	if q.Run != 0 {
		condition, args = condition+` AND run = ?`, append(args, q.Run)
	}
	return condition, args, true
}

// areaCondition is what an item must be for one of some areas to be its: of a block one of
// those that it lies in; of a constituency itself, or an area in which it wholly lies.
func areaCondition(areas []area.Area) (in []string, args []any, all bool) {
	values := map[string][]any{}
	put := func(column, v string) { values[column] = append(values[column], v) }
	for _, a := range areas {
		switch a.Kind() {
		case area.CountryKind:
			return nil, nil, true
		case area.Province, area.Division, area.District:
			for _, d := range geography.Districts() {
				if in := area.OfDistrict(d); area.Within(in, a) {
					put("district", in.String())
				}
			}
			for _, seat := range geography.Constituencies() {
				if area.Within(area.OfConstituency(seat.Code), a) {
					put(`block = 0 AND na`, string(seat.Code))
					put(`block = 0 AND pa`, string(seat.Code))
				}
			}
		case area.Tehsil:
			put("tehsil", a.String())
		case area.Constituency:
			put("na", string(a.Seat()))
			put("pa", string(a.Seat()))
		case area.Block:
			put("block", strings.TrimPrefix(a.String(), "block:"))
		}
	}
	for _, column := range keysOf(values) {
		marks := `?` + strings.Repeat(`, ?`, len(values[column])-1)
		if column == "block" {
			for i, v := range values[column] {
				code, _ := geography.ParseBlockCode(v.(string))
				values[column][i] = int64(code)
			}
		}
		in = append(in, `(`+column+` IN (`+marks+`))`)
		args = append(args, values[column]...)
	}
	return in, args, false
}

func scanItem(scan func(...any) error) (k Kept, err error) {
	var since, at string
	err = scan(&k.Kind, &k.ID, &k.Block, &k.District, &k.Tehsil, &k.NA, &k.PA, &k.Measure, &k.Beside, &k.Basis, &since, &k.Run,
		&k.Finding, &k.Reason, &k.Officer, &k.Office, &at, &k.Version)
	for _, one := range []struct {
		text string
		to   *time.Time
	}{{since, &k.Since}, {at, &k.At}} {
		if err == nil && one.text != "" {
			var t database.Time
			if err = t.Scan(one.text); err == nil {
				*one.to = t.Time
			}
		}
	}
	return k, err
}

// Get gives one anomaly, or ErrMissing.
func (s *Store) Get(tx *database.Tx, kind Kind, id string) (Kept, error) {
	k, err := scanItem(tx.QueryRow(`SELECT `+itemColumns+` FROM anomaly_item WHERE kind = ? AND id = ?`, string(kind), id).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return k, ErrMissing
	}
	return k, err
}

// Decide writes an officer's finding with its reason, and the row of the audit trail, of
// which by gives the officer, office and request. Whether he may is decided before. It
// gives ErrChanged if the anomaly is no longer of the version that he has seen. A finding
// stays with its object in the runs that follow, and may be changed; the trail has all.
func (s *Store) Decide(tx *database.Tx, kind Kind, id string, version int64, f Finding, reason string, by audit.Entry) (Kept, error) {
	reason = strings.TrimSpace(reason)
	switch {
	case f != Explained && f != Correct && f != Visit && f != Claimed:
		return Kept{}, fmt.Errorf("finding %q on an anomaly: want explained, correct, visit or claim", f)
	case reason == "":
		return Kept{}, errors.New("a finding on an anomaly needs its reason")
	case len(reason) > mostReason || !utf8.ValidString(reason):
		return Kept{}, fmt.Errorf("the reason of a finding has %d bytes: at most %d, in UTF-8", len(reason), mostReason)
	}
	was, err := s.Get(tx, kind, id)
	if err != nil {
		return was, err
	}
	if was.Version != version {
		return was, ErrChanged
	}
	is := was
	is.Finding, is.Reason, is.Officer, is.Office, is.Version, is.At = f, reason, by.Officer, by.Office, version+1, s.now()
	if _, err := tx.Exec(`UPDATE anomaly_item SET finding = ?, reason = ?, officer = ?, office = ?, at = ?, version = ? WHERE kind = ? AND id = ?`,
		string(f), reason, is.Officer, is.Office, database.Time{Time: is.At}, is.Version, string(kind), id); err != nil {
		return was, err
	}
	by.Act, by.On, by.Reason = string(ActDecide), "anomaly:"+string(kind)+"/"+id, reason
	by.Change("finding", string(was.Finding), string(f))
	return is, audit.Write(tx, is.At, by)
}

// Ask writes that an officer asks for a run, with the row of the audit trail: Due tells so
// until it is made.
func (s *Store) Ask(tx *database.Tx, by audit.Entry) error {
	now := s.now()
	if _, err := tx.Exec(`INSERT INTO anomaly_wish (id, officer, at) VALUES ('run', ?, ?) ON CONFLICT (id) DO UPDATE SET officer = excluded.officer, at = excluded.at`,
		by.Officer, database.Time{Time: now}); err != nil {
		return err
	}
	by.Act, by.On = string(ActRun), "anomaly:run"
	return audit.Write(tx, now, by)
}
