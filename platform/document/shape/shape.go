// Package shape is the setting of one word in one face: which glyphs stand where,
// as the face's OpenType tables (GSUB, GPOS) and the Unicode rules for Arabic
// script say. The work is done by textlayout's port of HarfBuzz; TestHarfBuzz holds
// every glyph, advance and both offsets against HarfBuzz's own hb-shape over all
// names of the candidates of 2024 and the lists of names, and TestWords shows that
// Nastaliq's words may be set one by one.
package shape

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"unicode"

	"github.com/benoitkugler/textlayout/fonts/truetype"
	"github.com/benoitkugler/textlayout/harfbuzz"
	"github.com/benoitkugler/textlayout/language"
	"golang.org/x/text/unicode/norm"

	"intikhab/platform/document/fonts"
)

// A Placed glyph is what shaping gives, from left to right, in thousandths of the
// size.
type Placed struct {
	Glyph            int
	Cluster          int // the first rune of the text that it stands for
	Advance          int
	XOffset, YOffset int
}

// engines holds textlayout's view of each face, which its shapers share.
var engines sync.Map // *fonts.Face to *harfbuzz.Font

func engine(face *fonts.Face) *harfbuzz.Font {
	if e, ok := engines.Load(face); ok {
		return e.(*harfbuzz.Font)
	}
	parsed, err := truetype.Parse(bytes.NewReader(face.Data))
	if err != nil {
		panic(fmt.Sprintf("font %s, which is part of the program: %v", face.Name, err))
	}
	e, _ := engines.LoadOrStore(face, harfbuzz.NewFont(parsed))
	return e.(*harfbuzz.Font)
}

// Has tells whether the face can draw a character.
func Has(face *fonts.Face, r rune) bool {
	_, ok := engine(face).Face().NominalGlyph(r)
	return ok
}

var buffers = sync.Pool{New: func() any { return harfbuzz.NewBuffer() }}

// Glyphs sets a text of one direction in one face.
func Glyphs(face *fonts.Face, text []rune, rightToLeft bool) []Placed {
	b := buffers.Get().(*harfbuzz.Buffer)
	defer buffers.Put(b)
	b.Clear()
	b.Flags = harfbuzz.Bot | harfbuzz.Eot
	b.Props = harfbuzz.SegmentProperties{Language: "en", Script: language.Latin, Direction: harfbuzz.LeftToRight}
	if face.Arabic {
		b.Props.Language, b.Props.Script = "ur", language.Arabic
	}
	if rightToLeft {
		b.Props.Direction = harfbuzz.RightToLeft
	}
	b.AddRunes(text, 0, -1)
	b.Shape(engine(face), nil)
	placed := make([]Placed, len(b.Info))
	for i, g := range b.Info {
		p := b.Pos[i]
		placed[i] = Placed{int(g.Glyph), g.Cluster, int(p.XAdvance), int(p.XOffset), int(p.YOffset)}
	}
	return placed
}

// clean takes out what draws nothing and only steers other programs, and opens
// presentation forms (ﻻ), which are letters of old code pages.
func clean(text string) string {
	plain := true
	for _, r := range text {
		if isSteering(r) || isPresentation(r) {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case isSteering(r):
		case isPresentation(r):
			b.WriteString(strings.TrimSpace(norm.NFKC.String(string(r))))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isSteering tells control characters and the marks of directions, of which package
// bidi has made use already.
func isSteering(r rune) bool {
	return r < 0x20 || r >= 0x7f && r < 0xa0 || unicode.Is(unicode.Bidi_Control, r) || r == '\ufeff' || r == '\u2060'
}

func isPresentation(r rune) bool {
	return r >= 0xfb50 && r <= 0xfdff || r >= 0xfe70 && r <= 0xfefc
}
