package ledger

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"intikhab/platform/ledger/checkpoint"
)

// A publication follows the checkpoint that tessera publishes. Tessera tells nobody
// when it does, so the file is looked at: often while somebody waits for it.
type publication struct {
	l      *Log
	cancel context.CancelFunc
	done   chan struct{}
	poke   chan struct{}

	mu      sync.Mutex
	raw     []byte
	current checkpoint.Checkpoint
	at      time.Time // when the file was written
	names   []string  // witnesses that cosigned it
	quorum  bool
	changed chan struct{} // closed at the next change
	waiting int
}

const (
	lookEvery = 5 * time.Millisecond
	idleLook  = 2 * time.Second
)

func (l *Log) follow() {
	ctx, cancel := context.WithCancel(context.Background())
	p := &publication{l: l, cancel: cancel, done: make(chan struct{}), poke: make(chan struct{}, 1), changed: make(chan struct{}), quorum: true}
	l.published = p
	p.look() // best effort: the first checkpoint may not be there yet
	go p.watch(ctx)
}

func (p *publication) stop() {
	p.cancel()
	<-p.done
}

func (p *publication) watch(ctx context.Context) {
	defer close(p.done)
	timer := time.NewTimer(idleLook)
	defer timer.Stop()
	troubled := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.poke:
		case <-timer.C:
		}
		err := p.look()
		if err != nil && !troubled {
			p.l.log.Error("the ledger's checkpoint cannot be read", "error", err)
		}
		troubled = err != nil
		wait := idleLook
		p.mu.Lock()
		if p.waiting > 0 {
			wait = lookEvery
		}
		p.mu.Unlock()
		timer.Reset(wait)
	}
}

// look reads the file. What it takes over is on the disk for good: tessera renames
// the file and syncs the folder then, and between the two it could still be lost.
func (p *publication) look() error {
	path := filepath.Join(p.l.dir, CheckpointPath)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // a log whose first checkpoint waits for witnesses
	}
	if err != nil {
		return err
	}
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if ahead := time.Until(info.ModTime()); ahead > p.l.opts.Interval {
		// The clock was set back. Tessera publishes nothing until it has caught up with
		// the file's time, which may be hours.
		then := time.Now().Add(-p.l.opts.Interval)
		if err := os.Chtimes(path, then, then); err != nil {
			return err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if bytes.Equal(raw, p.raw) {
		return nil
	}
	c, err := checkpoint.Open(raw, p.l.keys...)
	if err != nil {
		return err
	}
	if err := checkpoint.SyncDir(p.l.dir); err != nil {
		return err
	}
	names, quorum := p.l.opts.Policy.Cosigned(raw)
	switch {
	case p.quorum && !quorum:
		p.l.log.Warn("the ledger's checkpoint was published without its quorum of witnesses, as its settings say", "entries", c.Size, "cosigned", names)
	case !p.quorum && quorum:
		p.l.log.Info("the ledger's checkpoint has its quorum of witnesses again", "entries", c.Size, "cosigned", names)
	}
	p.raw, p.current, p.at, p.names, p.quorum = raw, c, info.ModTime(), names, quorum
	close(p.changed)
	p.changed = make(chan struct{})
	return nil
}

// await returns when a checkpoint of at least size entries is published.
func (p *publication) await(ctx context.Context, size uint64) error {
	p.mu.Lock()
	p.waiting++
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		p.waiting--
		p.mu.Unlock()
	}()
	select {
	case p.poke <- struct{}{}:
	default:
	}
	for {
		p.mu.Lock()
		covered, changed := p.current.Size >= size, p.changed
		p.mu.Unlock()
		if covered {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-p.done:
			return ErrClosed
		}
	}
}

// Checkpoint is the newest published checkpoint, as the signed note and parsed. The
// note is nil if none was published yet, because the first has no quorum.
func (l *Log) Checkpoint() ([]byte, checkpoint.Checkpoint) {
	p := l.published
	if err := p.look(); err != nil {
		l.log.Error("the ledger's checkpoint cannot be read", "error", err) // the one before it is shown
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.raw, p.current
}

// A Status is how publishing goes.
type Status struct {
	Entries   uint64            // in the tree
	Published uint64            // covered by the newest checkpoint
	At        time.Time         // when that was published
	Cosigned  []string          // the witnesses, by their names in the policy, that cosigned it
	Quorum    bool              // they are enough
	Trouble   map[string]string // the witnesses that failed when last asked, and how
	Failed    error             // why nothing more is taken; nil if all is well
}

// Status tells how publishing goes, for an operator.
func (l *Log) Status(ctx context.Context) (Status, error) {
	_, c := l.Checkpoint()
	entries, err := l.reader.IntegratedSize(ctx)
	if err != nil {
		return Status{}, err
	}
	s := Status{Entries: entries, Published: c.Size, Trouble: l.client.trouble()}
	l.mu.Lock()
	s.Failed = l.failed
	l.mu.Unlock()
	p := l.published
	p.mu.Lock()
	s.At, s.Cosigned, s.Quorum = p.at, p.names, p.quorum && p.raw != nil
	p.mu.Unlock()
	return s, nil
}
