// Package pdf is the file format of documents: objects, streams, fonts cut down to
// what is used, pictures. ISO 32000-1 (PDF 1.7) names the rules, OpenType those of
// the fonts. A file is written from front to back into an io.Writer, and nothing
// but the places of its objects and the letters used stays in memory.
// TestFileIsSound and the tests of package document have qpdf, pdfinfo, pdffonts
// and two programs that draw read what it writes.
package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"hash"
	"io"
	"strconv"
	"sync"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// A Ref is the number of an object.
type Ref int

func (r Ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// A Writer writes one file. The first error stays and is what Close returns; after
// it nothing more is written.
type Writer struct {
	to      io.Writer
	sum     hash.Hash
	at      int64
	offsets []int64 // by number of the object less one; 0 for one not yet written
	err     error
}

// NewWriter begins a file.
func NewWriter(to io.Writer) *Writer {
	w := &Writer{to: to, sum: sha256.New()}
	w.write("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	return w
}

func (w *Writer) write(parts ...string) {
	for _, s := range parts {
		if w.err != nil {
			return
		}
		n, err := io.WriteString(w.to, s)
		w.at += int64(n)
		w.err = err
		io.WriteString(w.sum, s) // a hash never fails
	}
}

// Reserve gives the number of an object that is written later.
func (w *Writer) Reserve() Ref {
	w.offsets = append(w.offsets, 0)
	return Ref(len(w.offsets))
}

// Object writes the object with a reserved number, once.
func (w *Writer) Object(r Ref, body string) {
	if w.offsets[r-1] != 0 && w.err == nil {
		w.err = fmt.Errorf("pdf: object %d is written twice", r)
	}
	w.offsets[r-1] = w.at
	w.write(strconv.Itoa(int(r)), " 0 obj\n", body, "\nendobj\n")
}

// Add writes an object and gives its number.
func (w *Writer) Add(body string) Ref {
	r := w.Reserve()
	w.Object(r, body)
	return r
}

// Stream writes a stream. entries stand in its dictionary; data are as the filter
// among them wants them.
func (w *Writer) Stream(r Ref, entries string, data []byte) {
	if w.offsets[r-1] != 0 && w.err == nil {
		w.err = fmt.Errorf("pdf: object %d is written twice", r)
	}
	w.offsets[r-1] = w.at
	w.write(strconv.Itoa(int(r)), " 0 obj\n<<", entries, "/Length ", strconv.Itoa(len(data)), ">>\nstream\n", string(data), "\nendstream\nendobj\n")
}

// Packed is the entry for data from Pack.
const Packed = "/Filter/FlateDecode"

// Close writes the table of objects. After it returns without an error the file is
// whole. It does not close the io.Writer.
func (w *Writer) Close(root, info Ref) error {
	table := w.at
	var b bytes.Buffer
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for i, at := range w.offsets {
		if at == 0 && w.err == nil {
			w.err = fmt.Errorf("pdf: object %d is missing", i+1)
		}
		fmt.Fprintf(&b, "%010d 00000 n \n", at)
	}
	id := fmt.Sprintf("%x", w.sum.Sum(nil)[:16]) // of the content: the same file, the same name
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root %v/Info %v/ID[<%s><%s>]>>\nstartxref\n%d\n%%%%EOF\n", len(w.offsets)+1, root, info, id, id, table)
	w.write(b.String())
	return w.err
}

var packers = sync.Pool{New: func() any {
	z, _ := zlib.NewWriterLevel(nil, 3) // no error: the level is one that exists
	return z
}}

// Pack compresses what goes into a stream.
func Pack(data []byte) []byte {
	z := packers.Get().(*zlib.Writer)
	defer packers.Put(z)
	var b bytes.Buffer
	b.Grow(len(data) / 2)
	z.Reset(&b)
	z.Write(data) // into memory: no error
	z.Close()
	return b.Bytes()
}

// Text writes a string for a dictionary: UTF-16 with a mark, in hexadecimal.
func Text(s string) string {
	var b bytes.Buffer
	b.WriteString("<FEFF")
	for _, u := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", u)
	}
	return b.String() + ">"
}

// Err is the first error of the io.Writer.
func (w *Writer) Err() error { return w.err }
