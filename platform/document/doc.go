// Package document is paper: lists, forms, letters and sheets in Urdu and English as
// PDF files (ISO 32000-1), with Nastaliq shaped as the face asks (package shape),
// lines ordered by UAX #9 (package bidi), tables over many pages with their heads
// and totals, QR codes and the mark of the recipient.
//
// A document is written from front to back: pages leave for the io.Writer as they
// fill, so that a roll of a thousand pages needs little memory, and the same input
// gives the same bytes on every machine. TestNamesComeBack shows that pdftotext and
// mutool read real names as they were written, TestTotals that no row is lost,
// TestGolden what pages look like.
//
// It never draws a clock or chance into a document: its date is given.
package document

import (
	"embed"
	"time"

	"intikhab/platform/words"
)

//go:embed words
var texts embed.FS

// Words is the catalogue of the few texts that documents bring themselves.
var Words = words.MustCatalogue(texts)

// A Length is a distance on paper, in thousandths of a point (1/72 inch).
type Length int

const (
	Point Length = 1000
	MM    Length = 2835 // 2834.6
)

// A Size is that of a sheet of paper.
type Size struct{ Width, Height Length }

// Sheets.
var (
	A4    = Size{595276, 841890}
	Legal = Size{612 * Point, 1008 * Point}
)

// Turned is the sheet lying on its side.
func (s Size) Turned() Size { return Size{s.Height, s.Width} }

// Options are what holds for a whole document. The zero value is a document in
// English on A4.
type Options struct {
	// Language is that of the document: it sets the side on which lines and tables
	// begin, and the language of "page 1 of 2".
	Language words.Language
	// Title stands in the file's description, which programs show in their window.
	Title string
	// Created is the date in the file's description; none is written if it is zero.
	Created time.Time
	// Sheet is the paper, A4 if zero; Margin the empty border, 15 mm if zero.
	Sheet  Size
	Margin Length
	// Text is the size of the letters, 10 points if zero.
	Text Length
	// Footer stands at the foot of each page, beside its number.
	Footer string
	// Mark, if not empty, is drawn lightly and again and again over each page: who
	// was given this copy.
	Mark string
	// Hidden, if not nil, is asked how far each row of a table is moved down, in
	// thousandths of a point, at most HiddenMost either way: a mark that is not seen
	// and can be measured on a scan. page and row count from 0, row on its page.
	// What it says must depend on nothing but page and row.
	Hidden func(page, row int) Length
	// Dots, if not nil, is asked once for small dots, which are then drawn on every
	// page: another mark that is hardly seen, as package trace of the rolls has it.
	// None is drawn in or beside a line of text, where it could be read as a letter's
	// dot, nor on a picture.
	// They are no text, and stay out of what is copied and searched.
	Dots func(sheet Size) []Dot
	// Pages, if not nil, is where Write puts how many pages the document has.
	Pages *int
}

// HiddenMost is the most that Options.Hidden may move a row: a third of a point is
// about three dots at 600 dots to the inch.
const HiddenMost = 330

// Bounds of what Options may ask for.
const (
	smallestText, largestText   = 4 * Point, 72 * Point
	smallestSheet, largestSheet = 100 * Point, 14400 * Point // the most that PDF allows
)

// filled puts in what was left out, and holds the rest within what can be drawn.
func (o Options) filled() Options {
	if o.Language == "" {
		o.Language = words.English
	}
	if o.Sheet == (Size{}) {
		o.Sheet = A4
	}
	o.Sheet.Width = min(max(o.Sheet.Width, smallestSheet), largestSheet)
	o.Sheet.Height = min(max(o.Sheet.Height, smallestSheet), largestSheet)
	if o.Margin == 0 {
		o.Margin = 15 * MM
	}
	o.Margin = min(max(o.Margin, 0), min(o.Sheet.Width, o.Sheet.Height)/4)
	if o.Text == 0 {
		o.Text = 10 * Point
	}
	o.Text = min(max(o.Text, smallestText), largestText)
	return o
}
