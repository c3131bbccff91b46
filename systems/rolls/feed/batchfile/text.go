package batchfile

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
)

// encodings are those that a mapping may name; nil is UTF-8.
var encodings = map[string]encoding.Encoding{"": nil, "utf-8": nil, "latin-1": charmap.ISO8859_1, "windows-1252": charmap.Windows1252}

// How much text is one piece of work, and the longest that a line may be.
const (
	chunkBytes = 1 << 20
	maxLine    = 1 << 20
)

// counting counts what is read from the file itself.
type counting struct {
	f *os.File
	n atomic.Int64
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.f.Read(b)
	c.n.Add(int64(n))
	return n, err
}

// unpacked reads a file that is plain, gzip or zstd, as its first bytes say.
func unpacked(f io.Reader) (io.Reader, func(), error) {
	buffered := bufio.NewReaderSize(f, 1<<18)
	switch head, _ := buffered.Peek(4); {
	case bytes.HasPrefix(head, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, nil, fmt.Errorf("gzip: %w", err)
		}
		return z, func() {}, nil
	case bytes.HasPrefix(head, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderMaxMemory(256<<20), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, nil, fmt.Errorf("zstd: %w", err)
		}
		return z, z.Close, nil
	}
	return buffered, func() {}, nil
}

// text reads a file of lines. A line is a row: what is quoted cannot hold a line end, so
// that one stray quotation mark spoils its own row and no other.
func (r *Reader) text(ctx context.Context, m *Mapping, rows *reader) error {
	f, err := os.Open(r.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	from := &counting{f: f}
	in, done, err := unpacked(from)
	if err != nil {
		return fmt.Errorf("%s: %w", r.name(), err)
	}
	defer done()
	lines := chunks{in: in, next: 1, size: cmp.Or(r.Bytes, chunkBytes)}
	first, err := lines.chunk()
	if err != nil {
		return r.broken(err)
	}
	head, rest, _ := bytes.Cut(first, newline)
	p := lineParser{rows: rows, m: m}
	if err := p.header(r.name(), head); err != nil {
		return err
	}
	flow := r.flow(ctx)
	line := int64(2)
	// The next piece is read by the loop's post statement, into a variable of its own:
	// the goroutines that work on the ones before hold theirs.
	for piece := rest; err == nil; piece, err = lines.chunk() {
		if len(piece) > 0 {
			at, done := line, from.n.Load()
			if !flow.do(r, func() (*Part, error) {
				part := p.part(piece, at)
				part.Done, part.Total = done, info.Size()
				return part, nil
			}) {
				break
			}
			line += int64(bytes.Count(piece, newline))
		}
	}
	if err != nil && errors.Is(err, io.EOF) {
		return flow.end(nil)
	}
	return flow.end(r.broken(err))
}

func (r *Reader) broken(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s is empty: its first line should name the columns", r.name())
	}
	return fmt.Errorf("%s: %w", r.name(), err)
}

var newline = []byte{'\n'}

// chunks cuts a text at line ends.
type chunks struct {
	in   io.Reader
	size int
	rest []byte
	next int64 // line
	end  bool
}

// chunk gives the next whole lines, or io.EOF.
func (c *chunks) chunk() ([]byte, error) {
	b := append(make([]byte, 0, c.size+len(c.rest)), c.rest...)
	for !c.end && (len(b) < c.size || bytes.IndexByte(b, '\n') < 0 && len(b) < maxLine) {
		b = slices.Grow(b, 1)
		n, err := c.in.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if err == io.EOF {
			c.end = true
		} else if err != nil {
			return nil, fmt.Errorf("after line %d: %w", c.next+int64(bytes.Count(b, newline))-1, err)
		}
	}
	cut := bytes.LastIndexByte(b, '\n') + 1
	if c.end {
		cut = len(b)
	}
	if len(b) == 0 {
		return nil, io.EOF
	}
	if cut == 0 {
		return nil, fmt.Errorf("line %d is longer than %d bytes: this is no row", c.next, maxLine)
	}
	c.rest = append(c.rest[:0], b[cut:]...)
	c.next += int64(bytes.Count(b[:cut], newline))
	return b[:cut:cut], nil
}

// A lineParser makes rows of lines. It is shared by all goroutines.
type lineParser struct {
	rows  *reader
	m     *Mapping
	comma byte
	take  [width]taking
}

