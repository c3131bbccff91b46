package print

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"intikhab/platform/document"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
)

// Widths of the columns of a list, and how high a photograph is.
const (
	serialWide    = 32 * document.Point
	householdWide = 35 * document.Point
	cnicWide      = 78 * document.Point
	ageWide       = 26 * document.Point
	nameWide      = 94 * document.Point
	photoWide     = 40 * document.Point
	photoHigh     = 16 * document.MM
)

// columns are those of a list of voters.
func (p *paper) columns() []document.Column {
	o := p.o
	c := []document.Column{
		{Head: o.say("print.serial"), Width: serialWide, Align: document.Centre, Sum: true},
		{Head: o.say("print.household"), Width: householdWide, Align: document.Centre},
		{Head: o.say("print.name"), Width: nameWide, Label: true},
		{Head: o.say("print.parent"), Width: nameWide},
		{Head: o.say("print.cnic"), Width: cnicWide, Align: document.Centre},
		{Head: o.say("print.age"), Width: ageWide, Align: document.Centre},
		{Head: o.say("print.address")},
	}
	if o.Photographs {
		c = append(c, document.Column{Head: o.say("print.photograph"), Width: photoWide, Align: document.Centre})
	}
	return c
}

// list prints one list, from a new page on.
func (p *paper) list(l rolls.List) error {
	entries := p.roll.list(l)
	p.d.NewPage()
	p.d.Heading(2, p.o.say("print.part", "list", p.of(l)))
	if len(entries) == 0 {
		p.d.Paragraph(p.o.say("print.nobody"))
		p.certificate(l, entries)
		return nil
	}
	for _, s := range p.roll.shares(l, entries) {
		p.d.Paragraph(p.o.say("print.votes_at", "serials", span(s.from, s.to), "station", p.roll.station(p.o, s.station)))
	}
	t := p.d.Titled(p.caption(l), p.columns()...)
	for i := range entries {
		if err := p.row(t, &entries[i]); err != nil {
			return err
		}
		if i%256 == 0 && p.d.Err() != nil {
			return p.d.Err()
		}
	}
	p.res.Voters[l] += len(entries)
	p.certificate(l, entries)
	return nil
}

// caption says on each page of which list it is.
func (p *paper) caption(l rolls.List) string {
	b := &p.roll.Block
	return p.o.say("print.caption", "list", p.listName(l), "block", b.Code.String(), "area", p.o.name(b.NameEn, b.NameUr), "seats", p.seats(),
		"tehsil", p.o.name(b.TehsilEn, b.TehsilUr), "district", p.o.name(b.DistrictEn, b.DistrictUr))
}

// row is one voter.
func (p *paper) row(t *document.Table, e *rolls.Entry) error {
	cells := make([]document.Cell, 0, 8)
	cells = append(cells, document.Cell{Text: strconv.FormatUint(uint64(e.Serial), 10), Number: 1})
	for _, text := range []string{strconv.FormatUint(uint64(e.Household), 10), p.o.name(e.NameEn, e.NameUr), p.parent(e), p.cnic(e), p.age(e), p.address(e)} {
		cells = append(cells, document.Text(text))
	}
	if p.o.Photographs {
		c, err := p.photograph(e)
		if err != nil {
			return err
		}
		cells = append(cells, c)
	}
	t.Row(cells...)
	return nil
}

func (p *paper) cnic(e *rolls.Entry) string {
	if p.o.Masked[p.o.Purpose] {
		return words.CNIC(e.CNIC)
	}
	return e.CNIC.RevealDashed()
}

func (p *paper) address(e *rolls.Entry) string {
	a, b := e.Address(), &p.roll.Block
	text := p.o.name(a.En, a.Ur)
	for _, place := range [][2]string{{b.DistrictEn, b.DistrictUr}, {b.TehsilEn, b.TehsilUr}} {
		text = without(text, place[0])
		text = without(text, place[1])
	}
	return text
}

// without takes the name of the block's own tehsil or district off the end of an address,
// since it stands above each table: an address then has room in one line, and a country
// of 130 million voters is printed on half the paper.
func without(address, place string) string {
	at := strings.LastIndexAny(address, ",،")
	if place == "" || at <= 0 {
		return address
	}
	_, size := utf8.DecodeRuneInString(address[at:])
	tail := strings.TrimSpace(address[at+size:])
	kind, ok := strings.CutSuffix(tail, place)
	if !ok {
		return address
	}
	switch strings.TrimSpace(kind) {
	case "", "ضلع", "تحصیل", "تعلقہ", "District", "Tehsil", "Taluka":
		return strings.TrimSpace(address[:at])
	}
	return address
}

func (p *paper) age(e *rolls.Entry) string {
	if e.Born.IsZero() || p.o.Qualifying.IsZero() {
		return "–"
	}
	return strconv.Itoa(e.Born.Age(p.o.Qualifying))
}

// parent is the father's name as it is, and another's with who it is.
func (p *paper) parent(e *rolls.Entry) string {
	name := p.o.name(e.ParentEn, e.ParentUr)
	if e.Relation == rolls.Father || name == "" {
		return name
	}
	return p.o.say("print.relation."+e.Relation.String(), "name", name)
}

// photograph is the cell of a voter's photograph; empty where it can't be shown.
func (p *paper) photograph(e *rolls.Entry) (document.Cell, error) {
	var file []byte
	if e.Photograph != "" && p.roll.Photograph != nil {
		var err error
		if file, err = p.roll.Photograph(e.Photograph); err != nil {
			return document.Cell{}, err
		}
	}
	if file == nil {
		p.res.Unpictured++
		return document.Text("–"), nil
	}
	picture, err := document.ReadPicture(file)
	if err != nil { // one bad file must not keep a block from being printed: the report counts it
		p.res.Unpictured++
		return document.Text("–"), nil
	}
	return document.Cell{Picture: picture, Height: photoHigh}, nil
}

// certificate closes a list: what it holds, and who answers for it.
func (p *paper) certificate(l rolls.List, entries []rolls.Entry) {
	d, o, b := p.d, p.o, &p.roll.Block
	var first, last uint32
	if n := len(entries); n > 0 {
		first, last = entries[0].Serial, entries[n-1].Serial
	}
	d.Space(3 * document.MM)
	text := o.say("print.certificate", "list", p.of(l), "area", o.name(b.NameEn, b.NameUr), "block", b.Code.String(),
		"n", words.Number(o.Language, len(entries)), "date", words.Date(o.Language, o.Date))
	if len(entries) > 0 {
		text += " " + o.say("print.certificate_serials", "from", strconv.FormatUint(uint64(first), 10), "to", strconv.FormatUint(uint64(last), 10))
		if gaps := int(last) - len(entries); gaps > 0 {
			text += " " + o.say("print.certificate_gaps", "n", words.Number(o.Language, gaps))
		}
	}
	d.Paragraph(text)
	d.Signatures(o.say("print.registration_officer"), o.say("print.name_date"), o.say("print.seal"))
}
