// Package paper prints what belongs to claims: the cause list that hangs at the door of a
// hearing, and the receipt that a claimant takes home, as PDF (ISO 32000-1, package
// document) in English and Urdu. TestCauseList reads both back.
package paper

import (
	"embed"
	"io"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/document"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
)

//go:embed words
var files embed.FS

// Texts are this package's own texts and those of claims.
var Texts = words.MustCatalogue(files, claim.Words)

// CauseList writes the sittings of a day, each on pages of its own. Where there are
// none it says so.
func CauseList(w io.Writer, lang words.Language, made time.Time, sittings []claim.Sitting) error {
	text := func(key string, pairs ...any) string { return Texts.Text(lang, "claimpaper."+key, pairs...) }
	o := document.Options{Language: lang, Title: text("cause_list"), Created: made, Footer: text("footer", "at", words.Instant(lang, made))}
	o.Sheet = document.A4.Turned()
	return document.Write(w, o, func(d *document.Document) error {
		if len(sittings) == 0 {
			d.Heading(1, text("cause_list"))
			d.Paragraph(text("nothing"))
		}
		for i := range sittings {
			sitting(d, lang, text, &sittings[i])
		}
		return d.Err()
	})
}

func sitting(d *document.Document, lang words.Language, text func(string, ...any) string, s *claim.Sitting) {
	d.NewPage()
	d.Heading(1, text("cause_list"))
	d.KeyValues(text("day"), s.Day.In(lang), text("officer"), s.Officer.In(lang), text("place"), s.Place.In(lang), text("number_of_claims"), words.Number(lang, len(s.Cases)))
	t := d.Table(
		document.Column{Head: text("serial"), Width: 14 * document.MM, Align: document.Centre},
		document.Column{Head: text("time"), Width: 26 * document.MM},
		document.Column{Head: text("receipt"), Width: 36 * document.MM, Bold: true},
		document.Column{Head: text("form"), Width: 52 * document.MM},
		document.Column{Head: text("parties")},
		document.Column{Head: text("cnic"), Width: 42 * document.MM},
		document.Column{Head: text("block"), Width: 48 * document.MM},
	)
	for i := range s.Cases {
		c := &s.Cases[i]
		parties, number := c.Claimant.In(lang), masked(c.CNIC)
		if c.Form.Kind() == claim.Objection {
			against := c.Against.In(lang)
			if against == "" {
				against = text("unknown")
			}
			parties, number = text("objector_against", "name", against), masked(c.OtherCNIC)
		}
		t.Texts(words.Number(lang, i+1), words.Clock(lang, c.At), leftToRight(string(c.Number)),
			Texts.Text(lang, "claim.form_number", "form", int(c.Form))+": "+Texts.Text(lang, c.Asked.Key()),
			parties, number, place(lang, &c.Block))
	}
	d.Space(6 * document.MM)
	d.Paragraph(text("bring"))
	d.Signatures(s.Officer.In(lang))
}

func masked(n cnic.Number) string {
	if n == (cnic.Number{}) {
		return ""
	}
	return leftToRight(words.CNIC(n))
}

// leftToRight keeps a number with hyphens in its own order on a line of Urdu (UAX #9).
func leftToRight(text string) string { return "\u2066" + text + "\u2069" }

func place(lang words.Language, b *rolls.Block) string {
	name := words.Both{En: b.NameEn, Ur: b.NameUr}.In(lang)
	return b.Code.String() + "\n" + name
}

// Receipt writes the receipt of a claim on one sheet, with the code that leads to it.
func Receipt(w io.Writer, lang words.Language, s claim.Slip) error {
	text := func(key string, pairs ...any) string { return Texts.Text(lang, "claimpaper."+key, pairs...) }
	o := document.Options{Language: lang, Title: text("receipt_title"), Created: s.Received}
	return document.WriteLetter(w, o, document.Letter{
		Title: text("receipt_title"),
		Details: []string{
			text("receipt"), leftToRight(string(s.Number)),
			text("form"), Texts.Text(lang, "claim.form_number", "form", int(s.Form)) + ": " + Texts.Text(lang, s.Asked.Key()),
			text("received"), words.Instant(lang, s.Received),
			text("claimant"), s.Name.In(lang),
			text("cnic"), masked(s.CNIC),
			text("block"), place(lang, &s.Block),
		},
		Paragraphs: []string{text("receipt_keep")},
		QR:         s.Track, QRCaption: s.Track,
	})
}
