package pdf

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"intikhab/platform/document/fonts"
	"intikhab/platform/document/shape"
	"intikhab/test/need"
)

// TestFileIsSound: a file made by hand is read without complaint by qpdf.
func TestFileIsSound(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	var letters Fonts
	_, codes := letters.Codes(shape.Shape(fonts.Nastaliq(), "محمد", true))
	if len(codes) != 8 {
		t.Errorf("%d bytes of codes for four letters", len(codes))
	}
	tree := w.Reserve()
	content := w.Reserve()
	w.Stream(content, Packed, Pack([]byte("BT /F1 50 Tf 20 100 Td <"+fmt.Sprintf("%x", codes)+"> Tj ET")))
	page := w.Add(fmt.Sprintf("<</Type/Page/Parent %v/MediaBox[0 0 300 200]/Contents %v/Resources<</Font %s>>>>", tree, content, letters.Write(w)))
	w.Object(tree, fmt.Sprintf("<</Type/Pages/Count 1/Kids[%v]>>", page))
	root := w.Add(fmt.Sprintf("<</Type/Catalog/Pages %v>>", tree))
	if err := w.Close(root, w.Add("<</Title "+Text("نام 🗳")+">>")); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(need.Program(t, "Debian's qpdf", "qpdf"), "--check", path).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestWriterRefuses(t *testing.T) {
	twice := NewWriter(&bytes.Buffer{})
	r := twice.Add("null")
	twice.Object(r, "null")
	if err := twice.Close(r, r); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("error %v", err)
	}
	missing := NewWriter(&bytes.Buffer{})
	missing.Reserve()
	if err := missing.Close(1, 1); err == nil || !strings.Contains(err.Error(), "object 1 is missing") {
		t.Errorf("error %v", err)
	}
	full := NewWriter(failing{})
	if err := full.Close(full.Add("null"), 1); err == nil || full.Err() == nil {
		t.Errorf("error %v", err)
	}
}

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errors.New("full") }

// TestSubset: the font of a subset has what OpenType asks: sums that are right,
// parts that are there, and each code's outline where its cluster wants it.
func TestSubset(t *testing.T) {
	var letters Fonts
	for _, text := range []string{"محمد", "خوشحال", "الرحمٰن", "کاکڑ"} {
		letters.Codes(shape.Shape(fonts.Nastaliq(), text, true))
	}
	for _, text := range []string{"Ärger", "ŷé", "fi", "\U0001F5F3"} {
		letters.Codes(shape.Shape(fonts.Sans(), text, false))
	}
	if len(letters.subsets) != 2 {
		t.Fatalf("%d subsets", len(letters.subsets))
	}
	for _, s := range letters.subsets {
		file := s.file()
		if total := sum(file); total != 0xB1B0AFBA {
			t.Errorf("the file's sum is %x", total)
		}
		n := int(binary.BigEndian.Uint16(file[4:]))
		for i := range n {
			entry := file[12+16*i:]
			at, size := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
			table := bytes.Clone(file[at : at+size])
			if string(entry[:4]) == "head" {
				binary.BigEndian.PutUint32(table[8:], 0)
			}
			if sum(table) != binary.BigEndian.Uint32(entry[4:]) {
				t.Errorf("the sum of table %s", entry[:4])
			}
		}
		for code, g := range s.glyphs {
			for _, at := range fonts.Components(g.outline) {
				if part := int(binary.BigEndian.Uint16(g.outline[at:])); part >= len(s.glyphs) || part == code {
					t.Errorf("code %d has part %d of %d", code, part, len(s.glyphs))
				}
			}
			if g.depth > 2 {
				t.Errorf("code %d: parts of parts of parts: %d", code, g.depth)
			}
		}
	}
}

// TestSubsetsFill: when a subset is full, another begins, and a word known before
// keeps its codes.
func TestSubsetsFill(t *testing.T) {
	var letters Fonts
	word := shape.Shape(fonts.Sans(), "a", false)
	first, codes := letters.Codes(word)
	for len(first.glyphs) < mostGlyphs {
		first.cluster(shape.Cluster{Text: "x", Advance: len(first.glyphs)})
	}
	if again, same := letters.Codes(word); again != first || same != codes {
		t.Error("other codes for a word known before")
	}
	if next, _ := letters.Codes(shape.Shape(fonts.Sans(), "b", false)); next == first || next.Name == first.Name {
		t.Error("a full subset takes more")
	}
	file := first.file()
	if len(file) == 0 || len(first.glyphs) > 65_535 {
		t.Errorf("%d glyphs", len(first.glyphs))
	}
}

// FuzzReadPicture: any bytes are a picture or an error.
func FuzzReadPicture(f *testing.F) {
	f.Add([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"))
	f.Add([]byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, file []byte) {
		p, err := ReadPicture(file)
		if (err == nil) != (p != nil) {
			t.Fatal("neither or both")
		}
		if p != nil {
			p.Write(NewWriter(&bytes.Buffer{}), 1)
		}
	})
}
