package sheet

import (
	"errors"
	"regexp"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/sms"
	"intikhab/platform/words"
)

var (
	officerColumns  = []string{"cnic", "name_en", "name_ur", "office"}
	officerOptional = []string{"email", "telephone", "role", "areas", "from", "to"}
)

// A Person is one officer of a list, whom one or several lines are about.
type Person struct {
	Line    int // the first
	Change  Change
	Was, Is office.Officer // Was is zero where the account is new
}

// A Role is one line's role.
type Role struct {
	Line   int
	Change Change // New or Same: an appointment is never changed
	Person int    // index in People
	Grant  office.Grant
}

// Officers is a list of officers as it was read and compared.
type Officers struct {
	People   []Person
	Roles    []Role
	Problems Problems
	Counts   Counts // of people
	Granted  Counts // of roles
	Mark     string // to be given back when it is taken in
}

// officerReader compares the lines of a list with the book.
type officerReader struct {
	tx      *database.Tx
	book    *office.Book
	offices map[office.OfficeID]office.Office
	byCNIC  map[cnic.Number]int // index in People
	p       Officers
	mark    mark
}

// ReadOfficers reads a list of officers and compares it with the book. A person may
// stand in several lines, one for each role. It writes nothing. Its error is a
// refusal or of the database; faults of the list are its Problems.
func ReadOfficers(tx *database.Tx, b *office.Book, by office.Acting, text []byte) (Officers, error) {
	if _, err := b.May(tx, by, "officer.add", office.Target{Somewhere: true}); err != nil {
		return Officers{}, err
	}
	lines, problems := readTable(text, officerColumns, officerOptional)
	r := officerReader{tx: tx, book: b, offices: map[office.OfficeID]office.Office{}, byCNIC: map[cnic.Number]int{},
		p: Officers{Problems: problems}, mark: newMark(text)}
	known, err := b.Offices(tx)
	if err != nil {
		return r.p, err
	}
	for _, o := range known {
		r.offices[o.ID] = o
	}
	for _, l := range lines {
		if err := r.line(l); err != nil {
			return r.p, err
		}
	}
	for _, person := range r.p.People {
		r.p.Counts.add(person.Change)
	}
	for _, role := range r.p.Roles {
		r.p.Granted.add(role.Change)
	}
	r.p.Mark = r.mark.String()
	return r.p, nil
}

// line reads one line: the person, and the role if there is one.
func (r *officerReader) line(l line) error {
	before := len(r.p.Problems)
	o := readOfficer(l, &r.p.Problems)
	if len(r.p.Problems) > before {
		return nil
	}
	if err := fault(&r.p.Problems, l.number, o.Check()); err != nil {
		return err
	}
	at, known := r.offices[o.Home]
	if !known {
		r.p.Problems.add(l.number, "office", "office_missing", "office", clip(string(o.Home)))
	}
	if len(r.p.Problems) > before {
		return nil
	}
	person, err := r.person(l, o)
	if err != nil || person < 0 {
		return err
	}
	return r.role(l, person, at)
}

func readOfficer(l line, problems *Problems) office.Officer {
	f := l.fields
	o := office.Officer{NameEn: office.TidyName(f["name_en"]), NameUr: office.TidyName(f["name_ur"]), Home: office.OfficeID(strings.ToLower(f["office"]))}
	number := digits(f["cnic"])
	n, err := cnic.ParseStrict([]byte(number))
	switch {
	case err == nil:
	case scientific.MatchString(number):
		problems.add(l.number, "cnic", "cnic_scientific")
	default:
		problems.add(l.number, "cnic", "cnic")
	}
	o.Personal.CNIC = n
	if o.Personal.Email, err = office.ParseEmail(f["email"]); err != nil {
		problems.add(l.number, "email", "email")
	}
	if text := digits(f["telephone"]); text != "" {
		if o.Personal.Telephone, err = sms.ParseMSISDN(text); err != nil || scientific.MatchString(text) {
			problems.add(l.number, "telephone", "telephone")
		}
	}
	return o
}

// scientific is what a spreadsheet makes of a long number: 4.23012E+12.
var scientific = regexp.MustCompile(`^[0-9][.,]?[0-9]*[eE]\+?[0-9]+$`)

// digits writes numbers in Western digits, and the dash that a word processor likes
// as a hyphen.
func digits(text string) string {
	return strings.NewReplacer("–", "-", "−", "-", "‑", "-").Replace(words.Digits(text))
}

