package sheet

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"strings"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
)

var (
	officeColumns  = []string{"id", "kind", "parent", "name_en", "name_ur", "area", "opened"}
	officeOptional = []string{"extra_areas", "closed"}
)

// An OfficeLine is one office of a list, beside what the book has of it.
type OfficeLine struct {
	Line    int
	Change  Change
	Was, Is office.Office // Was is zero where it is new
}

// Offices is a list of offices as it was read and compared.
type Offices struct {
	Lines    []OfficeLine // those with no fault
	Problems Problems
	Counts   Counts
	Mark     string // to be given back when it is taken in
}

// ReadOffices reads a list of offices and compares it with the book. It writes
// nothing. Its error is a refusal or of the database; faults of the list are its
// Problems.
func ReadOffices(tx *database.Tx, b *office.Book, by office.Acting, text []byte) (Offices, error) {
	if _, err := b.May(tx, by, "office.change", office.Target{Somewhere: true}); err != nil {
		return Offices{}, err
	}
	lines, problems := readTable(text, officeColumns, officeOptional)
	p := Offices{Problems: problems}
	known, err := b.Offices(tx)
	if err != nil {
		return p, err
	}
	tree := map[office.OfficeID]office.Office{}
	for _, o := range known {
		tree[o.ID] = o
	}
	was := map[office.OfficeID]office.Office{}
	for id, o := range tree {
		was[id] = o
	}
	seen := map[office.OfficeID]int{}
	m := newMark(text)
	for _, l := range lines {
		before := len(p.Problems)
		o := readOffice(l, &p.Problems)
		if first, twice := seen[o.ID]; twice {
			p.Problems.add(l.number, "id", "line_twice", "line", first)
			continue
		}
		seen[o.ID] = l.number
		if len(p.Problems) == before {
			if err := fault(&p.Problems, l.number, o.Check()); err != nil {
				return p, err
			}
		}
		if old, ok := was[o.ID]; ok && old.Kind != o.Kind && len(p.Problems) == before {
			p.Problems.add(l.number, "kind", "kind_changed", "office", o.ID)
		}
		tree[o.ID] = o
		if len(p.Problems) == before {
			line := OfficeLine{l.number, New, was[o.ID], o}
			if old, ok := was[o.ID]; ok {
				line.Change = Changed
				if sameOffice(old, o) {
					line.Change = Same
				}
			}
			p.Lines = append(p.Lines, line)
			p.Counts.add(line.Change)
			m.add(string(line.Change), officeText(line.Was), officeText(line.Is))
		}
	}
	if err := p.checkTree(tree, b.Rules.Links); err != nil {
		return p, err
	}
	p.Mark = m.String()
	return p, nil
}

// checkTree holds the tree as it would be: each line under its parent and, where it
// changes an office, over those below it.
func (p *Offices) checkTree(tree map[office.OfficeID]office.Office, links area.Links) error {
	secretariat := office.OfficeID("")
	for _, id := range sortedIDs(tree) {
		if tree[id].Kind == office.Secretariat {
			if secretariat != "" {
				for _, l := range p.Lines {
					if l.Is.Kind == office.Secretariat && l.Change == New {
						p.Problems.add(l.Line, "kind", "second_secretariat", "office", secretariat)
					}
				}
			}
			secretariat = id
		}
	}
	for _, l := range p.Lines {
		if l.Change == Same {
			continue
		}
		if err := fault(&p.Problems, l.Line, office.CheckTree(tree, l.Is.ID, l.Change == Changed, links)); err != nil {
			return err
		}
	}
	slices.SortStableFunc(p.Problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return nil
}

func sortedIDs(tree map[office.OfficeID]office.Office) (ids []office.OfficeID) {
	for id := range tree {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

func readOffice(l line, problems *Problems) office.Office {
	f := l.fields
	return office.Office{
		ID: office.OfficeID(strings.ToLower(f["id"])), Kind: office.Kind(strings.ToLower(f["kind"])), Parent: office.OfficeID(strings.ToLower(f["parent"])),
		NameEn: office.TidyName(f["name_en"]), NameUr: office.TidyName(f["name_ur"]),
		Area: l.readArea("area", problems), Extra: l.readAreas("extra_areas", problems),
		Open: office.Span{From: l.readDay("opened", problems), To: l.readDay("closed", problems)},
	}
}

func sameOffice(a, b office.Office) bool { return officeText(a) == officeText(b) }

func officeText(o office.Office) string { return strings.Join(officeFields(o), "\n") }

// officeFields are the columns of an office in the order of the files we write.
func officeFields(o office.Office) []string {
	return []string{string(o.ID), string(o.Kind), string(o.Parent), o.NameEn, o.NameUr, o.Area.String(), area.Join(o.Extra), string(o.Open.From), string(o.Open.To)}
}

// WriteOffices writes a list of offices as ReadOffices takes it, with the mark by
// which spreadsheets know UTF-8.
func WriteOffices(w io.Writer, offices []office.Office) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Write([]string{"id", "kind", "parent", "name_en", "name_ur", "area", "extra_areas", "opened", "closed"})
	for _, o := range offices {
		out.Write(officeFields(o))
	}
	out.Flush()
	return out.Error()
}

// TakeOffices takes a list in, if it has no fault and its mark is that of the preview
// that was looked at; all of it or nothing. Each office that is new or changes has
// its own row of the audit trail.
func TakeOffices(tx *database.Tx, b *office.Book, by office.Acting, text []byte, mark, reason string) (Offices, error) {
	p, err := ReadOffices(tx, b, by, text)
	switch {
	case err != nil:
		return p, err
	case len(p.Problems) > 0:
		return p, ErrProblems
	case p.Mark != mark:
		return p, ErrMoved
	}
	lines := slices.Clone(p.Lines)
	slices.SortStableFunc(lines, func(a, b OfficeLine) int { // from the top of the tree, so that each finds its parent
		return cmp.Compare(slices.Index(office.Kinds(), a.Is.Kind), slices.Index(office.Kinds(), b.Is.Kind))
	})
	for _, l := range lines {
		if l.Change == Same {
			continue
		}
		if err := b.PutOffice(tx, by, l.Is, reason); err != nil {
			return p, err
		}
	}
	return p, nil
}
