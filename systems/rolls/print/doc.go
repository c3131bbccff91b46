// Package print is the roll of a block on paper: a cover, then the men's, the women's and
// X's list, each with its own head, page totals and the Registration Officer's
// certificate, and the lists of its supplements, in Urdu from right to left or in English,
// with or without photographs. Section 79 of the Elections Act 2017 (read of in the press)
// gives Returning and Presiding Officers the final roll, and candidates hard copies and
// searchable soft copies of the same. TestTotalsAddUp holds what stands on the pages
// against the entries, TestNamesComeBack reads the names as pdftotext does, TestGolden
// what pages look like.
//
// The same entries give the same file to the byte. It writes a person's particulars:
// whoever calls it has written down for whom and why (package copies does).
package print

import (
	"embed"
	"strconv"
	"time"

	"intikhab/platform/document"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
)

//go:embed words
var texts embed.FS

// Words is the folder of this package's texts, for the catalogue of pages that show them.
var Words = texts

var catalogue = words.MustCatalogue(texts)

// A Purpose is what a print is for.
type Purpose string

// The purposes.
const (
	Display   Purpose = "display"   // hung out for everybody during the display period
	Polling   Purpose = "polling"   // the Presiding Officer's copy
	Candidate Purpose = "candidate" // for a candidate, an agent or a party
	Office    Purpose = "office"    // for work in the commission's offices
)

// Purposes are all of them.
func Purposes() []Purpose { return []Purpose{Display, Polling, Candidate, Office} }

// ParsePurpose reads a purpose's word.
func ParsePurpose(text string) (Purpose, bool) {
	for _, p := range Purposes() {
		if string(p) == text {
			return p, true
		}
	}
	return "", false
}

// Options are how a roll is printed. The zero value is an office's copy in Urdu without
// photographs.
type Options struct {
	Language    words.Language // Urdu if ""
	Purpose     Purpose        // Office if ""
	Photographs bool
	// Masked says for which purposes identity numbers are masked; nil is for Display
	// alone. A candidate's copy is the same as the Presiding Officer's, by section 79.
	Masked     map[Purpose]bool
	Qualifying rolls.Date // the day on which ages are counted
	Date       time.Time  // of the print: what "as it stood on" says
	Copy       Copy
	Dots       func(document.Size) []document.Dot // the hidden mark of the copy, by package trace
}

// A Copy is one that is given to somebody by name. The zero Copy is none.
type Copy struct {
	Number    uint32
	Recipient string
}

func (o Options) filled() Options {
	if o.Language == "" {
		o.Language = words.Urdu
	}
	if o.Purpose == "" {
		o.Purpose = Office
	}
	if o.Masked == nil {
		o.Masked = map[Purpose]bool{Display: true}
	}
	return o
}

// say is a text in the language of the print.
func (o *Options) say(key string, pairs ...any) string {
	return catalogue.Text(o.Language, key, pairs...)
}

// name chooses between the two scripts, and takes the other where there is only one.
func (o *Options) name(en, ur string) string {
	if o.Language == words.Urdu && ur != "" || en == "" {
		return ur
	}
	return en
}

// mark is what is drawn lightly over each page: whose copy it is.
func (o *Options) mark() string {
	if o.Copy.Number == 0 {
		return ""
	}
	return o.say("print.copy_mark", "number", strconv.FormatUint(uint64(o.Copy.Number), 10), "name", o.Copy.Recipient)
}

// document are the options of the paper.
func (o *Options) document(title string, pages *int) document.Options {
	foot := o.say("print.purpose." + string(o.Purpose))
	if o.Copy.Number != 0 {
		foot += " · " + o.mark()
	}
	size := 9500 // of the letters; Latin ones need less than Nastaliq
	if o.Language != words.Urdu {
		size = 9000
	}
	return document.Options{Language: o.Language, Title: title, Created: o.Date, Margin: 10 * document.MM, Text: document.Length(size),
		Footer: foot, Mark: o.mark(), Dots: o.Dots, Pages: pages}
}
