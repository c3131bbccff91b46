// Package witness is somebody outside the commission who watches that its log only
// grows: a party, an observer, a newspaper. It is shown each new checkpoint with a
// proof that it continues the one before, and cosigns it; what would take back or
// change the past it refuses. So a commission that showed two histories to two
// audiences would be found out, by the first of them that asks for cosignatures.
//
// It speaks C2SP tlog-witness over HTTP and signs cosignature/v1 (tlog-cosignature),
// so that any such log can use it. TestRefusals holds it against the rules of that
// text, TestKill shows that one killed at any instant never cosigns two histories, and
// TestAnotherProcess has a log cosigned by one that runs by itself.
package witness

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger/checkpoint"
)

// Options are what a witness is run with.
type Options struct {
	Name string          // of a new witness: its key is made with it; if the folder has a key, "" or that key's name
	Logs []note.Verifier // public keys of the logs that it watches; a log may have several of one name
	Log  *slog.Logger    // if nil, slog.Default()
}

// A Witness remembers the last checkpoint of each log that it cosigned.
//
// Key and memory are in one folder, so that they are lost together: a witness whose
// memory is gone is a new one with a new name and key, because with the old key it
// would cosign a second history. For the same reason the folder is not restored from
// an older copy of itself, which the witness cannot notice. That hole remains.
type Witness struct {
	dir   string
	log   *slog.Logger
	owner *os.File
	key   *checkpoint.Key
	sign  note.Signer
	logs  map[string]*watched
}

// watched is one log.
type watched struct {
	keys []note.Verifier
	file string

	mu   sync.Mutex // held from the comparison with last until last is on the disk
	last checkpoint.Checkpoint
	raw  []byte // nil if none was cosigned
}

const keyFile = "key"

// Open opens a witness's folder, or begins one, with a key of its own. One process
// at a time has it open.
func Open(dir string, opts Options) (*Witness, error) {
	w := &Witness{dir: dir, log: opts.Log, logs: map[string]*watched{}}
	if w.log == nil {
		w.log = slog.Default()
	}
	if err := w.open(opts); err != nil {
		if w.owner != nil {
			w.owner.Close()
		}
		return nil, fmt.Errorf("witness %s: %w", dir, err)
	}
	return w, nil
}

