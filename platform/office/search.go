package office

import (
	"strings"
	"time"

	"intikhab/platform/database"
)

// A Reach is over which offices somebody may do an act at an instant, for lists
// that show no more than that.
type Reach struct {
	Everywhere bool
	Self       bool // what is his own
	officer    OfficerID
	rules      Rules
	posts      []Post // in whose jurisdiction
	offices    map[OfficeID]bool
}

// Reach gives the reach of an act. Decide agrees with it: what the reach has, Decide
// allows.
func (r Rules) Reach(at time.Time, who Standing, act Act) Reach {
	reach := Reach{officer: who.Officer, rules: r, offices: map[OfficeID]bool{}}
	for _, p := range r.Table.Of(act) {
		switch {
		case p.Role == Anyone, who.Way != "" && who.Way == p.Role:
			reach.Everywhere = true
		case who.Way != "" || who.Officer == "" || who.State != Active:
		case p.Role == AnyOfficer:
			reach.Self = reach.Self || p.Scope == Self
			reach.Everywhere = reach.Everywhere || p.Scope == Everywhere && everyOfficer(at, who, p, Target{}) == ""
		default:
			for _, post := range who.Posts {
				if post.Appointment.Role != p.Role || r.byPost(at, who, post, p, Target{Somewhere: true}) != "" {
					continue
				}
				switch p.Scope {
				case Self:
					reach.Self = true
				case Everywhere:
					reach.Everywhere = true
				case OwnOffice:
					reach.offices[post.Office.ID] = true
				case Jurisdiction:
					reach.posts = append(reach.posts, post)
				}
			}
		}
	}
	return reach
}

// Office tells whether the reach has an office, with all of its areas that have a
// place.
func (r Reach) Office(o Office) bool {
	if r.Everywhere || r.offices[o.ID] {
		return true
	}
	for _, post := range r.posts {
		all := true
		for _, a := range o.Target().Areas {
			all = all && post.covers(a, r.rules.Links)
		}
		if all {
			return true
		}
	}
	return false
}

// A Filter narrows a list of officers. What is left out does not narrow it.
type Filter struct {
	Query  string   // a part of the name, in either language
	Office OfficeID // accounted at or serving at this office
	Under  bool     // or at one below it
	Role   Role     // holding this role today
	State  State
	Offset int
	Limit  int // 0 is 50; at most 500
}

// A Listed is one line of a list: the officer without his personal columns, and the
// posts that he holds or stands in for, at any time.
type Listed struct {
	Officer Officer
	Posts   []Post
}

// Officers lists the officers that the one who acts may read of, by English name,
// and how many there are in all.
func (b *Book) Officers(tx *database.Tx, by Acting, f Filter) (page []Listed, total int, err error) {
	who, err := b.Standing(tx, by)
	if err != nil {
		return nil, 0, err
	}
	reach := b.Rules.Reach(b.now(), who, "officer.read")
	offices, err := b.Offices(tx)
	if err != nil {
		return nil, 0, err
	}
	where, args := f.condition(offices, DayOf(b.now()))
	if w, a := reach.condition(offices, DayOf(b.now())); w != "" {
		where, args = append(where, w), append(args, a...)
	}
	text := strings.Join(append([]string{`1 = 1`}, where...), ` AND `)
	if err := tx.QueryRow(`SELECT count(*) FROM office_officer o WHERE `+text, args...).Scan(&total); err != nil || total == 0 {
		return nil, 0, err
	}
	limit := min(f.Limit, 500)
	if limit <= 0 {
		limit = 50
	}
	args = append(args, limit, max(f.Offset, 0))
	if page, err = readListed(tx, text+` ORDER BY name_en, id LIMIT ? OFFSET ?`, args); err != nil || len(page) == 0 {
		return nil, total, err
	}
	for i := range page {
		if page[i].Posts, err = b.Posts(tx, page[i].Officer.ID); err != nil {
			return nil, 0, err
		}
	}
	return page, total, nil
}

func readListed(tx *database.Tx, where string, args []any) (page []Listed, err error) {
	rows, err := tx.Query(`SELECT `+officerColumns+` FROM office_officer o WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		o, err := scanOfficer(rows.Scan)
		if err != nil {
			return nil, err
		}
		page = append(page, Listed{Officer: o})
	}
	return page, rows.Err()
}

// serving is an appointment that the officer o holds on a day (two arguments), by
// what is said of it besides.
const serving = `EXISTS (SELECT 1 FROM office_appointment a WHERE a.officer = o.id AND a.ended IS NULL AND a.from_day <= ? AND (a.to_day = '' OR a.to_day >= ?) AND `

func (f Filter) condition(offices []Office, today Day) (where []string, args []any) {
	if q := strings.ToLower(TidyName(f.Query)); q != "" {
		q = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(q)
		where, args = append(where, `search LIKE ? ESCAPE '\'`), append(args, "%"+q+"%")
	}
	if f.State != "" {
		where, args = append(where, `state = ?`), append(args, f.State)
	}
	if f.Role != "" {
		where, args = append(where, serving+`a.role = ?)`), append(args, today, today, f.Role)
	}
	if f.Office != "" {
		ids := []any{f.Office}
		if f.Under {
			ids = under(offices, f.Office)
		}
		in := marks(len(ids))
		where = append(where, `(home IN (`+in+`) OR `+serving+`a.office IN (`+in+`)))`)
		args = append(append(append(args, ids...), today, today), ids...)
	}
	return where, args
}

// condition narrows a list to what the reach has: accounted in it, and serving
// nowhere outside it.
func (r Reach) condition(offices []Office, today Day) (string, []any) {
	if r.Everywhere {
		return "", nil
	}
	var ids []any
	for _, o := range offices {
		if r.Office(o) {
			ids = append(ids, o.ID)
		}
	}
	var self OfficerID
	if r.Self {
		self = r.officer
	}
	if len(ids) == 0 {
		return `o.id = ?`, []any{self}
	}
	in := marks(len(ids))
	args := append([]any{self}, ids...)
	args = append(append(args, today), ids...)
	return `(o.id = ? OR home IN (` + in + `) AND NOT EXISTS (SELECT 1 FROM office_appointment a WHERE a.officer = o.id AND a.ended IS NULL
		AND (a.to_day = '' OR a.to_day >= ?) AND a.office NOT IN (` + in + `)))`, args
}

// under gives an office and all below it.
func under(offices []Office, top OfficeID) (ids []any) {
	below := map[OfficeID][]OfficeID{}
	for _, o := range offices {
		below[o.Parent] = append(below[o.Parent], o.ID)
	}
	var walk func(OfficeID)
	walk = func(id OfficeID) {
		ids = append(ids, id)
		for _, child := range below[id] {
			walk(child)
		}
	}
	walk(top)
	return ids
}

func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?, ", n), ", ") }
