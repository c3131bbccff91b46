package ledger

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/transparency-dev/tessera/api/layout"
)

// Files gives the published files of a log by their paths in it.
type Files interface {
	// Read returns a whole file of at most limit bytes. If there is none, the error
	// wraps fs.ErrNotExist.
	Read(ctx context.Context, path string, limit int64) ([]byte, error)
}

// CheckpointPath is where the newest checkpoint stands.
const CheckpointPath = layout.CheckpointPath

// Bounds of the files, in bytes.
const (
	MaxCheckpoint = 64 << 10
	maxTile       = TileWidth * 32
	maxBundle     = TileWidth * (2 + 1<<16)
)

// OpenFiles opens the published files at a folder, or at an http or https URL.
func OpenFiles(where string) (Files, error) {
	if !strings.HasPrefix(where, "http://") && !strings.HasPrefix(where, "https://") {
		if info, err := os.Stat(where); err != nil {
			return nil, err
		} else if !info.IsDir() {
			return nil, fmt.Errorf("%s is a file; a log is a folder, or a URL that begins with http", where)
		}
		return dirFiles(where), nil
	}
	base, err := url.Parse(where)
	if err != nil {
		return nil, err
	}
	return &urlFiles{base: base, client: &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{
		Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 64, IdleConnTimeout: time.Minute}}}, nil
}

type dirFiles string

func (d dirFiles) Read(_ context.Context, path string, limit int64) ([]byte, error) {
	f, err := os.Open(filepath.Join(string(d), filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, path, limit)
}

func readAll(r io.Reader, path string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if int64(len(data)) > limit {
		return nil, &DamageError{path, fmt.Sprintf("larger than the %d bytes that such a file can have", limit)}
	}
	return data, nil
}

type urlFiles struct {
	base   *url.URL
	client *http.Client
}

// attempts are how often a file is asked for; a server under load may refuse once.
const attempts = 4

func (u *urlFiles) Read(ctx context.Context, path string, limit int64) (data []byte, err error) {
	for n := range attempts {
		if n > 0 {
			select {
			case <-ctx.Done():
				return nil, ctx.Err()
			case <-time.After(time.Duration(n*n) * 100 * time.Millisecond):
			}
		}
		var again bool
		if data, again, err = u.once(ctx, path, limit); !again {
			return data, err
		}
	}
	return nil, err
}

func (u *urlFiles) once(ctx context.Context, path string, limit int64) (data []byte, again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.base.JoinPath(path).String(), nil)
	if err != nil {
		return nil, false, err
	}
	response, err := u.client.Do(request)
	if err != nil {
		return nil, ctx.Err() == nil, err
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusNotFound, response.StatusCode == http.StatusGone:
		return nil, false, fmt.Errorf("%s: the server does not have it: %w", path, fs.ErrNotExist)
	case response.StatusCode != http.StatusOK:
		return nil, response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests,
			fmt.Errorf("%s: the server answered %s", path, response.Status)
	}
	data, err = readAll(response.Body, path, limit)
	return data, err != nil && ctx.Err() == nil && int64(len(data)) <= limit, err
}

// A DamageError says that a file is there and is not what it should be.
type DamageError struct{ Path, What string }

func (e *DamageError) Error() string { return e.Path + ": " + e.What }

// partial reads a file that is partial in a tree of some size. Once the full one
// stands, the log may have removed the partial one, and the full one begins with it.
// It tells whether it read what path(width) names.
func partial(ctx context.Context, files Files, width int, limit int64, path func(int) string) (data []byte, exact bool, err error) {
	data, err = files.Read(ctx, path(width), limit)
	if width < TileWidth && errors.Is(err, fs.ErrNotExist) {
		if full, fullErr := files.Read(ctx, path(TileWidth), limit); fullErr == nil {
			return full, false, nil
		}
	}
	return data, true, err
}

// TilePath is the path of a tile of hashes, of this width.
func TilePath(level int, index uint64, width int) string {
	return layout.TilePath(uint64(level), index, uint8(width%TileWidth))
}

// BundlePath is the path of a bundle of entries, of this width.
func BundlePath(index uint64, width int) string {
	return layout.EntriesPath(index, uint8(width%TileWidth))
}

// ReadTile reads the first width hashes of a tile. What is wrong with the file
// itself is a [DamageError].
func ReadTile(ctx context.Context, files Files, level int, index uint64, width int) ([]Hash, error) {
	data, exact, err := partial(ctx, files, width, maxTile, func(w int) string { return TilePath(level, index, w) })
	if err != nil {
		return nil, err
	}
	if want := width * len(Hash{}); len(data) < want || exact && len(data) != want {
		return nil, &DamageError{TilePath(level, index, width), fmt.Sprintf("%d bytes; %d hashes have %d", len(data), width, want)}
	}
	hashes := make([]Hash, width, width+1) // one more for the root below, see EdgeRoot
	for i := range hashes {
		hashes[i] = Hash(data[i*len(Hash{}):])
	}
	return hashes, nil
}

// ReadBundle reads the first width entries of a bundle, fewer if the file holds
// fewer. They share memory. With a [DamageError] it returns what could be read.
func ReadBundle(ctx context.Context, files Files, index uint64, width int) ([][]byte, error) {
	data, exact, err := partial(ctx, files, width, maxBundle, func(w int) string { return BundlePath(index, w) })
	if err != nil {
		return nil, err
	}
	entries, err := SplitBundle(data)
	n := min(width, len(entries))
	if err == nil && exact && len(entries) > width {
		err = fmt.Errorf("%d entries in a bundle of %d", len(entries), width)
	}
	if err != nil {
		return entries[:n], &DamageError{BundlePath(index, width), err.Error()}
	}
	return entries[:n], nil
}

// SplitBundle cuts a bundle into its entries: each after its length, 16 bits with
// the high byte first. With an error it returns the entries before the damage.
func SplitBundle(data []byte) ([][]byte, error) {
	entries := make([][]byte, 0, TileWidth)
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return entries, fmt.Errorf("entry %d of the bundle runs past its end", len(entries))
		}
		if len(entries) == TileWidth {
			return entries, fmt.Errorf("more than %d entries in a bundle", TileWidth)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		entries = append(entries, data[2:end:end])
		data = data[end:]
	}
	return entries, nil
}
