package document

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"intikhab/platform/document/shape"
	"intikhab/platform/words"
	"intikhab/test/need"
)

// made writes a document into memory.
func made(t testing.TB, o Options, fill func(d *Document)) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, o, func(d *Document) error { fill(d); return nil }); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// saved puts a document into a file for another program.
func saved(t testing.TB, document []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(path, document, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// run runs another program, which must have nothing to complain of.
func run(t testing.TB, from, program string, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	cmd := exec.Command(need.Program(t, from, program), args...)
	cmd.Stdout, cmd.Stderr = &out, &complaints
	if err := cmd.Run(); err != nil || complaints.Len() > 0 {
		t.Fatalf("%s %v: %v\n%s%s", program, args, err, out.Bytes(), complaints.Bytes())
	}
	return out.String()
}

const poppler = "Debian's poppler-utils"

var day = time.Date(2024, 2, 8, 17, 0, 0, 0, time.FixedZone("", 5*3600))

// everything holds each kind of block.
func everything(t testing.TB, lang words.Language) []byte {
	var photo, symbol bytes.Buffer
	grey := image.NewGray(image.Rect(0, 0, 40, 60))
	for i := range grey.Pix {
		grey.Pix[i] = byte(i / 10)
	}
	if err := jpeg.Encode(&photo, grey, nil); err != nil {
		t.Fatal(err)
	}
	sign := image.NewNRGBA(image.Rect(0, 0, 30, 30))
	for i := range 30 {
		for k := range i {
			sign.SetNRGBA(i, k, color.NRGBA{0, 100, 50, byte(8 * k)})
		}
	}
	if err := png.Encode(&symbol, sign); err != nil {
		t.Fatal(err)
	}
	face, err := ReadPicture(photo.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	mark, err := ReadPicture(symbol.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	o := Options{Language: lang, Title: "نتیجہ Result", Created: day, Mark: "Copy 17 — ضلع لاہور", Footer: "Form 47 — حلقہ NA-125",
		Hidden: func(page, row int) Length { return Length(page+row) % 2 * 200 }}
	return made(t, o, func(d *Document) {
		d.Heading(1, "حلقہ NA-125 لاہور: عبوری نتیجہ")
		d.Heading(2, "Provisional consolidated statement")
		d.Paragraph("یہ فہرست 08-02-2024 کو شائع ہوئی۔ شناختی کارڈ نمبر 42301-1234567-1 کے حامل ووٹر، فارم Form-45 (نقل) اور ٹیلی فون +92-300-1234567 دیکھیں۔")
		d.Paragraph("The Returning Officer shall, in the presence of the contesting candidates (امیدوار), consolidate the results; 1,234,567 votes — 51.5%.")
		t := d.Table(Column{Head: "#", Width: 30 * Point, Align: Centre}, Column{Head: "امیدوار"}, Column{Head: "Party"},
			Column{Head: "نشان", Width: 60 * Point, Align: Centre}, Column{Head: "ووٹ", Width: 70 * Point, Align: End, Sum: true})
		t.Row(Number(1), Text("محمد صفدر علی"), Text("Independent"), Cell{Picture: mark}, Number(101_234))
		t.Row(Number(2), Text("خوشحال خان کاکڑ"), Text("پختونخوا Party (P)"), Cell{Picture: face, Text: "تصویر"}, Number(99_800))
		t.Row(Number(3), Cell{Text: "نثار احمد چیمہ", Bold: true})
		d.KeyValues("پریزائیڈنگ افسر", "فضل الرحمان", "Total", "201,034")
		d.Aligned("درست", Centre, true)
		if err := d.QR("https://example.org/verify/7f3a", "7f3a", 0, Centre); err != nil {
			panic(err)
		}
		d.Picture(face, 20*MM, End)
		d.NewPage()
		d.NewPage() // nothing on it yet: no second one
		d.Space(30 * MM)
		d.Signatures("ریٹرننگ افسر", "Witness")
	})
}

func TestEverything(t *testing.T) {
	for _, lang := range words.Languages {
		first := everything(t, lang)
		if !bytes.Equal(first, everything(t, lang)) {
			t.Errorf("%s: the same document, other bytes", lang)
		}
		path := saved(t, first)
		sound(t, first)
		run(t, "Debian's qpdf", "qpdf", "--check", path)
		info := run(t, poppler, "pdfinfo", "-isodates", path)
		for _, want := range []string{"Title:           نتیجہ Result", "CreationDate:    2024-02-08T12:00:00Z", "Pages:           2", "A4"} {
			if !strings.Contains(info, want) {
				t.Errorf("pdfinfo lacks %q:\n%s", want, info)
			}
		}
		if !bytes.Contains(first, []byte("/Lang("+string(lang)+")")) {
			t.Errorf("no language %s", lang)
		}
		for _, line := range strings.Split(strings.TrimSpace(run(t, poppler, "pdffonts", path)), "\n")[2:] {
			if !regexp.MustCompile(`^[A-Z]{6}\+Noto\S+ +CID TrueType +Identity-H +yes yes yes`).MatchString(line) {
				t.Errorf("font %s", line)
			}
		}
		run(t, poppler, "pdftoppm", "-r", "60", "-png", path, filepath.Join(t.TempDir(), "page"))
	}
}

// sound checks a file's frame by itself: each object is where the table says, and all
// that is pointed at is there.
func sound(t testing.TB, document []byte) {
	t.Helper()
	tail := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(document)
	if tail == nil || !bytes.HasPrefix(document, []byte("%PDF-1.7\n")) {
		t.Fatal("no beginning or no end")
	}
	at, _ := strconv.Atoi(string(tail[1]))
	table := strings.Split(string(document[at:]), "\n")
	var n int
	if _, err := fmt.Sscanf(table[1], "0 %d", &n); err != nil || table[0] != "xref" {
		t.Fatalf("table begins %q", table[:2])
	}
	for i := 1; i < n; i++ {
		where, _ := strconv.Atoi(table[2+i][:10])
		if !bytes.HasPrefix(document[where:], fmt.Appendf(nil, "%d 0 obj\n", i)) {
			t.Fatalf("object %d is not at %d", i, where)
		}
	}
	for _, m := range regexp.MustCompile(`[\[ ](\d+) 0 R`).FindAllSubmatch(document, -1) {
		if r, _ := strconv.Atoi(string(m[1])); r >= n && r < 1e6 { // packed data may look like anything
			t.Fatalf("object %d is pointed at, of %d", r, n)
		}
	}
}

type broken struct{ left int }

func (b *broken) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("disk full")
	}
	return len(p), nil
}

// TestErrors: an error of the writer or of whoever fills is returned, and nothing
// goes on behind the caller's back.
func TestErrors(t *testing.T) {
	rows := func(d *Document) (n int) {
		table := d.Table(Column{Head: "نام"})
		for ; n < 100_000 && d.Err() == nil; n++ {
			table.Texts("محمد")
		}
		return n
	}
	for _, room := range []int{0, 10, 5_000, 40_000} {
		n := 0
		err := Write(&broken{room}, Options{Mark: "x"}, func(d *Document) error { n = rows(d); return nil })
		if err == nil || !strings.Contains(err.Error(), "disk full") || n == 100_000 {
			t.Errorf("room for %d bytes: %d rows, error %v", room, n, err)
		}
	}
	unhappy := errors.New("no such block")
	if err := Write(&bytes.Buffer{}, Options{}, func(d *Document) error { return unhappy }); !errors.Is(err, unhappy) {
		t.Errorf("error %v", err)
	}
	func() {
		defer func() {
			if recover() == nil {
				t.Error("a panic was swallowed")
			}
		}()
		Write(&bytes.Buffer{}, Options{}, func(d *Document) error { d.Table(Column{}).Texts("a", "b"); return nil })
	}()
	if err := WriteLetter(&bytes.Buffer{}, Options{}, Letter{QR: strings.Repeat("x", 5000)}); err == nil {
		t.Error("a QR code of 5,000 bytes")
	}
	for _, file := range []string{"", "GIF89a", "\xff\xd8\xff", "\x89PNG\r\n\x1a\n"} {
		if _, err := ReadPicture([]byte(file)); err == nil {
			t.Errorf("%q is taken for a picture", file)
		}
	}
}

func TestListEnds(t *testing.T) {
	rows := func(yield func([]Cell, error) bool) {
		_ = yield([]Cell{Text("لاہور")}, nil) && yield(nil, errors.New("row 2 is torn"))
	}
	if err := WriteList(&bytes.Buffer{}, Options{}, "Offices", []Column{{Head: "Office"}}, rows); err == nil || !strings.Contains(err.Error(), "row 2 is torn") {
		t.Errorf("error %v", err)
	}
}

// TestSameBytes: how many cores there are, and what was set before, changes nothing.
func TestSameBytes(t *testing.T) {
	long := func() []byte {
		return made(t, Options{Language: words.Urdu, Created: day}, func(d *Document) {
			table := d.Table(Column{Head: "نام"}, Column{Head: "ووٹ", Sum: true})
			for i := range 600 {
				table.Row(Text(fmt.Sprintf("محمد صفدر %s", string(rune('ا'+i%40)))), Number(int64(i)))
			}
		})
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	want := long()
	runtime.GOMAXPROCS(4)
	shape.Forget()
	if !bytes.Equal(long(), want) {
		t.Error("other bytes on four cores than on one")
	}
}

// TestDots: the dots are on every page where they were asked for, but not in text, and
// they change nothing of what is read.
func TestDots(t *testing.T) {
	const step = 4 * Point
	fill := func(d *Document) {
		table := d.Table(Column{}, Column{})
		for range 60 {
			table.Texts("", "محمد صفدر علی")
		}
	}
	plain := made(t, Options{Footer: "foot"}, fill)
	dotted := made(t, Options{Footer: "foot", Dots: func(s Size) (all []Dot) {
		for y := step; y < s.Height; y += step {
			for x := step; x < s.Width; x += step {
				all = append(all, Dot{x, y, Point})
			}
		}
		return all
	}}, fill)
	if a, b := readBack(t, plain), readBack(t, dotted); strings.Join(a, "\n") != strings.Join(b, "\n") {
		t.Errorf("read %d lines, without dots %d", len(b), len(a))
	}
	for _, page := range []string{"1", "2"} {
		one, _, _ := blurred(drawn(t, plain, "-r", "72", "-f", page, "-l", page))
		other, width, height := blurred(drawn(t, dotted, "-r", "72", "-f", page, "-l", page))
		seen, near := 0, 0
		for y := 4; y < height; y += 4 {
			for x := 4; x < width; x += 4 {
				if other[y*width+x] < 250 && one[y*width+x] == 255 {
					seen++
				}
			}
		}
		for i := range one { // in ink and beside it nothing has changed
			if one[i] < 100 && other[i] < one[i]-20 {
				near++
			}
		}
		if all := (width / 4) * (height / 4); seen < all/2 || seen > all*95/100 || near > 0 {
			t.Errorf("page %s: %d of %d dots are seen, %d in text", page, seen, all, near)
		}
	}
}
