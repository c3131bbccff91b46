package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"
)

// Identities reads the private keys in a file, one a line, as intikhab keys backup
// and age-keygen write it.
func Identities(path string) ([]age.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("private key: %w", err)
	}
	defer f.Close()
	all, err := age.ParseIdentities(f)
	if err != nil {
		return nil, fmt.Errorf("private key %s: not as intikhab keys backup writes it", path) // age's error may quote the key
	}
	return all, nil
}

// A visitor gets what a backup holds, in its order. Each function may be nil.
type visitor struct {
	head  func(Summary) error
	table func(TableSummary) error
	row   func(values []any) error
	end   func(TableSummary) error
}

// Check reads a backup whole, holds every checksum against what it has read, and
// tells what the backup holds. It puts nothing anywhere.
func Check(ctx context.Context, from string, identities []age.Identity) (Summary, error) {
	return read(ctx, from, identities, visitor{})
}

// read reads the backup in a file.
func read(ctx context.Context, from string, identities []age.Identity, v visitor) (s Summary, err error) {
	f, err := os.Open(from)
	if err != nil {
		return s, fmt.Errorf("backup: %w", err)
	}
	defer f.Close()
	s, err = open(&stoppable{ctx, f}, identities, v)
	if err != nil {
		return s, fmt.Errorf("backup %s: %w", from, err)
	}
	return s, nil
}

// stoppable is a reader that ends with ctx.
type stoppable struct {
	ctx context.Context
	r   io.Reader
}

func (s *stoppable) Read(b []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(b)
}

func open(from io.Reader, identities []age.Identity, v visitor) (s Summary, err error) {
	from = bufio.NewReaderSize(from, 256<<10)
	decrypted, err := age.Decrypt(from, identities...)
	var none *age.NoIdentityMatchError
	switch {
	case errors.As(err, &none):
		return s, errors.New("it is encrypted to other keys than this private key's: find the key that belongs to its recipient")
	case err != nil:
		return s, fmt.Errorf("its beginning is damaged, or it is no backup: %w", err)
	}
	plain, err := zstd.NewReader(decrypted, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return s, err
	}
	defer plain.Close()
	if s, err = readStream(bufio.NewReaderSize(plain, 256<<10), v); err != nil {
		return s, err
	}
	// Of what is encrypted nothing may be left over, so that its last part is
	// known to be the last.
	if n, err := io.Copy(io.Discard, decrypted); err != nil || n > 0 {
		return s, fmt.Errorf("%d bytes stand after its end, or it is damaged there (%v)", n, err)
	}
	return s, nil
}

// A frameReader reads what a frameWriter wrote.
type frameReader struct {
	from  io.Reader
	whole hash.Hash
	table hash.Hash
	bytes int64
	buf   bytes.Buffer
}

// next gives the next frame. Its content holds until the next one.
func (r *frameReader) next() (kind byte, content []byte, err error) {
	var b [5]byte
	if _, err := io.ReadFull(r.from, b[:]); err != nil {
		return 0, nil, cut(err)
	}
	length := binary.BigEndian.Uint32(b[1:])
	if length > mostFrame {
		return 0, nil, fmt.Errorf("a frame of %d bytes", length)
	}
	r.buf.Reset()
	if _, err := io.CopyN(&r.buf, r.from, int64(length)); err != nil { // grows with what is there
		return 0, nil, cut(err)
	}
	if b[0] == frameEnd {
		return b[0], r.buf.Bytes(), nil
	}
	if b[0] == frameTable {
		r.table = sha256.New()
	}
	for _, h := range []hash.Hash{r.whole, r.table} {
		if h != nil && (h != r.table || b[0] != frameTableEnd) {
			h.Write(b[:])
			h.Write(r.buf.Bytes())
		}
	}
	r.bytes += int64(len(b)) + int64(length)
	return b[0], r.buf.Bytes(), nil
}

func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it is cut off")
	}
	return fmt.Errorf("it is damaged: %w", err)
}

