package rollfile

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// source is an open text file, decompressed as it is read. What it is stands
// in its first bytes, not in its name.
type source struct {
	io.Reader
	name  string
	size  int64        // bytes of the file, as it lies on the disk
	taken atomic.Int64 // of those, read so far
	close []func()
}

func (s *source) Close() {
	for i := len(s.close) - 1; i >= 0; i-- {
		s.close[i]()
	}
}

// counting counts what is read from the file itself.
type counting struct {
	f *os.File
	n *atomic.Int64
}

func (c counting) Read(b []byte) (int, error) {
	n, err := c.f.Read(b)
	c.n.Add(int64(n))
	return n, err
}

var (
	gzipMagic = []byte{0x1f, 0x8b}
	zstdMagic = []byte{0x28, 0xb5, 0x2f, 0xfd}
)

func openText(path string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	s := &source{name: filepath.Base(path), close: []func(){func() { f.Close() }}}
	if info, err := f.Stat(); err == nil {
		s.size = info.Size()
	}
	buffered := bufio.NewReaderSize(counting{f, &s.taken}, 1<<20)
	s.Reader = buffered
	switch head, _ := buffered.Peek(4); {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("%s: gzip: %w", s.name, err)
		}
		s.Reader = z
	case bytes.HasPrefix(head, zstdMagic):
		z, err := zstd.NewReader(buffered, zstd.WithDecoderMaxMemory(1<<30))
		if err != nil {
			s.Close()
			return nil, fmt.Errorf("%s: zstd: %w", s.name, err)
		}
		s.Reader, s.close = z, append(s.close, z.Close)
	}
	return s, nil
}

// parseHeader splits a file's first line and finds what separates its fields:
// a comma, else a tab or a semicolon.
func parseHeader(file string, line []byte) (fields []string, comma byte, err error) {
	line = bytes.TrimRight(bytes.TrimPrefix(line, []byte("\ufeff")), "\r\n")
	if !utf8.Valid(line) || bytes.IndexByte(line, 0) >= 0 {
		return nil, 0, fmt.Errorf("%s is not CSV in UTF-8, nor gzip, zstd or Parquet: export it as one of these", file)
	}
	comma = ','
	if bytes.IndexByte(line, ',') < 0 {
		for _, c := range []byte{'\t', ';'} {
			if bytes.IndexByte(line, c) >= 0 {
				comma = c
				break
			}
		}
	}
	split, ok := splitFields(nil, line, comma)
	if !ok {
		return nil, 0, fmt.Errorf("%s, line 1: the header's quotation marks do not pair up", file)
	}
	for _, f := range split {
		fields = append(fields, strings.TrimSpace(string(f)))
	}
	return fields, comma, nil
}
