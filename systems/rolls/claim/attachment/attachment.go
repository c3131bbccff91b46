// Package attachment is a document that comes with a claim: a picture of a card, of a
// certificate, of a letter of authority, as JPEG (ITU-T T.81), PNG (ISO/IEC 15948) or
// PDF (ISO 32000-1). What it is, its own bytes say; a picture is decoded to its end and
// loses everything that is no picture, above all where and by whose telephone it was
// taken. FuzzCheck holds it against bytes from outside, TestNothingIsLeftButThePicture
// against a camera's.
//
// What remains: a PDF is only looked over, and is not to be shown within a page.
package attachment

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"image/png"
	"slices"
)

// Kind is what a file is, as a media type.
type Kind string

// The kinds that are taken.
const (
	JPEG Kind = "image/jpeg"
	PNG  Kind = "image/png"
	PDF  Kind = "application/pdf"
)

// What is what a document shows.
type What string

// What documents show.
const (
	Card      What = "card"      // the claimant's CNIC, asked for with each form
	Proof     What = "proof"     // of the address, of the date of birth, of a post
	Death     What = "death"     // certificate of death
	Authority What = "authority" // letter of authority for an agent
	Other     What = "other"
)

// Whats are all that documents may show.
func Whats() []What { return []What{Card, Proof, Death, Authority, Other} }

// Key is the key of its name in the catalogue of package claim.
func (w What) Key() string { return "claim.what." + string(w) }

// A Document is one document, checked.
type Document struct {
	What    What
	Kind    Kind
	Content []byte
}

// Limits of a document.
const (
	BytesMost  = 4 << 20
	PixelsMost = 25_000_000 // a picture of 25 megapixels takes some 40 MB of memory while it is checked
)

// The errors, each of which says what to do.
var (
	ErrEmpty   = errors.New("the document is empty: choose another file")
	ErrLarge   = fmt.Errorf("the document has over %d MB: take a smaller picture", BytesMost>>20)
	ErrPixels  = fmt.Errorf("the picture has over %d million points: take a smaller picture", PixelsMost/1_000_000)
	ErrKind    = errors.New("the document is no JPEG, PNG or PDF: photograph it, or save it as one of them")
	ErrDamaged = errors.New("the document is damaged or not whole: choose it again")
	ErrActive  = errors.New("the PDF does something by itself (scripts, programs, files within it): print it to a new PDF")
	ErrWhat    = errors.New("it was not said what the document shows")
)

// Check makes a document of bytes that came from outside. The document's content is its
// own.
func Check(what What, content []byte) (d Document, err error) {
	d.What = what
	switch {
	case !slices.Contains(Whats(), what):
		return d, ErrWhat
	case len(content) == 0:
		return d, ErrEmpty
	case len(content) > BytesMost:
		return d, ErrLarge
	case bytes.HasPrefix(content, []byte{0xFF, 0xD8, 0xFF}):
		d.Kind = JPEG
		d.Content, err = checkJPEG(content)
	case bytes.HasPrefix(content, []byte(pngHead)):
		d.Kind = PNG
		d.Content, err = checkPNG(content)
	case bytes.HasPrefix(content, []byte("%PDF-")):
		d.Kind = PDF
		d.Content, err = checkPDF(content)
	default:
		err = ErrKind
	}
	if err != nil {
		d.Content = nil
	}
	return d, err
}

func checkJPEG(content []byte) ([]byte, error) {
	head, err := jpeg.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, ErrDamaged
	}
	if head.Width*head.Height > PixelsMost {
		return nil, ErrPixels
	}
	clean, err := bareJPEG(content)
	if err != nil {
		return nil, err
	}
	if _, err := jpeg.Decode(bytes.NewReader(clean)); err != nil {
		return nil, ErrDamaged
	}
	return clean, nil
}

func checkPNG(content []byte) ([]byte, error) {
	head, err := png.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, ErrDamaged
	}
	if head.Width*head.Height > PixelsMost {
		return nil, ErrPixels
	}
	clean, err := barePNG(content)
	if err != nil {
		return nil, err
	}
	if _, err := png.Decode(bytes.NewReader(clean)); err != nil {
		return nil, ErrDamaged
	}
	return clean, nil
}

// active are the names in a PDF of what is done without the reader's asking. They are
// only found where they stand in the clear, and not in a compressed object.
var active = [][]byte{[]byte("/JavaScript"), []byte("/JS"), []byte("/Launch"), []byte("/EmbeddedFile"), []byte("/RichMedia"), []byte("/XFA")}

func checkPDF(content []byte) ([]byte, error) {
	end := content[max(0, len(content)-1024):]
	if !bytes.Contains(end, []byte("%%EOF")) || !bytes.Contains(content, []byte("startxref")) {
		return nil, ErrDamaged
	}
	for _, name := range active {
		for rest := content; ; {
			i := bytes.Index(rest, name)
			if i < 0 {
				break
			}
			rest = rest[i+len(name):]
			if len(rest) == 0 || !isRegular(rest[0]) { // and not a longer name that begins so
				return nil, ErrActive
			}
		}
	}
	return bytes.Clone(content), nil
}

// isRegular tells whether a byte may stand within a PDF's name.
func isRegular(b byte) bool {
	return b > ' ' && b < 0x7F && !bytes.ContainsRune([]byte("()<>[]{}/%"), rune(b))
}
