package print

import (
	"fmt"
	"io"
	"strconv"
	"time"

	"intikhab/platform/document"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/print/supplement"
)

// WriteSupplement writes one supplement alone, with a cover of its own.
func WriteSupplement(w io.Writer, r *Roll, s *supplement.Supplement, o Options, lists ...rolls.List) (res Result, err error) {
	o = o.filled()
	if len(lists) == 0 {
		lists = r.Lists()
	}
	alone := *r
	alone.Supplements = []supplement.Supplement{*s}
	p := &paper{roll: &alone, o: &o, res: &res}
	title := p.supplementTitle(s)
	err = document.Write(w, o.document(title, &res.Pages), func(d *document.Document) error {
		p.d = d
		if err := p.cover(lists); err != nil {
			return err
		}
		p.supplement(s, lists)
		return d.Err()
	})
	if err != nil {
		return res, fmt.Errorf("supplement of block %v: %w", r.Block.Code, err)
	}
	return res, nil
}

func (p *paper) supplementName(number int64) string {
	if number == 0 {
		return p.o.say("print.supplement_since")
	}
	return strconv.FormatInt(number, 10)
}

func (p *paper) supplementTitle(s *supplement.Supplement) string {
	b := &p.roll.Block
	key := "print.supplement_title"
	if s.Number == 0 {
		key = "print.since_title"
	}
	return p.o.say(key, "n", s.Number, "edition", s.Edition, "block", b.Code.String(), "area", p.o.name(b.NameEn, b.NameUr))
}

// supplement prints what one supplement changes of lists, from a new page on. One that
// was not issued and changes nothing is left out.
func (p *paper) supplement(s *supplement.Supplement, lists []rolls.List) {
	if s.Number == 0 && s.Empty() {
		return
	}
	d, o := p.d, p.o
	d.NewPage()
	d.Heading(2, p.supplementTitle(s))
	d.Paragraph(o.say("print.supplement_days", "from", words.Instant(o.Language, s.From), "until", words.Instant(o.Language, p.until(s))))
	for _, l := range lists {
		list := &s.Lists[l]
		d.Heading(3, o.say("print.supplement_list", "list", p.of(l)))
		d.Paragraph(o.say("print.supplement_sum", "before", list.Before, "added", len(list.Added), "deleted", len(list.Deleted), "after", list.After))
		p.added(l, list)
		p.deleted(l, list)
		p.corrected(l, list)
	}
	d.Space(3 * document.MM)
	d.Signatures(o.say("print.registration_officer"), o.say("print.name_date"), o.say("print.seal"))
}

// until is when a supplement ends; one that was not issued ends with the print.
func (p *paper) until(s *supplement.Supplement) time.Time {
	if s.Number == 0 {
		return p.o.Date
	}
	return s.Until
}

// part is the caption of a table of a supplement.
func (p *paper) part(key string, l rolls.List) string {
	return p.o.say("print.supplement_caption", "what", p.o.say(key), "list", p.listName(l), "block", p.roll.Block.Code.String())
}

func (p *paper) added(l rolls.List, list *supplement.List) {
	if len(list.Added) == 0 {
		return
	}
	o := p.o
	columns := (&paper{roll: p.roll, o: &Options{Language: o.Language}}).columns() // without photographs
	t := p.d.Titled(p.part("print.added", l), columns...)
	for i := range list.Added {
		e := &list.Added[i]
		name := o.name(e.NameEn, e.NameUr)
		if e.Back {
			name = o.say("print.back", "name", name)
		}
		t.Row(document.Cell{Text: strconv.FormatUint(uint64(e.Serial), 10), Number: 1}, document.Text(strconv.FormatUint(uint64(e.Household), 10)), document.Text(name),
			document.Text(p.parent(&e.Entry)), document.Text(p.cnic(&e.Entry)), document.Text(p.age(&e.Entry)), document.Text(p.address(&e.Entry)))
	}
}

func (p *paper) deleted(l rolls.List, list *supplement.List) {
	if len(list.Deleted) == 0 {
		return
	}
	o := p.o
	t := p.d.Titled(p.part("print.deleted", l), document.Column{Head: o.say("print.serial"), Width: serialWide, Align: document.Centre, Sum: true},
		document.Column{Head: o.say("print.household"), Width: householdWide, Align: document.Centre}, document.Column{Head: o.say("print.name"), Label: true}, document.Column{Head: o.say("print.parent")},
		document.Column{Head: o.say("print.cnic"), Width: cnicWide, Align: document.Centre}, document.Column{Head: o.say("print.why")}, document.Column{Head: o.say("print.date"), Width: 80 * document.Point})
	for i := range list.Deleted {
		c := &list.Deleted[i]
		e := &c.Before
		t.Row(document.Cell{Text: strconv.FormatUint(uint64(e.Serial), 10), Number: 1}, document.Text(strconv.FormatUint(uint64(e.Household), 10)), document.Text(o.name(e.NameEn, e.NameUr)),
			document.Text(p.parent(e)), document.Text(p.cnic(e)), document.Text(o.say("print.why."+string(c.Why))), document.Text(words.Date(o.Language, c.At)))
	}
}

func (p *paper) corrected(l rolls.List, list *supplement.List) {
	if len(list.Corrected) == 0 {
		return
	}
	o := p.o
	t := p.d.Titled(p.part("print.corrected", l), document.Column{Head: o.say("print.serial"), Width: serialWide, Align: document.Centre},
		document.Column{Head: o.say("print.name")}, document.Column{Head: o.say("print.what"), Width: 80 * document.Point}, document.Column{Head: o.say("print.was")}, document.Column{Head: o.say("print.is")})
	for i := range list.Corrected {
		was, is := &list.Corrected[i].Was, &list.Corrected[i].Is
		serial, name := strconv.FormatUint(uint64(is.Serial), 10), o.name(was.NameEn, was.NameUr)
		some := false
		for _, f := range []struct {
			key string
			of  func(*rolls.Entry) string
		}{
			{"print.name", func(e *rolls.Entry) string { return o.name(e.NameEn, e.NameUr) }}, {"print.parent", p.parent}, {"print.cnic", p.cnic},
			{"print.born", func(e *rolls.Entry) string { return p.date(e.Born) }}, {"print.address", p.address},
		} {
			if a, b := f.of(was), f.of(is); a != b {
				t.Texts(serial, name, o.say(f.key), a, b)
				serial, name, some = "", "", true
			}
		}
		if !some { // a photograph, the name in the other script, or behind the mask
			t.Texts(serial, name, o.say("print.otherwise"), "", "")
		}
	}
}
