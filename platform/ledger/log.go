package ledger

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger/checkpoint"
)

// Unwitnessed says what becomes of a checkpoint that too few witnesses cosigned.
type Unwitnessed string

const (
	// Hold publishes nothing until there is a quorum, and tries again at every
	// interval. Append waits. This is the default.
	Hold Unwitnessed = "hold"
	// Publish publishes the checkpoint with the cosignatures that it got, and says so
	// in the log and in [Log.Status].
	Publish Unwitnessed = "publish"
)

// Options are what a log is run with. Only Key is needed.
type Options struct {
	Key  *checkpoint.Key   // signs the checkpoints; its name is the log's origin
	Also []*checkpoint.Key // sign too, as the old key does while a new one is made known; of the same name

	Policy         *checkpoint.Policy // whose cosignatures are asked for; if nil, nobody's
	Unwitnessed    Unwitnessed        // "" is Hold
	WitnessTimeout time.Duration      // how long witnesses have for an answer; 0 is 5 s

	Interval time.Duration // the least time between two checkpoints; 0 and all below 100 ms are 100 ms
	Batch    int           // the most entries that are written at once; 0 is 2,048, the most 16,384

	Log *slog.Logger // if nil, slog.Default()
}

const (
	minInterval  = 100 * time.Millisecond // tessera's own least
	defaultBatch = 2048
	mostBatch    = 16384
	// batchAge is how long tessera waits for more entries of a batch. A batch is
	// handed over in one go, which takes a part of that.
	batchAge      = 10 * time.Millisecond
	closeTimeout  = 5 * time.Second
	privateFolder = ".state" // of tessera, not to be served; nothing in it is secret
)

// A Log is open for appending, in this process alone.
type Log struct {
	dir    string
	opts   Options
	files  Files
	log    *slog.Logger
	owner  *os.File // locked while the log is open
	keys   []note.Verifier
	client *witnessClient

	add      tessera.AddFn
	reader   tessera.LogReader
	shutdown func(context.Context) error
	cancel   context.CancelFunc

	mu     sync.Mutex
	calls  []*call // waiting for the writer
	wake   chan struct{}
	closed bool
	failed error // set once, by the writer
	ended  chan struct{}

	published *publication
}

// Open opens the log in a folder, and begins one if there is none. One process at a
// time has a log open; a second one is refused. The ctx ends only the opening.
//
// After Open returns, nothing half written by a run that was killed is left in the
// folder's public part.
func Open(ctx context.Context, dir string, opts Options) (*Log, error) {
	l, err := open(ctx, dir, opts)
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", dir, err)
	}
	return l, nil
}

func open(ctx context.Context, dir string, opts Options) (_ *Log, err error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	dir, err = filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	quiet()
	l := &Log{dir: dir, opts: opts, files: dirFiles(dir), log: opts.Log, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	for _, k := range append([]*checkpoint.Key{opts.Key}, opts.Also...) {
		v, err := checkpoint.ParseVerifier(k.Verifier())
		if err != nil {
			return nil, err
		}
		l.keys = append(l.keys, v)
	}
	if l.owner, err = own(dir); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			l.release()
		}
	}()
	if err := sweepState(dir); err != nil {
		return nil, err
	}
	if err := l.checkOld(ctx); err != nil {
		return nil, err
	}
	if err := l.start(); err != nil {
		return nil, err
	}
	size, err := l.reader.IntegratedSize(ctx)
	if err != nil {
		return nil, err
	}
	if err := sweep(dir, size); err != nil {
		return nil, err
	}
	l.follow()
	go l.write()
	return l, nil
}

func (o *Options) complete() error {
	if o.Key == nil {
		return errors.New("no key to sign with: intikhab ledger keygen makes one")
	}
	for _, k := range o.Also {
		if k.Name() != o.Key.Name() {
			return fmt.Errorf("the keys are of two logs, %q and %q", o.Key.Name(), k.Name())
		}
	}
	if o.Unwitnessed == "" {
		o.Unwitnessed = Hold
	}
	if o.Unwitnessed != Hold && o.Unwitnessed != Publish {
		return fmt.Errorf("unwitnessed checkpoints are to be %q or %q, not %q", Hold, Publish, o.Unwitnessed)
	}
	if o.Policy == nil {
		o.Policy = &checkpoint.Policy{Quorum: checkpoint.Quorum{Witness: -1}}
	}
	for _, w := range o.Policy.Witnesses {
		if w.URL == "" {
			return fmt.Errorf("the policy has no address for the witness %q, and the log has to ask it", w.Name)
		}
	}
	if o.WitnessTimeout <= 0 {
		o.WitnessTimeout = tessera.DefaultWitnessTimeout
	}
	o.Interval = max(o.Interval, minInterval)
	if o.Batch <= 0 {
		o.Batch = defaultBatch
	}
	o.Batch = min(o.Batch, mostBatch)
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return nil
}

