package batchfile

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"

	"intikhab/platform/parquetfile"
)

// A Part is what some following lines of a file gave, in their order.
type Part struct {
	Rows     []Row
	Problems []Problem
	Done     int64 // bytes of the file read so far; rows, of a Parquet file
	Total    int64
	Made     any // by Reader.Make
}

// A Reader reads a batch on all cores, in memory that does not grow with the file.
type Reader struct {
	Path    string
	Mapping *Mapping // nil: the format itself
	Bytes   int      // of text in one part; 0: 1 MiB, some 4,000 rows
	// Make, if not nil, is called with each part on one of several goroutines, for
	// work that can be done in any order.
	Make func(*Part) error
	// Take is called with each part, in the order of the file. Calls do not overlap.
	// A part and its rows are Take's to keep.
	Take func(*Part) error
}

// Read reads the file to its end, or until the context ends or a callback fails.
func (r *Reader) Read(ctx context.Context) error {
	m := r.Mapping
	if m == nil {
		m = &Mapping{}
	}
	if err := m.check(); err != nil {
		return err
	}
	dates, err := m.dateReader()
	if err != nil {
		return err
	}
	is, err := parquetfile.Is(r.Path)
	if err != nil {
		return err
	}
	rows := reader{dates: dates, provinces: provinceCodes()}
	if is {
		return r.parquet(ctx, m, &rows)
	}
	return r.text(ctx, m, &rows)
}

func (r *Reader) name() string { return filepath.Base(r.Path) }

// flow runs work on all cores and hands on what it gives in the order in which the work
// was given: each piece has a channel of its own, and these stand in a queue.
type flow struct {
	ctx   context.Context
	stop  context.CancelCauseFunc
	work  chan func()
	queue chan chan *Part
	ended chan error
}

func (r *Reader) flow(ctx context.Context) *flow {
	n := runtime.GOMAXPROCS(0)
	f := &flow{work: make(chan func()), queue: make(chan chan *Part, 2*n), ended: make(chan error, 1)}
	f.ctx, f.stop = context.WithCancelCause(ctx)
	for range n {
		go func() {
			for do := range f.work {
				do()
			}
		}()
	}
	go func() {
		var err error
		for c := range f.queue {
			p := <-c
			if p == nil || err != nil || f.ctx.Err() != nil {
				continue
			}
			if err = r.Take(p); err != nil {
				f.stop(err)
			}
		}
		f.ended <- err
	}()
	return f
}

// do gives a piece of work; false if the flow has been stopped.
func (f *flow) do(r *Reader, make_ func() (*Part, error)) bool {
	out := make(chan *Part, 1)
	select {
	case f.queue <- out:
	case <-f.ctx.Done():
		return false
	}
	f.work <- func() {
		if f.ctx.Err() != nil {
			out <- nil
			return
		}
		p, err := make_()
		if err == nil && r.Make != nil {
			err = r.Make(p)
		}
		if err != nil {
			f.stop(err)
			p = nil
		}
		out <- p
	}
	return true
}

// end waits for what is under way. It gives the first error.
func (f *flow) end(err error) error {
	if err != nil {
		f.stop(err)
	}
	close(f.work)
	close(f.queue)
	took := <-f.ended
	cause := context.Cause(f.ctx)
	f.stop(nil)
	switch {
	case took != nil:
		return took
	case cause != nil && (err == nil || !errors.Is(cause, context.Canceled)):
		return cause
	}
	return err
}