func (w *Witness) open(opts Options) (err error) {
	if len(opts.Logs) == 0 {
		return errors.New("no log to watch: give the public key of one")
	}
	if err := os.MkdirAll(w.dir, 0o700); err != nil {
		return err
	}
	if err := checkpoint.SyncDir(filepath.Dir(filepath.Clean(w.dir))); err != nil {
		return err
	}
	if w.owner, err = os.OpenFile(filepath.Join(w.dir, "owner.lock"), os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return err
	}
	if err := syscall.Flock(int(w.owner.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return errors.New("another process has this witness's folder open")
	}
	if err := w.openKey(opts.Name); err != nil {
		return err
	}
	if w.sign, err = w.key.Cosigner(); err != nil {
		return err
	}
	for _, key := range opts.Logs {
		l := w.logs[key.Name()]
		if l == nil {
			l = &watched{file: filepath.Join(w.dir, url.PathEscape(key.Name())+".checkpoint")}
			w.logs[key.Name()] = l
		}
		l.keys = append(l.keys, key)
	}
	for origin, l := range w.logs {
		if err := l.load(origin); err != nil {
			return err
		}
	}
	return nil
}

// openKey reads the key, or makes one in a folder that has no memory.
func (w *Witness) openKey(name string) error {
	path := filepath.Join(w.dir, keyFile)
	key, err := checkpoint.ReadKey(path)
	switch {
	case err == nil && name != "" && name != key.Name():
		return fmt.Errorf("the key here is that of %q, not of %q", key.Name(), name)
	case err == nil:
		w.key = key
		return nil
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if old, err := filepath.Glob(filepath.Join(w.dir, "*.checkpoint")); err != nil || len(old) > 0 {
		return errors.New("the key is gone and the memory is not; begin a new witness in an empty folder, under a new name")
	}
	if name == "" {
		return errors.New("a new witness needs a name, as witness.example.org")
	}
	if w.key, err = checkpoint.GenerateKey(name); err != nil {
		return err
	}
	return w.key.Write(path)
}

// load reads what was last cosigned. The log's own signature is on it.
func (l *watched) load(origin string) error {
	raw, err := os.ReadFile(l.file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := checkpoint.Open(raw, l.keys...)
	if err != nil || c.Origin != origin {
		return fmt.Errorf("%s: what was last cosigned cannot be read, and without it nothing can be cosigned: %v", l.file, err)
	}
	l.raw, l.last = raw, c
	return nil
}

// Close ends the hold on the folder.
func (w *Witness) Close() error { return w.owner.Close() }

// Verifier is the witness's public key, for the log's policy.
func (w *Witness) Verifier() (string, error) { return w.key.CosignVerifier() }

// Refusals, as C2SP tlog-witness has them. They are compared with errors.Is.
var (
	ErrUnknownLog = errors.New("this witness does not watch a log of this name")
	ErrBadRequest = errors.New("not an add-checkpoint request")
	ErrBadProof   = errors.New("the proof does not show that the log only grew")
	ErrConflict   = errors.New("another checkpoint of the same size was cosigned before")
)

// A SizeError says that the request began at another checkpoint than the one that
// was cosigned last.
type SizeError struct{ Have uint64 }

func (e *SizeError) Error() string {
	return fmt.Sprintf("the checkpoint that was cosigned last has %d entries; prove from there", e.Have)
}

// Add checks a new checkpoint and returns the lines of the cosignature. After it
// returns nil, the checkpoint is remembered on the disk; so whenever the witness is
// killed, there is no cosignature that it has forgotten.
func (w *Witness) Add(ctx context.Context, r Request) ([]byte, error) {
	l := w.logs[r.Checkpoint.Origin]
	if l == nil {
		return nil, ErrUnknownLog
	}
	c, err := checkpoint.Open(r.Raw, l.keys...)
	if errors.Is(err, checkpoint.ErrUnsigned) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	if r.Old > c.Size {
		return nil, fmt.Errorf("%w: the old size is larger than the new one", ErrBadRequest)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case r.Old != l.last.Size:
		return nil, &SizeError{l.last.Size}
	case l.raw != nil && c.Size == l.last.Size && c.Root != l.last.Root:
		w.keepEvidence(c, r.Raw, "two checkpoints of one size")
		return nil, ErrConflict
	}
	old := l.last.Root
	if l.raw == nil {
		old = [32]byte(rfc6962.DefaultHasher.EmptyRoot())
	}
	if err := proof.VerifyConsistency(rfc6962.DefaultHasher, r.Old, c.Size, r.Proof, old[:], c.Root[:]); err != nil {
		w.keepEvidence(c, r.Raw, "no proof that it continues the one before")
		return nil, ErrBadProof
	}
	if l.raw == nil || c.Size != l.last.Size {
		if err := l.store(r.Raw); err != nil {
			return nil, fmt.Errorf("witness: remembering a checkpoint: %w", err)
		}
		l.raw, l.last = r.Raw, c
	}
	signed, err := note.Sign(&note.Note{Text: c.Body()}, w.sign)
	if err != nil {
		return nil, fmt.Errorf("witness: signing: %w", err)
	}
	w.log.InfoContext(ctx, "cosigned a checkpoint", "log", c.Origin, "entries", c.Size)
	return signed[len(c.Body())+1:], nil
}

// store replaces the memory. After it returns nil the new one is on the disk; if it
// does not, the disk has the old or the new one, whole.
func (l *watched) store(raw []byte) error {
	return writeDurably(l.file, raw)
}

func writeDurably(path string, data []byte) error {
	temp := path + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return err
	}
	return checkpoint.SyncDir(filepath.Dir(path))
}

// maxEvidence bounds the checkpoints that are kept because they were refused.
const maxEvidence = 100

// keepEvidence keeps a checkpoint that the log signed and that may contradict what
// it signed before: whoever has both can show them. A proof that is merely wrong
// leaves one too, so it is for a person to look at.
func (w *Witness) keepEvidence(c checkpoint.Checkpoint, raw []byte, why string) {
	dir := filepath.Join(w.dir, "evidence")
	path := filepath.Join(dir, fmt.Sprintf("%s-%d-%x.checkpoint", url.PathEscape(c.Origin), c.Size, c.Root[:8]))
	w.log.Error("a checkpoint that the log signed was refused; it is kept as evidence", "log", c.Origin, "entries", c.Size, "why", why, "file", path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		w.log.Error("evidence could not be kept", "error", err)
		return
	}
	if kept, err := os.ReadDir(dir); err != nil || len(kept) >= maxEvidence {
		w.log.Error("evidence was not kept: the folder is full", "most", maxEvidence, "error", err)
		return
	}
	if err := writeDurably(path, raw); err != nil {
		w.log.Error("evidence could not be kept", "error", err)
	}
}

// Last is the checkpoint of a log that was cosigned last, with the log's signature.
func (w *Witness) Last(origin string) ([]byte, bool) {
	l := w.logs[origin]
	if l == nil {
		return nil, false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.raw, l.raw != nil
}
