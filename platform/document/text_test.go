package document

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// seen gives a line as it is drawn from left to right, each letter in its own order.
func seen(l line) string {
	var b strings.Builder
	for _, p := range l.parts {
		for _, c := range p.word.Clusters {
			b.WriteString(c.Text)
		}
	}
	return b.String()
}

// TestMixed: what stands where in lines of both directions. A bracket that is drawn
// from right to left has its own text and is mirrored by the face.
func TestMixed(t *testing.T) {
	back := func(s string) string { r := []rune(s); slices.Reverse(r); return string(r) }
	for _, c := range []struct {
		urdu       bool // the document
		text, want string
	}{
		{true, "محمد علی", back("محمد علی")},
		{false, "محمد علی", back("محمد علی")},
		{true, "42301-1234567-1", "42301-1234567-1"},
		{true, "شناختی کارڈ 42301-1234567-1 ہے", back("ہے") + " 42301-1234567-1 " + back("شناختی کارڈ")},
		{true, "فون +92-300-1234567", "+92-300-1234567 " + back("فون")},
		{true, "مورخہ 08/02/2024، 5:30 بجے", back("بجے") + " 5:30 " + back("،") + "08/02/2024 " + back("مورخہ")},
		{true, "حلقہ NA-125 لاہور (IX)", ")IX( " + back("لاہور") + " NA-125 " + back("حلقہ")},
		{true, "NA-125 لاہور", back("لاہور") + " NA-125"},
		{true, "Tiger (A).", "Tiger (A)."},
		{true, "ووٹ 1,234,567 (51.5%)", ")51.5%( 1,234,567 " + back("ووٹ")},
		{true, "کمی -5 اور 7% (-0.5)", ")-0.5( 7% " + back("اور") + " -5 " + back("کمی")},
		{true, "سیریل ۱۲-۳۴ تک", back("تک") + " ۱۲-۳۴ " + back("سیریل")},
		{false, "The candidate محمد علی, Form-45.", "The candidate " + back("محمد علی") + ", Form-45."},
		{false, "votes: 12 (بارہ)", "votes: 12 (" + back("بارہ") + ")"},
		{true, "\u2066NA-1\u2069 اور \u20665-2\u2069", "5-2 " + back("اور") + " NA-1"},
	} {
		s := style{size: 10 * Point, rightToLeft: c.urdu}
		lines := setText(c.text, s, 1000*Point)
		if got := seen(lines[0]); got != c.want || len(lines) != 1 {
			t.Errorf("%q in %v:\n got %q\nwant %q", c.text, c.urdu, got, c.want)
		}
	}
}

// TestLines: whatever the text and the width, no letter is lost, and no line is wider
// than the width but for one letter that is.
func TestLines(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := string(rapid.SliceOfN(rapid.SampledFrom([]rune("محمدعلیٰ خان abWi 12-3(،.)\u0651ںگ")), 0, 60).Draw(t, "text"))
		s := style{size: 10 * Point, rightToLeft: rapid.Bool().Draw(t, "urdu")}
		width := Length(rapid.IntRange(1, 200).Draw(t, "width")) * Point
		count := func(s string) map[rune]int {
			n := map[rune]int{}
			for _, r := range s {
				if r != ' ' {
					n[r]++
				}
			}
			return n
		}
		var all strings.Builder
		for _, l := range setText(text, s, width) {
			drawn := seen(l)
			all.WriteString(drawn)
			letters := 0
			for _, p := range l.parts {
				for _, c := range p.word.Clusters {
					if !c.Inner {
						letters++
					}
				}
			}
			if l.width > width && letters > 1 {
				t.Errorf("line %q is %d wide of %d", drawn, l.width, width)
			}
		}
		want, got := count(text), count(all.String())
		for r, n := range want {
			if got[r] != n {
				t.Errorf("%q: %c is there %d times", text, r, got[r])
			}
		}
	})
}

// FuzzWrite: whatever stands in a document, it is written, and sound.
func FuzzWrite(f *testing.F) {
	for _, s := range []string{"محمد علی 42301-1234567-1", "A (b) \\ c", "\u202e\u2066\u2069", "ﷺ ﻻ ﷲ", "\x00\xff\n\r\t", "नमस्ते 🇵🇰 한국", strings.Repeat("ک", 300), "\u0651\u0651\u0670", ""} {
		f.Add(s, "head", uint16(100), uint16(595), int64(7), true)
		f.Add("نام", s, uint16(0), uint16(3), int64(-1e15), false)
	}
	f.Fuzz(func(t *testing.T, text, head string, width, sheet uint16, number int64, urdu bool) {
		if len(text)+len(head) > 2000 {
			return
		}
		o := Options{Title: head, Footer: text, Mark: head, Sheet: Size{Length(sheet) * Point, Length(sheet) * 2 * Point}, Margin: Length(width) * Point}
		if urdu {
			o.Language = "ur"
		}
		sound(t, made(t, o, func(d *Document) {
			d.Heading(1, head)
			d.Paragraph(text)
			table := d.Table(Column{Head: head, Width: Length(width) * Point, Sum: true}, Column{Head: text}, Column{Width: -5})
			table.Row(Number(number), Text(text), Text(head))
			table.Row()
			d.KeyValues(head, text, "odd")
		}))
	})
}