// person notes whom a line is about, and gives the index in People; -1 with a
// problem.
func (r *officerReader) person(l line, o office.Officer) (int, error) {
	if i, again := r.byCNIC[o.Personal.CNIC]; again {
		first := &r.p.People[i]
		if o.NameEn != first.Is.NameEn || o.NameUr != first.Is.NameUr || o.Personal != first.Is.Personal && !empty(o.Personal) {
			r.p.Problems.add(l.number, "cnic", "same_person", "line", first.Line)
			return -1, nil
		}
		return i, nil
	}
	person := Person{Line: l.number, Change: New, Is: o}
	switch was, err := r.book.OfficerByCNIC(r.tx, o.Personal.CNIC); {
	case errors.Is(err, office.ErrMissing):
	case err != nil:
		return -1, err
	case was.State == office.Closed:
		r.p.Problems.add(l.number, "cnic", "officer_closed")
		return -1, nil
	default:
		person.Was, person.Change = was, Changed
		person.Is.ID, person.Is.State, person.Is.Home, person.Is.Added, person.Is.AddedBy = was.ID, was.State, was.Home, was.Added, was.AddedBy
		if person.Is.Personal.Email.IsZero() { // an empty field takes nothing away
			person.Is.Personal.Email = was.Personal.Email
		}
		if person.Is.Personal.Telephone == (sms.MSISDN{}) {
			person.Is.Personal.Telephone = was.Personal.Telephone
		}
		if person.Is == was {
			person.Change = Same
		}
	}
	r.mark.add(string(person.Change), string(person.Was.ID), person.Was.NameEn, person.Was.NameUr, person.Was.Personal.Email.Reveal(), person.Was.Personal.Telephone.Reveal())
	r.p.People = append(r.p.People, person)
	r.byCNIC[o.Personal.CNIC] = len(r.p.People) - 1
	return len(r.p.People) - 1, nil
}

// empty tells whether a further line of a person leaves the contacts to the first.
func empty(p office.Personal) bool { return p.Email.IsZero() && p.Telephone == (sms.MSISDN{}) }

// role notes the role of a line.
func (r *officerReader) role(l line, person int, at office.Office) error {
	f := l.fields
	before := len(r.p.Problems)
	g := office.Grant{Officer: r.p.People[person].Is.ID, Office: at.ID, Role: office.Role(strings.ToLower(strings.ReplaceAll(f["role"], " ", "-"))),
		Areas: l.readAreas("areas", &r.p.Problems), From: l.readDay("from", &r.p.Problems), To: l.readDay("to", &r.p.Problems)}
	if len(r.p.Problems) > before {
		return nil
	}
	if g.Role == "" {
		if len(g.Areas) > 0 || g.From != "" || g.To != "" {
			r.p.Problems.add(l.number, "role", "role_fields")
		}
		return nil
	}
	for _, other := range r.p.Roles {
		if other.Person == person && other.Grant.Office == g.Office && other.Grant.Role == g.Role && span(other.Grant).Meets(span(g)) {
			r.p.Problems.add(l.number, "role", "line_twice", "line", other.Line)
			return nil
		}
	}
	change, err := r.held(l, g)
	if err != nil || change == "" {
		return err
	}
	if change == New {
		if err := fault(&r.p.Problems, l.number, g.Check(at, office.DayOf(r.book.Now()), r.book.Rules.Links)); err != nil {
			return err
		}
	}
	if len(r.p.Problems) == before {
		r.mark.add(string(change), string(at.ID), string(g.Role))
		r.p.Roles = append(r.p.Roles, Role{l.number, change, person, g})
	}
	return nil
}

// held tells whether the person has just this appointment (Same), none like it (New),
// or one of other days or areas, which is a problem ("").
func (r *officerReader) held(l line, g office.Grant) (Change, error) {
	if g.Officer == "" {
		return New, nil
	}
	posts, err := r.book.Posts(r.tx, g.Officer)
	if err != nil {
		return "", err
	}
	for _, p := range posts {
		a := p.Appointment
		if a.Officer != g.Officer || a.Office != g.Office || a.Role != g.Role || !a.Ended.IsZero() || !a.Span.Meets(span(g)) {
			continue
		}
		if a.Span == span(g) && sameAreas(a, g) {
			return Same, nil
		}
		r.p.Problems.add(l.number, "role", "held", "from", a.Span.From.Words())
		return "", nil
	}
	return New, nil
}

func span(g office.Grant) office.Span { return office.Span{From: g.From, To: g.To} }