// own makes the folder and takes the lock on it. The folders are made durable by
// tessera only if it makes them itself, so their parents are synced here.
func own(dir string) (*os.File, error) {
	state := filepath.Join(dir, privateFolder)
	if err := makeDirs(state); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(filepath.Join(state, "owner.lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return nil, errors.New("another process has this log open; one log has one writer")
	}
	return f, nil
}

// makeDirs makes a folder and those above it, each of them durable.
func makeDirs(dir string) error {
	if _, err := os.Stat(dir); err == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := makeDirs(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return checkpoint.SyncDir(filepath.Dir(dir))
}

// checkOld refuses a folder whose checkpoint is not ours, or whose tiles do not
// make the tree that it signs: to add to it would sign the damage.
func (l *Log) checkOld(ctx context.Context) error {
	raw, err := l.files.Read(ctx, CheckpointPath, MaxCheckpoint)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := checkpoint.Open(raw, l.keys...)
	if err != nil {
		return fmt.Errorf("the checkpoint in the folder: %w; is it another log's folder, or has the key changed?", err)
	}
	root, err := Root(ctx, l.files, c.Size)
	if err != nil {
		return fmt.Errorf("%w; was the folder copied while the log was written? intikhab ledger verify says more", err)
	}
	if root != Hash(c.Root) {
		return fmt.Errorf("the tiles do not make the tree of %d entries that the checkpoint signs: nothing is added to it; intikhab ledger verify names the damage", c.Size)
	}
	return nil
}

// start starts tessera.
func (l *Log) start() error {
	group, err := witnessGroup(l.opts.Policy)
	if err != nil {
		return err
	}
	l.client = newWitnessClient(l.opts.Policy, l.opts.WitnessTimeout, l.log)
	var also []note.Signer
	for _, k := range l.opts.Also {
		also = append(also, k.Signer())
	}
	opts := tessera.NewAppendOptions().
		WithCheckpointSigner(l.opts.Key.Signer(), also...).
		WithBatching(uint(l.opts.Batch), batchAge).
		WithCheckpointInterval(l.opts.Interval).
		WithShutdownTimeout(closeTimeout).
		WithWitnesses(group, &tessera.WitnessOptions{Timeout: l.opts.WitnessTimeout, FailOpen: l.opts.Unwitnessed == Publish})
	for attempt := range 2 {
		driver, err := posix.New(context.Background(), posix.Config{Path: l.dir, HTTPClient: &http.Client{Transport: l.client}})
		if err != nil {
			return err
		}
		ctx, cancel := context.WithCancel(context.Background())
		appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, opts)
		if err == nil {
			l.add, l.shutdown, l.reader, l.cancel = appender.Add, shutdown, reader, cancel
			return nil
		}
		cancel()
		// The first opening of all publishes the empty tree, and fails where a quorum of
		// witnesses is asked for and does not answer. The tree is there by then; the
		// second attempt finds it, and the checkpoint comes when the witnesses do.
		if attempt == 1 || l.opts.Unwitnessed == Publish || len(l.opts.Policy.Witnesses) == 0 {
			return err
		}
	}
	panic("unreachable")
}

// Close waits until what was appended is written and published, at most 5 seconds
// for the latter, and closes the log. After it returns, another may open it.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return nil
	}
	l.closed = true
	l.mu.Unlock()
	l.rouse()
	<-l.ended // the writer has emptied the queue
	err := l.shutdown(context.Background())
	l.published.stop()
	l.release()
	if err != nil {
		return fmt.Errorf("ledger %s: closed before everything was published (it is written, and is published when the log is opened again): %w", l.dir, err)
	}
	return nil
}

func (l *Log) release() {
	if l.cancel != nil {
		l.cancel()
	}
	l.owner.Close() // and with it the lock
}

// Verifier is the log's public key.
func (l *Log) Verifier() string { return l.opts.Key.Verifier() }

// Origin is the log's name.
func (l *Log) Origin() string { return l.opts.Key.Name() }
