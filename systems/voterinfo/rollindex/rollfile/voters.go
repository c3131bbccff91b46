package rollfile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"sync"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/parquetfile"
)

// Voter is one row of the voters file.
type Voter struct {
	CNIC              cnic.Number
	Block             geography.BlockCode
	Gender            geography.Gender
	Serial, Household uint32
	Line              int64
}

// VotersReader reads a voters file on all cores.
type VotersReader struct {
	Path    string
	Columns Columns
	// Rows takes rows that are well formed, in no order; worker is below
	// Workers() and one worker's calls do not overlap.
	Rows func(worker int, rows []Voter) error
	// Problem takes the others. Calls do not overlap.
	Problem func(Problem) error
	// Progress, if not nil, is told how many of the file's bytes (rows, of a
	// Parquet file) are read.
	Progress func(done, total int64)
}

// Workers returns the number of workers that Rows will see.
func (r *VotersReader) Workers() int { return runtime.GOMAXPROCS(0) }

// chunk is some whole lines of the file.
type chunk struct {
	text  []byte
	first int64 // number of the first line
}

const chunkBytes = 1 << 20

// Read reads the file to its end, or until the context ends or a callback
// fails.
func (r *VotersReader) Read(ctx context.Context) error {
	parquet, err := parquetfile.Is(r.Path)
	if err != nil {
		return err
	}
	if parquet {
		return r.readParquet(ctx)
	}
	s, err := openText(r.Path)
	if err != nil {
		return err
	}
	defer s.Close()
	return r.readText(ctx, s)
}

func (r *VotersReader) readText(ctx context.Context, s *source) error {
	split := splitter{source: s}
	head, err := split.line()
	if err != nil {
		return err
	}
	header, comma, err := parseHeader(s.name, head)
	if err != nil {
		return err
	}
	at, err := r.Columns.find(s.name, header, voterColumns, nil)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	chunks := make(chan chunk, r.Workers())
	free := make(chan []byte, 2*r.Workers())
	var problems sync.Mutex
	var workers sync.WaitGroup
	for w := range r.Workers() {
		workers.Go(func() {
			p := lineParser{file: s.name, comma: comma, at: [5]int(at), problem: func(p Problem) error {
				problems.Lock()
				defer problems.Unlock()
				return r.Problem(p)
			}}
			for c := range chunks {
				if ctx.Err() != nil {
					continue
				}
				err := p.parse(c)
				if err == nil && len(p.rows) > 0 {
					err = r.Rows(w, p.rows)
				}
				if err != nil {
					stop(err)
				}
				select {
				case free <- c.text:
				default:
				}
			}
		})
	}
	err = split.chunks(ctx, chunks, free, func() {
		if r.Progress != nil {
			r.Progress(s.taken.Load(), s.size)
		}
	})
	close(chunks)
	workers.Wait()
	return errors.Join(context.Cause(ctx), err)
}

// splitter cuts a text into chunks at line ends. A line is a row: a quoted
// field of a voters file cannot hold a line end, so that one stray quotation
// mark spoils its own row and no other.
type splitter struct {
	*source
	rest []byte // begins the next chunk
	next int64  // number of its first line
	end  bool
}

// line takes the first line.
func (s *splitter) line() ([]byte, error) {
	var b []byte
	for {
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			s.rest, s.next = bytes.Clone(b[i+1:]), 2
			return b[:i], nil
		}
		if len(b) > chunkBytes {
			return nil, fmt.Errorf("%s: the first line is longer than %d bytes: it should name the columns", s.name, chunkBytes)
		}
		more := make([]byte, 64<<10)
		n, err := s.Read(more)
		b = append(b, more[:n]...)
		if err == io.EOF {
			if len(b) == 0 {
				return nil, fmt.Errorf("%s is empty: its first line should name the columns", s.name)
			}
			s.next, s.end = 2, true
			if i := bytes.IndexByte(b, '\n'); i >= 0 {
				s.rest = bytes.Clone(b[i+1:])
				return b[:i], nil
			}
			return b, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
}

// chunks sends the file's other lines until its end.
func (s *splitter) chunks(ctx context.Context, out chan<- chunk, free <-chan []byte, progress func()) error {
	for {
		var b []byte
		select {
		case b = <-free:
			b = append(b[:0], s.rest...)
		default:
			b = append(make([]byte, 0, chunkBytes+64<<10), s.rest...)
		}
		for !s.end && len(b) < chunkBytes {
			if cap(b)-len(b) < 4<<10 {
				b = append(b, make([]byte, 64<<10)...)[:len(b)]
			}
			n, err := s.Read(b[len(b):cap(b)])
			b = b[:len(b)+n]
			if err == io.EOF {
				s.end = true
			} else if err != nil {
				return fmt.Errorf("%s, after line %d: %w", s.name, s.next+int64(bytes.Count(b, newline))-1, err)
			}
		}
		cut := bytes.LastIndexByte(b, '\n') + 1
		if s.end {
			cut = len(b)
		}
		if cut == 0 && len(b) > 0 {
			return tooLong(s.name, s.next)
		}
		s.rest = append(s.rest[:0], b[cut:]...)
		if b = b[:cut]; len(b) > 0 {
			select {
			case out <- chunk{b, s.next}:
			case <-ctx.Done():
				return nil
			}
			s.next += int64(bytes.Count(b, newline))
		}
		progress()
		if s.end {
			return nil
		}
	}
}

var newline = []byte{'\n'}

// base returns a path's last part, to name the file in a problem.
func base(path string) string { return filepath.Base(path) }
