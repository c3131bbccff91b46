package print

import (
	"fmt"
	"io"
	"strconv"

	"intikhab/domain/geography"
	"intikhab/platform/document"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
)

// Result is what a print holds.
type Result struct {
	Pages  int
	Voters [geography.Genders]int // on its lists
	// Unpictured is how many photographs were asked for and could not be shown, because
	// there is none or it is no picture. Their places stay empty.
	Unpictured int
}

// Write writes the roll of a block, with its cover, to w: the lists that are named, or
// all. After it returns without an error the file is whole.
func Write(w io.Writer, r *Roll, o Options, lists ...rolls.List) (res Result, err error) {
	o = o.filled()
	if len(lists) == 0 {
		lists = r.Lists()
	}
	p := &paper{roll: r, o: &o, res: &res}
	err = document.Write(w, o.document(p.title(lists), &res.Pages), func(d *document.Document) error {
		p.d = d
		if err := p.cover(lists); err != nil {
			return err
		}
		for _, l := range lists {
			if err := p.list(l); err != nil {
				return err
			}
		}
		for i := range r.Supplements {
			p.supplement(&r.Supplements[i], lists)
		}
		return d.Err()
	})
	if err != nil {
		return res, fmt.Errorf("roll of block %v: %w", r.Block.Code, err)
	}
	return res, nil
}

// paper is a print that is being written.
type paper struct {
	d    *document.Document
	roll *Roll
	o    *Options
	res  *Result
}

func (p *paper) title(lists []rolls.List) string {
	b := &p.roll.Block
	if len(lists) == 1 {
		return p.o.say("print.title_list", "list", p.of(lists[0]), "block", b.Code.String(), "area", p.o.name(b.NameEn, b.NameUr))
	}
	return p.o.say("print.title", "block", b.Code.String(), "area", p.o.name(b.NameEn, b.NameUr))
}

func (p *paper) listName(l rolls.List) string { return p.o.say("print.list." + l.String()) }

// of is a list's name within a sentence.
func (p *paper) of(l rolls.List) string { return p.o.say("print.of." + l.String()) }

// seats are the constituencies of the block.
func (p *paper) seats() string {
	b := &p.roll.Block
	if b.PA == "" {
		return string(b.NA)
	}
	return string(b.NA) + " · " + string(b.PA)
}

func (p *paper) cover(lists []rolls.List) error {
	d, o, b := p.d, p.o, &p.roll.Block
	d.Aligned(o.say("print.commission"), document.Centre, true)
	d.Heading(1, p.title(lists))
	d.Paragraph(o.say("print.purpose_text." + string(o.Purpose)))
	pairs := []string{
		o.say("print.district"), o.name(b.DistrictEn, b.DistrictUr),
		o.say("print.tehsil"), o.name(b.TehsilEn, b.TehsilUr),
		o.say("print.area"), o.name(b.NameEn, b.NameUr),
		o.say("print.block"), b.Code.String(),
		o.say("print.na"), p.seat(b.NA),
	}
	if b.PA != "" {
		pairs = append(pairs, o.say("print.pa"), p.seat(b.PA))
	}
	edition := o.say("print.edition_none")
	if b.Edition > 0 {
		edition = o.say("print.edition_of", "n", b.Edition, "date", words.Date(o.Language, b.Consolidated))
	}
	pairs = append(pairs, o.say("print.edition"), edition, o.say("print.as_on"), words.Date(o.Language, o.Date))
	if !o.Qualifying.IsZero() {
		pairs = append(pairs, o.say("print.qualifying"), p.date(o.Qualifying))
	}
	if o.Copy.Number != 0 {
		pairs = append(pairs, o.say("print.copy"), o.say("print.copy_for", "number", strconv.FormatUint(uint64(o.Copy.Number), 10), "name", o.Copy.Recipient))
	}
	d.KeyValues(pairs...)
	p.counts()
	p.stations(lists)
	p.supplements()
	code := fmt.Sprintf("intikhab roll %v edition %d voters %d state %s", b.Code, b.Edition, len(p.roll.Entries), p.roll.State())
	if o.Copy.Number != 0 {
		code += " copy " + strconv.FormatUint(uint64(o.Copy.Number), 10)
	}
	d.Space(4 * document.MM)
	return d.QR(code, o.say("print.state", "state", p.roll.State()), 26*document.MM, document.Start)
}

func (p *paper) seat(c geography.Constituency) string {
	if s, ok := geography.SeatOf(c); ok {
		return p.o.say("print.seat", "name", p.o.name(s.NameEn, s.NameUr), "code", string(c))
	}
	return string(c)
}

// date writes a day of which month and day may not be known.
func (p *paper) date(d rolls.Date) string {
	if day, ok := words.MakeDay(d.Year, d.Month, d.Day); ok {
		return day.In(p.o.Language)
	}
	return d.String()
}

// counts is the table of how many voters there are.
func (p *paper) counts() {
	n, households := p.roll.Counts()
	d, o := p.d, p.o
	d.Heading(3, o.say("print.counts"))
	t := d.Table(document.Column{Head: o.say("print.list.M"), Align: document.Centre}, document.Column{Head: o.say("print.list.F"), Align: document.Centre},
		document.Column{Head: o.say("print.list.X"), Align: document.Centre}, document.Column{Head: o.say("print.total"), Align: document.Centre, Bold: true},
		document.Column{Head: o.say("print.households"), Align: document.Centre})
	t.Texts(words.Number(o.Language, n[0]), words.Number(o.Language, n[1]), words.Number(o.Language, n[2]), words.Number(o.Language, n[0]+n[1]+n[2]), words.Number(o.Language, households))
}

// stations is the table of who votes where.
func (p *paper) stations(lists []rolls.List) {
	d, o := p.d, p.o
	d.Heading(3, o.say("print.stations"))
	var t *document.Table
	for _, l := range lists {
		for _, s := range p.roll.shares(l, p.roll.list(l)) {
			if t == nil {
				t = d.Table(document.Column{Head: o.say("print.list"), Width: 90 * document.Point}, document.Column{Head: o.say("print.serials"), Width: 90 * document.Point, Align: document.Centre},
					document.Column{Head: o.say("print.voters"), Width: 60 * document.Point, Align: document.Centre}, document.Column{Head: o.say("print.station")})
			}
			t.Texts(p.listName(l), span(s.from, s.to), words.Number(o.Language, s.voters), p.roll.station(o, s.station))
		}
	}
	if t == nil {
		d.Paragraph(o.say("print.no_station"))
	}
}

// span writes serials from one to another.
func span(from, to uint32) string {
	if to < from {
		return "–"
	}
	return strconv.FormatUint(uint64(from), 10) + "–" + strconv.FormatUint(uint64(to), 10)
}

// supplements tells on the cover which belong to the roll.
func (p *paper) supplements() {
	d, o := p.d, p.o
	if len(p.roll.Supplements) == 0 || p.roll.Block.Edition == 0 {
		return
	}
	d.Heading(3, o.say("print.supplements"))
	t := d.Table(document.Column{Head: o.say("print.supplement_number")}, document.Column{Head: o.say("print.until")}, document.Column{Head: o.say("print.added"), Align: document.Centre},
		document.Column{Head: o.say("print.deleted"), Align: document.Centre}, document.Column{Head: o.say("print.corrected"), Align: document.Centre})
	for i := range p.roll.Supplements {
		s := &p.roll.Supplements[i]
		a, x, c := s.Size()
		t.Texts(p.supplementName(s.Number), words.Date(o.Language, p.until(s)), strconv.Itoa(a), strconv.Itoa(x), strconv.Itoa(c))
	}
}
