package freeze

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// partitions is how many parts a roll is cut into on its way to the disk and
// back: at 122 million voters a part has half a million rows, which a core
// sorts in its own memory.
const partitions = 256

// spill is a temporary file of rows sorted into partitions. It has no name, so
// that nothing of it remains, whatever ends the program.
type spill struct {
	file     *os.File
	rowBytes int
	mu       sync.Mutex
	end      int64
	extents  [partitions][]extent
	rows     [partitions]uint64
}

type extent struct {
	at     int64
	length int
}

func newSpill(dir string, rowBytes int) (*spill, error) {
	f, err := os.CreateTemp(dir, ".freeze-*")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(f.Name()); err != nil {
		f.Close()
		return nil, err
	}
	return &spill{file: f, rowBytes: rowBytes}, nil
}

func (s *spill) close() { s.file.Close() }

// writer collects one worker's rows.
type writer struct {
	spill   *spill
	buffers [partitions][]byte
}

const bufferBytes = 48 << 10

func (s *spill) writer() *writer { return &writer{spill: s} }

// row returns room for one more row of a partition.
func (w *writer) row(partition uint64) ([]byte, error) {
	b := w.buffers[partition]
	if len(b)+w.spill.rowBytes > cap(b) {
		if err := w.flush(partition); err != nil {
			return nil, err
		}
		if b = w.buffers[partition]; cap(b) == 0 {
			b = make([]byte, 0, bufferBytes)
		}
	}
	n := len(b)
	b = b[:n+w.spill.rowBytes]
	w.buffers[partition] = b
	return b[n:], nil
}

func (w *writer) flush(partition uint64) error {
	b := w.buffers[partition]
	if len(b) == 0 {
		return nil
	}
	s := w.spill
	s.mu.Lock()
	at := s.end
	s.end += int64(len(b))
	s.extents[partition] = append(s.extents[partition], extent{at, len(b)})
	s.rows[partition] += uint64(len(b) / s.rowBytes)
	s.mu.Unlock()
	w.buffers[partition] = b[:0]
	if _, err := s.file.WriteAt(b, at); err != nil {
		return fmt.Errorf("temporary file in %s: %w", filepath.Dir(s.file.Name()), err)
	}
	return nil
}

// finish writes what is left; the writer's memory is free after it.
func (w *writer) finish() error {
	for p := range w.buffers {
		if err := w.flush(uint64(p)); err != nil {
			return err
		}
		w.buffers[p] = nil
	}
	return nil
}

// read appends a partition's rows to b.
func (s *spill) read(partition int, b []byte) ([]byte, error) {
	for _, e := range s.extents[partition] {
		n := len(b)
		if cap(b)-n < e.length {
			b = append(make([]byte, 0, int(s.rows[partition])*s.rowBytes), b...)
		}
		b = b[:n+e.length]
		if _, err := s.file.ReadAt(b[n:], e.at); err != nil {
			return nil, fmt.Errorf("temporary file: %w", err)
		}
	}
	return b, nil
}

// total returns the number of rows of all partitions.
func (s *spill) total() (n uint64) {
	for _, rows := range s.rows {
		n += rows
	}
	return n
}

// inOrder makes the parts 0 to n-1 on some workers and hands each to take, in
// order and one at a time. At most one part per worker waits.
func inOrder[T any](n, workers int, make_ func(worker, part int) (T, error), take func(part int, v T) error) error {
	type made struct {
		v   T
		err error
	}
	results := make([]chan made, n)
	for i := range results {
		results[i] = make(chan made, 1)
	}
	room := make(chan struct{}, workers+1)
	stop := make(chan struct{})
	parts := make(chan int)
	var group sync.WaitGroup
	group.Go(func() {
		defer close(parts)
		for i := range n {
			select {
			case room <- struct{}{}:
			case <-stop:
				return
			}
			parts <- i
		}
	})
	for w := range workers {
		group.Go(func() {
			for i := range parts {
				v, err := make_(w, i)
				results[i] <- made{v, err}
			}
		})
	}
	var err error
	for i := 0; i < n && err == nil; i++ {
		m := <-results[i]
		if err = m.err; err == nil {
			err = take(i, m.v)
		}
		<-room
	}
	close(stop)
	group.Wait()
	return err
}
