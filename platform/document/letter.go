package document

import (
	"fmt"
	"io"
	"iter"
)

// A Letter is one sheet for one person: an officer's credentials, a notice.
type Letter struct {
	Title      string
	Details    []string // pairs of a name and its value
	Paragraphs []string
	// Codes are short texts to be typed off, such as recovery codes: drawn large, in
	// two columns.
	Codes      []string
	QR         string // empty for none
	QRCaption  string
	Signatures []string // who signs, each below a rule
}

// WriteLetter writes the sheet. An error says that QR holds more than a code can,
// or is one of w.
func WriteLetter(w io.Writer, o Options, l Letter) error {
	if o.Title == "" {
		o.Title = l.Title
	}
	return Write(w, o, func(d *Document) error {
		d.Heading(1, l.Title)
		if len(l.Details) > 0 {
			d.KeyValues(l.Details...)
			d.Space(gap)
		}
		for _, p := range l.Paragraphs {
			d.Paragraph(p)
		}
		if len(l.Codes) > 0 {
			d.Space(2 * gap)
			t := d.Table(Column{Align: Centre, Bold: true}, Column{Align: Centre, Bold: true})
			t.size = d.options.Text * 14 / 10
			for i := 0; i < len(l.Codes); i += 2 {
				t.Texts(l.Codes[i:min(i+2, len(l.Codes))]...)
			}
		}
		if l.QR != "" {
			d.Space(2 * gap)
			if err := d.QR(l.QR, l.QRCaption, 45*MM, Centre); err != nil {
				return err
			}
		}
		d.Signatures(l.Signatures...)
		return nil
	})
}

// Signatures leaves room for names to be written by hand, each above who it is that
// signs.
func (d *Document) Signatures(who ...string) {
	if len(who) == 0 {
		return
	}
	d.Space(15 * MM)
	columns, cells := make([]Column, len(who)), make([]Cell, len(who))
	for i, name := range who {
		columns[i].Align, cells[i].Text = Centre, name
	}
	t := d.Table(columns...)
	t.plain, t.signed = true, true
	t.Row(cells...)
}

// WriteList writes a table with a heading: a list of offices, of polling stations.
// rows may come from a database as they are asked for; the first error among them
// ends the list and is returned.
func WriteList(w io.Writer, o Options, title string, columns []Column, rows iter.Seq2[[]Cell, error]) error {
	if o.Title == "" {
		o.Title = title
	}
	return Write(w, o, func(d *Document) error {
		d.Heading(1, title)
		t := d.Table(columns...)
		n := 0
		for cells, err := range rows {
			if err != nil {
				return fmt.Errorf("behind row %d of %q: %w", n, title, err)
			}
			if d.Err() != nil {
				return d.Err()
			}
			t.Row(cells...)
			n++
		}
		return nil
	})
}