// readStream reads the records, and gives an error unless everything is as it was
// written, to the last byte.
func readStream(from io.Reader, v visitor) (s Summary, err error) {
	r := &frameReader{from: from, whole: sha256.New()}
	begin := make([]byte, len(magic))
	if _, err := io.ReadFull(from, begin); err != nil {
		return s, cut(err)
	}
	if string(begin) != magic {
		return s, fmt.Errorf("its records begin with %q and not with %q: another program's, or a newer one's", begin, magic)
	}
	r.whole.Write(begin)
	r.bytes = int64(len(magic))
	if err := r.head(&s); err != nil {
		return s, err
	}
	if v.head != nil {
		if err := v.head(s); err != nil {
			return s, err
		}
	}
	for {
		kind, content, err := r.next()
		switch {
		case err != nil:
			return s, err
		case kind == frameTable:
			if err := r.readTable(&s, content, v); err != nil {
				return s, err
			}
		case kind == frameEnd:
			if err := same("all", content, ending{s.Rows, sumOf(r.whole)}); err != nil {
				return s, err
			}
			s.Bytes = r.bytes
			if n, err := io.ReadFull(from, make([]byte, 1)); n > 0 || err != io.EOF {
				return s, fmt.Errorf("something stands after the end of its records, or it is damaged there (%v)", err)
			}
			return s, nil
		default:
			return s, fmt.Errorf("a frame of kind %q where a table or the end should be", kind)
		}
	}
}

func (r *frameReader) head(s *Summary) error {
	kind, content, err := r.next()
	if err != nil {
		return err
	}
	var h head
	if kind != frameHead {
		return fmt.Errorf("a frame of kind %q where the head should be", kind)
	}
	if err := strict(content, &h); err != nil {
		return fmt.Errorf("its head: %w", err)
	}
	if s.Made, err = time.Parse(time.RFC3339, h.Made); err != nil {
		return errors.New("its head has no date")
	}
	s.From, s.History = h.From, h.History
	return nil
}

func (r *frameReader) readTable(s *Summary, content []byte, v visitor) error {
	var h tableHead
	if err := strict(content, &h); err != nil {
		return fmt.Errorf("the head of table %d: %w", len(s.Tables)+1, err)
	}
	t := TableSummary{Name: h.Name, Columns: h.Columns}
	if len(t.Columns) == 0 {
		return fmt.Errorf("table %q has no columns", t.Name)
	}
	if v.table != nil {
		if err := v.table(t); err != nil {
			return err
		}
	}
	for {
		kind, content, err := r.next()
		switch {
		case err != nil:
			return fmt.Errorf("table %s: %w", t.Name, err)
		case kind == frameRows:
			if err := t.readRows(content, v.row); err != nil {
				return fmt.Errorf("table %s, row %d: %w", t.Name, t.Rows+1, err)
			}
		case kind == frameTableEnd:
			t.SHA256 = sumOf(r.table)
			r.table = nil
			if err := same("table "+t.Name, content, ending{t.Rows, t.SHA256}); err != nil {
				return err
			}
			s.Tables, s.Rows = append(s.Tables, t), s.Rows+t.Rows
			if v.end != nil {
				return v.end(t)
			}
			return nil
		default:
			return fmt.Errorf("table %s: a frame of kind %q among its rows", t.Name, kind)
		}
	}
}

func (t *TableSummary) readRows(content []byte, row func([]any) error) (err error) {
	for len(content) > 0 {
		values := make([]any, len(t.Columns))
		for i := range values {
			if values[i], content, err = takeValue(t.Columns[i].Type, content); err != nil {
				return fmt.Errorf("column %s: %w", t.Columns[i].Name, err)
			}
		}
		if row != nil {
			if err := row(values); err != nil {
				return err
			}
		}
		t.Rows++
	}
	return nil
}

// same holds an ending against what was read.
func same(what string, content []byte, want ending) error {
	var got ending
	if err := strict(content, &got); err != nil {
		return fmt.Errorf("the end of %s: %w", what, err)
	}
	if got != want {
		return fmt.Errorf("%s is damaged: %d rows with the checksum %s, and %d with %s were written", what, want.Rows, want.SHA256, got.Rows, got.SHA256)
	}
	return nil
}

// strict reads JSON that is as json.Marshal writes v, to the byte: the last frame has
// no checksum over it.
func strict(content []byte, v any) error {
	if err := json.Unmarshal(content, v); err != nil {
		return err
	}
	if again, err := json.Marshal(v); err != nil || !bytes.Equal(again, content) {
		return errors.New("its text is not as this program writes it: it is damaged, or a newer program's")
	}
	return nil
}
