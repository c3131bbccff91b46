package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"unicode/utf16"
)

// Write writes all subsets and gives the dictionary of a page's fonts. Nothing may be
// asked of Codes afterwards.
func (f *Fonts) Write(w *Writer) string {
	var b bytes.Buffer
	b.WriteString("<<")
	for _, s := range f.subsets {
		fmt.Fprintf(&b, "/%s %v", s.Name, s.write(w))
	}
	return b.String() + ">>"
}

// write writes one subset as a composite font whose codes are its glyphs' numbers
// (ISO 32000-1, 9.7).
func (s *Subset) write(w *Writer) Ref {
	font := s.file()
	name := tag(font) + "+" + s.face.Name
	data := w.Reserve()
	w.Stream(data, Packed+"/Length1 "+strconv.Itoa(len(font)), Pack(font))
	weight := 80
	if s.face.Bold {
		weight = 140
	}
	box := s.face.BBox
	descriptor := w.Add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags 4/FontBBox[%d %d %d %d]/ItalicAngle 0/Ascent %d/Descent %d/CapHeight %d/StemV %d/FontFile2 %v>>",
		name, box[0], box[1], box[2], box[3], s.face.Ascent, -s.face.Descent, s.face.CapHeight, weight, data))
	var widths bytes.Buffer
	for _, g := range s.glyphs {
		widths.WriteString(strconv.Itoa(g.advance))
		widths.WriteByte(' ')
	}
	descendant := w.Add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor %v/CIDToGIDMap/Identity/DW 0/W[0[%s]]>>",
		name, descriptor, bytes.TrimSpace(widths.Bytes())))
	unicode := w.Reserve()
	w.Stream(unicode, Packed, Pack(s.toUnicode()))
	return w.Add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%v]/ToUnicode %v>>", name, descendant, unicode))
}

// tag is the six letters before the name of a subset, of its content.
func tag(font []byte) string {
	hash := sha256.Sum256(font)
	var letters [6]byte
	for i := range letters {
		letters[i] = 'A' + hash[i]%26
	}
	return string(letters[:])
}

// toUnicode is the table from codes to text (ISO 32000-1, 9.10.3).
func (s *Subset) toUnicode() []byte {
	var b, block bytes.Buffer
	b.WriteString("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n" +
		"/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n")
	entries := 0
	flush := func() {
		if entries > 0 {
			fmt.Fprintf(&b, "%d beginbfchar\n%sendbfchar\n", entries, block.Bytes())
		}
		block.Reset()
		entries = 0
	}
	for code, g := range s.glyphs {
		if g.text == "" {
			continue
		}
		fmt.Fprintf(&block, "<%04X><", code)
		for _, u := range utf16.Encode([]rune(g.text)) {
			fmt.Fprintf(&block, "%04X", u)
		}
		block.WriteString(">\n")
		if entries++; entries == 100 {
			flush()
		}
	}
	flush()
	b.WriteString("endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}
