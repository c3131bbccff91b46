package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"

	"github.com/transparency-dev/tessera"
)

// ErrClosed says that the log was closed.
var ErrClosed = errors.New("the ledger is closed")

// ErrUnpublished says that entries are in the tree and on the disk, at the index
// that was returned, and will be in the next checkpoint; the wait for that ended.
var ErrUnpublished = errors.New("in the ledger, but not yet published")

// A call is one call of Append on its way through the writer.
type call struct {
	entries [][]byte
	first   uint64
	err     error
	done    chan struct{}
}

// Append adds entries (see [Entry.Bytes]; nothing else is taken) and returns the
// index of the first; the others follow it without a gap. It may be called by many
// at once: what they bring is written together.
//
// After it returns nil, the entries are on the disk, in the tree, and covered by a
// published checkpoint, that has its quorum of cosignatures if the log holds to one.
// If it returns [ErrUnpublished], all but the publishing holds; ctx ends only the
// wait for that. After any other error it is not known whether some of the entries
// came in; the log then takes no more until it is opened anew, and the caller looks
// at its end with [Log.Backward] before it appends them again.
func (l *Log) Append(ctx context.Context, entries ...[]byte) (first uint64, err error) {
	if len(entries) == 0 {
		return 0, errors.New("ledger: nothing to append")
	}
	for _, e := range entries {
		if _, err := ParseEntry(e); err != nil {
			return 0, err
		}
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	c := &call{entries: entries, done: make(chan struct{})}
	l.mu.Lock()
	switch {
	case l.failed != nil:
		defer l.mu.Unlock()
		return 0, l.failed
	case l.closed:
		l.mu.Unlock()
		return 0, ErrClosed
	}
	l.calls = append(l.calls, c)
	l.mu.Unlock()
	l.rouse()
	<-c.done
	if c.err != nil {
		return 0, c.err
	}
	if err := l.published.await(ctx, c.first+uint64(len(entries))); err != nil {
		return c.first, fmt.Errorf("ledger: %d entries from %d on are %w: %w", len(entries), c.first, ErrUnpublished, err)
	}
	return c.first, nil
}

func (l *Log) rouse() {
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
}

// write is the one writer: it takes what callers have brought meanwhile, hands it to
// tessera as one batch, and waits until that is in the tree. So the entries of one
// call stand together, and a batch that fails has none after it.
func (l *Log) write() {
	defer close(l.ended)
	for {
		l.mu.Lock()
		group := l.take()
		closed, failed := l.closed, l.failed
		l.mu.Unlock()
		switch {
		case len(group) > 0 && failed != nil:
			for _, c := range group {
				c.err = failed
				close(c.done)
			}
		case len(group) > 0:
			l.writeGroup(group)
		case closed:
			return
		default:
			<-l.wake
		}
	}
}

// take removes calls from the queue, up to a batch of entries. A call of more than a
// batch goes alone.
func (l *Log) take() []*call {
	n, size := 0, 0
	for n < len(l.calls) && (n == 0 || size+len(l.calls[n].entries) <= l.opts.Batch) {
		size += len(l.calls[n].entries)
		n++
	}
	group := l.calls[:n:n]
	l.calls = l.calls[n:]
	return group
}

func (l *Log) writeGroup(group []*call) {
	futures := make([]tessera.IndexFuture, 0, l.opts.Batch)
	for _, c := range group {
		for _, e := range c.entries {
			futures = append(futures, l.add(context.Background(), tessera.NewEntry(e)))
		}
	}
	var failed error
	at := 0
	for _, c := range group {
		for i := range c.entries {
			where, err := futures[at]()
			index := where.Index
			if at++; i == 0 {
				c.first = index
			}
			if err == nil && index != c.first+uint64(i) {
				err = fmt.Errorf("entry %d of a call is at %d, the first at %d", i, index, c.first)
			}
			if err != nil && failed == nil {
				failed = fmt.Errorf("ledger: writing failed, and it is not known which entries came in; look at the disk, then start again: %w", err)
			}
		}
	}
	if failed != nil {
		l.mu.Lock()
		l.failed = failed
		l.mu.Unlock()
		l.log.Error("the ledger takes nothing more until it is opened anew", "error", failed)
	}
	for _, c := range group {
		c.err = failed
		close(c.done)
	}
}

// A Record is an entry at its place in the log.
type Record struct {
	Index uint64
	Entry
}

// Backward yields the records from the newest back to the first, those too that are
// in the tree and not yet in a checkpoint. By it a caller that was killed finds out
// what it had appended. It ends with the first error.
func (l *Log) Backward(ctx context.Context) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		size, err := l.reader.IntegratedSize(ctx)
		if err != nil {
			yield(Record{}, err)
			return
		}
		for size > 0 {
			index := (size - 1) / TileWidth
			records, err := l.bundle(ctx, index, int(size-index*TileWidth))
			if err != nil {
				yield(Record{}, err)
				return
			}
			for i := len(records) - 1; i >= 0; i-- {
				if !yield(records[i], nil) {
					return
				}
			}
			size = index * TileWidth
		}
	}
}

// Forward yields the records from an index on, up to those that were in the tree
// when it was called. It ends with the first error.
func (l *Log) Forward(ctx context.Context, from uint64) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		size, err := l.reader.IntegratedSize(ctx)
		for err == nil && from < size {
			index := from / TileWidth
			var records []Record
			if records, err = l.bundle(ctx, index, int(min(size-index*TileWidth, TileWidth))); err != nil {
				break
			}
			for _, r := range records[from-index*TileWidth:] {
				if !yield(r, nil) {
					return
				}
			}
			from = (index + 1) * TileWidth
		}
		if err != nil {
			yield(Record{}, err)
		}
	}
}

// Read returns the record at an index. If there is none, the error wraps
// fs.ErrNotExist.
func (l *Log) Read(ctx context.Context, index uint64) (Record, error) {
	for r, err := range l.Forward(ctx, index) {
		return r, err
	}
	return Record{}, fmt.Errorf("ledger: entry %d: %w", index, fs.ErrNotExist)
}

func (l *Log) bundle(ctx context.Context, index uint64, width int) ([]Record, error) {
	raw, err := ReadBundle(ctx, l.files, index, width)
	if err != nil {
		return nil, fmt.Errorf("ledger: %w", err)
	}
	if len(raw) != width {
		return nil, fmt.Errorf("ledger: %s holds %d entries, not %d; intikhab ledger verify says more", BundlePath(index, width), len(raw), width)
	}
	records := make([]Record, width)
	for i, b := range raw {
		records[i].Index = index*TileWidth + uint64(i)
		if records[i].Entry, err = ParseEntry(b); err != nil {
			return nil, fmt.Errorf("ledger: entry %d: %w", records[i].Index, err)
		}
	}
	return records, nil
}
