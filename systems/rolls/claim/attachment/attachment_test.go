package attachment

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
)

func picture(w, h int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x ^ y), 255})
		}
	}
	return m
}

func asJPEG(m image.Image) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, m, nil)
	return b.Bytes()
}

func asPNG(m image.Image) []byte {
	var b bytes.Buffer
	png.Encode(&b, m)
	return b.Bytes()
}

// segment puts a segment behind a JPEG's first two bytes.
func segment(file []byte, marker byte, body string) []byte {
	s := binary.BigEndian.AppendUint16([]byte{0xFF, marker}, uint16(len(body)+2))
	return append(append(append([]byte{}, file[:2]...), append(s, body...)...), file[2:]...)
}

// chunk puts a chunk behind a PNG's head.
func chunk(file []byte, name, body string) []byte {
	c := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	c = append(append(c, name...), body...)
	c = binary.BigEndian.AppendUint32(c, crc32.ChecksumIEEE(c[4:]))
	const head = 8 + 25
	return append(append(append([]byte{}, file[:head]...), c...), file[head:]...)
}

const tiffHead = "Exif\x00\x00II\x2a\x00\x08\x00\x00\x00\x01\x00"

const pdf = "%PDF-1.4\n1 0 obj <</Type /Catalog>> endobj\nstartxref\n9\n%%EOF\n"

func TestNothingIsLeftButThePicture(t *testing.T) {
	const secret = "GPS 24.8607 N 67.0011 E telephone 0300 1234567"
	for name, file := range map[string][]byte{
		"exif":          segment(asJPEG(picture(40, 30)), 0xE1, "Exif\x00\x00"+secret),
		"orientation":   segment(asJPEG(picture(40, 30)), 0xE1, tiffHead+"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"+secret),
		"comment":       segment(asJPEG(picture(40, 30)), 0xFE, secret),
		"photoshop":     segment(asJPEG(picture(40, 30)), 0xED, secret),
		"behind":        append(asJPEG(picture(40, 30)), secret...),
		"text chunk":    chunk(asPNG(picture(40, 30)), "tEXt", "Comment\x00"+secret),
		"exif chunk":    chunk(asPNG(picture(40, 30)), "eXIf", secret),
		"behind, png":   append(asPNG(picture(40, 30)), secret...),
		"another chunk": chunk(asPNG(picture(40, 30)), "prVt", secret),
	} {
		d, err := Check(Card, file)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if bytes.Contains(d.Content, []byte("GPS")) {
			t.Errorf("%s: the place is left", name)
		}
		was, _, _ := image.Decode(bytes.NewReader(file))
		is, _, err := image.Decode(bytes.NewReader(d.Content))
		if err != nil || was.Bounds() != is.Bounds() || was.At(17, 11) != is.At(17, 11) {
			t.Errorf("%s: it is not the same picture: %v", name, err)
		}
		want := byte(1)
		if name == "orientation" {
			want = 6
		}
		if d.Kind == JPEG && orientation(d.Content) != want {
			t.Errorf("%s: held %d, want %d", name, orientation(d.Content), want)
		}
		again, err := Check(Card, d.Content)
		if err != nil || !bytes.Equal(again.Content, d.Content) {
			t.Errorf("%s: checked again it is another: %v", name, err)
		}
	}
}

func TestCheck(t *testing.T) {
	whole := asJPEG(picture(64, 64))
	large := asPNG(picture(1, 1))
	binary.BigEndian.PutUint32(large[16:], 100_000)
	binary.BigEndian.PutUint32(large[20:], 100_000)
	binary.BigEndian.PutUint32(large[29:], crc32.ChecksumIEEE(large[12:29]))
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"jpeg":              {whole, nil},
		"png":               {asPNG(picture(9, 9)), nil},
		"pdf":               {[]byte(pdf), nil},
		"empty":             {nil, ErrEmpty},
		"large":             {make([]byte, BytesMost+1), ErrLarge},
		"a page":            {[]byte("<!doctype html><script>alert(1)</script>"), ErrKind},
		"gif":               {[]byte("GIF89a"), ErrKind},
		"half a jpeg":       {whole[:len(whole)/2], ErrDamaged},
		"half a png":        {asPNG(picture(64, 64))[:90], ErrDamaged},
		"head of a jpeg":    {whole[:3], ErrDamaged},
		"a bomb":            {large, ErrPixels},
		"pdf without end":   {[]byte(pdf[:40]), ErrDamaged},
		"pdf with a script": {[]byte(strings.Replace(pdf, "/Catalog", "/Catalog /OpenAction <</S /JavaScript /JS (app.alert)>>", 1)), ErrActive},
		"pdf that launches": {[]byte(strings.Replace(pdf, "/Catalog", "/Catalog /A <</S/Launch>>", 1)), ErrActive},
		"pdf with a name":   {[]byte(strings.Replace(pdf, "/Catalog", "/Catalog /JSize 3", 1)), nil},
	} {
		d, err := Check(Proof, c.content)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err != nil && d.Content != nil {
			t.Errorf("%s: refused, and given", name)
		}
	}
	if _, err := Check("selfie", whole); !errors.Is(err, ErrWhat) {
		t.Errorf("what nobody knows: %v", err)
	}
}

func FuzzCheck(f *testing.F) {
	f.Add(asJPEG(picture(8, 8)))
	f.Add(segment(asJPEG(picture(8, 8)), 0xE1, tiffHead+"\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"))
	f.Add(asPNG(picture(8, 8)))
	f.Add(chunk(asPNG(picture(8, 8)), "tEXt", "a"))
	f.Add([]byte(pdf))
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := Check(Card, b)
		if err != nil {
			return
		}
		again, err := Check(Card, d.Content)
		if err != nil || again.Kind != d.Kind || !bytes.Equal(again.Content, d.Content) {
			t.Errorf("what was taken is not taken again: %v", err)
		}
	})
}
