// Package trace is the hidden mark of whose copy a printed page of a roll is: dots of
// a seventh of a millimetre all over each page, and the reader that gets the copy's
// number back from one page that was printed, and scanned or photographed flat. The
// Elections Act 2017, s. 79, gives candidates copies of the final roll; this says
// afterwards whose copy a page in the street came from. TestSurvival shows what a page
// may go through and still be read, docs/trace.md says what it may not.
//
// The dots stand on a lattice, and each is moved a little right or left and a little
// up or down. A tile of 16 by 16 of them says the copy's number and a
// check of it, each bit four times, and a signature of 256 signs; the page is full of
// tiles. Which move says which bit, and with which sign, comes from a key
// (HMAC-SHA256, RFC 2104): without it the moves are as good as chance, so that nobody
// else can read a mark or make one.
//
// It says which copy a page was printed from, and not who gave it away. Whoever can
// change the file, and knows of the mark, can take all dots out of it.
package trace

import (
	"errors"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"os"

	_ "golang.org/x/image/tiff"

	"intikhab/platform/document"
)

// ErrNoMark says that no mark of this key is on a page, or that it is lost.
var ErrNoMark = errors.New("trace: no mark of this key can be read on this page: try a scan of the whole page in grey at 300 dots to the inch, laid flat; another page of the same copy; or the list of the copies that were given out")

// ErrKey says that a key is too short to be one.
var ErrKey = fmt.Errorf("trace: the key has less than %d bytes", leastKey)

const leastKey = 16

// The dots on paper.
const (
	pitch = 13600 // between two places of the lattice, in thousandths of a point: 4.8 mm
	moved = pitch / 8
	width = 430    // of a dot: 0.15 mm
	edge  = 4 * mm // of the sheet, that few printers reach
	mm    = document.MM
)

// A Reading is what a page says.
type Reading struct {
	// Copy is the number of the copy.
	Copy uint32
	// Chance bounds from above the probability that a page which is not of this copy,
	// whatever is on it, would have given this reading.
	Chance float64
	// Likeness is how well the page's dots agree with the copy's: 1 if all do, about 0
	// if it is another's. With two copies mixed each has about a half or more.
	Likeness float64
	// Dots is how many dots were found in their places.
	Dots int
}

// Mark gives the dots of a copy, for document.Options.Dots. The same key and copy
// give the same dots.
func Mark(key []byte, copy uint32) (func(document.Size) []document.Dot, error) {
	c, err := newCode(key)
	if err != nil {
		return nil, err
	}
	moves := c.tile(copy)
	return func(sheet document.Size) (dots []document.Dot) {
		for j := 0; ; j++ {
			y := document.Length(j)*pitch + pitch/2
			if y > sheet.Height-edge {
				return dots
			}
			for i := 0; ; i++ {
				x := document.Length(i)*pitch + pitch/2
				if x > sheet.Width-edge {
					break
				}
				s := moves[j%tile*tile+i%tile]
				if at := (document.Dot{X: x + document.Length(s[0])*moved, Y: y + document.Length(s[1])*moved, Width: width}); at.X > edge && at.Y > edge {
					dots = append(dots, at)
				}
			}
		}
	}, nil
}

// mostDots is how large a picture may be: a sheet of A3 at 600 dots to the inch.
const mostDots = 80_000_000

// Open reads a page from a PNG, JPEG or TIFF file (the first page of a TIFF). A PDF
// of a scan is first to be drawn by another program, as pdftoppm -r 300 -gray does.
func Open(path string) (image.Image, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	size, _, err := image.DecodeConfig(file)
	if errors.Is(err, image.ErrFormat) {
		return nil, fmt.Errorf("%s is no PNG, JPEG or TIFF picture: draw the page of a PDF with pdftoppm -r 300 -gray -png first", path)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > mostDots/size.Height {
		return nil, fmt.Errorf("%s has %d by %d dots: %d million are the most, scan the page at 300 to the inch", path, size.Width, size.Height, mostDots/1_000_000)
	}
	if _, err := file.Seek(0, 0); err != nil {
		return nil, err
	}
	page, _, err := image.Decode(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return page, nil
}
