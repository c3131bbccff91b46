package release

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// chunk is how much of a file the object store keeps together; each is on the disk
// before the next is acknowledged.
const chunk = 512 << 10

// path is where this node keeps a file.
func (m *Member) path(sha256 string) string {
	return filepath.Join(m.opts.Dir, m.opts.Name+"-"+sha256)
}

// copyOf tells of which file a file in the folder is the copy.
func (m *Member) copyOf(file string) (sha256 string, ok bool) {
	sha256, ok = strings.CutPrefix(file, m.opts.Name+"-")
	return sha256, ok && hexSum.MatchString(sha256)
}

// sum reads a whole file.
func sum(ctx context.Context, path string) (string, int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, reader{ctx, f})
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// reader reads until its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// upload puts the file into the object store, under its sum, unless it is there, and
// reads it back: when the node that leads the store dies while a file goes in, its
// pieces may be kept out of order, and nobody says so.
func (m *Member) upload(ctx context.Context, path string, r Release) error {
	if m.readBack(ctx, r) == nil {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	_, err = m.store.Put(ctx, jetstream.ObjectMeta{Name: r.SHA256, Description: m.opts.Name, Opts: &jetstream.ObjectMetaOptions{ChunkSize: chunk}},
		io.TeeReader(reader{ctx, f}, h))
	if err == nil && hex.EncodeToString(h.Sum(nil)) != r.SHA256 {
		return errors.Join(errors.New("the file was changed while it was read"), m.store.Delete(ctx, r.SHA256))
	}
	if err == nil {
		err = m.readBack(ctx, r)
	}
	return err
}

// readBack tells whether the object store has the file as it is.
func (m *Member) readBack(ctx context.Context, r Release) error {
	return m.receive(ctx, r, io.Discard)
}

// receive writes the file from the object store to w, and tells whether it was the one.
func (m *Member) receive(ctx context.Context, r Release, w io.Writer) error {
	object, err := m.store.Get(ctx, r.SHA256)
	if err != nil {
		return fmt.Errorf("it cannot be fetched: %w", err)
	}
	defer object.Close()
	h := sha256.New()
	if _, err := io.Copy(io.MultiWriter(w, h), reader{ctx, object}); err != nil {
		return fmt.Errorf("it cannot be fetched: %w", err)
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != r.SHA256 {
		return fmt.Errorf("what was fetched has the SHA-256 %s, not %s", got, r.SHA256)
	}
	return nil
}

// fetch gets a file that this node does not have into its folder: beside its name
// first, then compared, verified, forced to the disk and renamed, so that what has the
// name is whole.
func (m *Member) fetch(ctx context.Context, r Release) error {
	path := m.path(r.SHA256)
	if _, err := os.Stat(path); err == nil { // of an earlier run
		if got, _, err := sum(ctx, path); err == nil && got == r.SHA256 {
			return m.verify(ctx, path)
		}
	}
	part := path + ".part"
	defer os.Remove(part) // once renamed there is none
	if err := m.download(ctx, r, part); err != nil {
		return err
	}
	if err := m.verify(ctx, part); err != nil {
		return err
	}
	if err := os.Rename(part, path); err != nil {
		return err
	}
	return syncDir(m.opts.Dir)
}

func (m *Member) verify(ctx context.Context, path string) error {
	if m.opts.Verify == nil {
		return nil
	}
	if err := m.opts.Verify(ctx, path); err != nil {
		return fmt.Errorf("%w: %w", errUnfit, err)
	}
	return nil
}

func (m *Member) download(ctx context.Context, r Release, to string) error {
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := m.receive(ctx, r, f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	return f.Close()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// keepObject is for how long a file to which nothing refers stays in the object store:
// it may be one whose publisher has not yet said so.
const keepObject = time.Hour

// tidyStore deletes files of this name that nothing refers to any more.
func (m *Member) tidyStore(ctx context.Context) error {
	s, _, err := m.state(ctx)
	if err != nil {
		return err
	}
	objects, err := m.store.List(ctx)
	if errors.Is(err, jetstream.ErrNoObjectsFound) {
		return nil
	}
	for _, o := range objects {
		refers := func(r *Release) bool { return r != nil && r.SHA256 == o.Name }
		if o.Description != m.opts.Name || refers(s.Current) || refers(s.Proposed) || refers(s.Previous) || m.now().Sub(o.ModTime) < keepObject {
			continue
		}
		err = errors.Join(err, m.store.Delete(ctx, o.Name))
	}
	return err
}

// remember writes down which file is in use, for a start without the bus.
func (m *Member) remember(r Release) error {
	value, err := json.Marshal(r)
	if err != nil {
		return err
	}
	part := filepath.Join(m.opts.Dir, m.opts.Name+".json.part")
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(value)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(part, filepath.Join(m.opts.Dir, m.opts.Name+".json"))
	}
	if err == nil {
		err = syncDir(m.opts.Dir)
	}
	return err
}

// resume puts to use what was used last. That there is nothing is no failure.
func (m *Member) resume(ctx context.Context) error {
	value, err := os.ReadFile(filepath.Join(m.opts.Dir, m.opts.Name+".json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	var r Release
	if err == nil {
		err = json.Unmarshal(value, &r)
	}
	if err == nil && !hexSum.MatchString(r.SHA256) {
		err = errors.New("it names no file")
	}
	if err != nil {
		return err
	}
	path := m.path(r.SHA256)
	got, _, err := sum(ctx, path)
	if err == nil && got != r.SHA256 {
		err = fmt.Errorf("%s has the SHA-256 %s: the disk or somebody has changed it", path, got)
	}
	if err == nil {
		err = m.verify(ctx, path)
	}
	if err == nil {
		err = m.opts.Switch(ctx, r, path)
	}
	if err == nil {
		m.self.Uses, m.self.Have = r.SHA256, []string{r.SHA256}
	}
	return err
}