// decode gives text in UTF-8.
func (p *lineParser) decode(b []byte) string {
	if e := encodings[p.m.Encoding]; e != nil {
		if plain, err := e.NewDecoder().Bytes(b); err == nil {
			return string(plain)
		}
	}
	return string(b)
}

// header finds what separates the fields, and the columns.
func (p *lineParser) header(file string, line []byte) error {
	head := strings.TrimRight(strings.TrimPrefix(p.decode(line), "\ufeff"), "\r\n")
	if !utf8.ValidString(head) || strings.IndexByte(head, 0) >= 0 {
		return fmt.Errorf("%s is not CSV in UTF-8, nor gzip, zstd or Parquet: export it as one of these, or name its encoding in a mapping", file)
	}
	if p.m.Delimiter != "" {
		p.comma = p.m.Delimiter[0]
	} else {
		p.comma = ','
		for _, c := range []byte{',', '\t', ';'} {
			if strings.IndexByte(head, c) >= 0 {
				p.comma = c
				break
			}
		}
	}
	names, ok := split(nil, head, p.comma)
	if !ok {
		return fmt.Errorf("%s, line 1: the header's quotation marks do not pair up", file)
	}
	var err error
	p.take, err = p.m.takings(file, names)
	return err
}

// part makes rows of whole lines.
func (p *lineParser) part(b []byte, line int64) *Part {
	text := p.decode(b)
	part := &Part{Rows: make([]Row, 0, bytes.Count(b, newline)+1)}
	var fields []string
	for ; text != ""; line++ {
		one := text
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			one, text = text[:i], text[i+1:]
		} else {
			text = ""
		}
		one = strings.TrimSuffix(one, "\r")
		if strings.TrimSpace(one) == "" {
			continue
		}
		part.Rows = append(part.Rows, Row{Line: line}) // filled where it stands: rows are large
		var err error
		if fields, err = p.row(fields[:0], one, &part.Rows[len(part.Rows)-1]); err != nil {
			part.Rows = part.Rows[:len(part.Rows)-1]
			part.add(line, err, one)
		}
	}
	return part
}

func (p *lineParser) row(fields []string, line string, r *Row) ([]string, error) {
	if !utf8.ValidString(line) || strings.IndexByte(line, 0) >= 0 {
		return fields, faulty("not_utf8", "the row is not in UTF-8: the mapping can name another encoding")
	}
	fields, ok := split(fields, line, p.comma)
	if !ok {
		return fields, faulty("quotation", "the row's quotation marks do not pair up")
	}
	var f [width]string
	for i := range p.take {
		f[i] = p.take[i].value(fields)
	}
	return fields, p.rows.row(&f, r)
}

func (part *Part) add(line int64, err error, row string) {
	var f *fault
	if !errors.As(err, &f) {
		f = &fault{"row", err.Error()}
	}
	part.Problems = append(part.Problems, Problem{line, f.code, f.reason, strings.Clone(clip(strings.ToValidUTF8(row, "\ufffd"), 4096))})
}

// split appends a line's fields to fields, as RFC 4180 has them. It does not copy a
// field but where marks are doubled. TestSplit holds it against encoding/csv.
func split(fields []string, line string, comma byte) ([]string, bool) {
	for {
		if line == "" || line[0] != '"' {
			field, rest, more := line, "", false
			if i := strings.IndexByte(line, comma); i >= 0 {
				field, rest, more = line[:i], line[i+1:], true
			}
			fields = append(fields, field)
			if strings.IndexByte(field, '"') >= 0 {
				return fields, false
			}
			if !more {
				return fields, true
			}
			line = rest
			continue
		}
		end, doubled := closing(line)
		if end < 0 {
			return append(fields, line), false
		}
		field := line[1:end]
		if doubled {
			field = strings.ReplaceAll(field, `""`, `"`)
		}
		fields = append(fields, field)
		if line = line[end+1:]; line == "" {
			return fields, true
		}
		if line[0] != comma {
			return fields, false
		}
		line = line[1:]
	}
}

// closing finds the mark that ends a quoted field, and whether marks in it are doubled.
func closing(line string) (at int, doubled bool) {
	for at = 1; ; at++ {
		i := strings.IndexByte(line[at:], '"')
		if i < 0 {
			return -1, doubled
		}
		if at += i; at+1 >= len(line) || line[at+1] != '"' {
			return at, doubled
		}
		doubled = true
		at++
	}
}
