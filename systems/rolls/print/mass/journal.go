package mass

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/words"
	"intikhab/systems/rolls/print"
)

// A header is the first line of a journal: what the run prints.
type header struct {
	Form        int              `json:"form"`
	Languages   []words.Language `json:"languages"`
	Purpose     print.Purpose    `json:"purpose"`
	Photographs bool             `json:"photographs"`
	Masked      []string         `json:"masked"`
	Qualifying  string           `json:"qualifying"`
	Supplements bool             `json:"supplements"`
	Only        bool             `json:"only"`
	Copy        uint32           `json:"copy"`
	Recipient   string           `json:"recipient"` // a hash
	Marked      bool             `json:"marked"`
	District    string           `json:"district"`
	Tehsil      string           `json:"tehsil"`
	Seat        string           `json:"seat"`
	Chosen      string           `json:"chosen"` // a hash of the blocks named
	Date        time.Time        `json:"date"`
}

// Printed is a block that was printed: a line of the journal and of the manifest.
type Printed struct {
	Block    geography.BlockCode    `json:"block"`
	NA       geography.Constituency `json:"na"`
	PA       geography.Constituency `json:"pa,omitempty"`
	District string                 `json:"district"`
	Tehsil   string                 `json:"tehsil"`
	Edition  int64                  `json:"edition"`
	State    string                 `json:"state"`
	Voters   int                    `json:"voters"`
	Files    []File                 `json:"files"`
}

// A File is one that was written.
type File struct {
	Path       string         `json:"path"` // below the folder, with slashes
	List       string         `json:"list,omitempty"`
	Language   words.Language `json:"language,omitempty"`
	Pages      int            `json:"pages,omitempty"`
	Voters     int            `json:"voters"`
	Unpictured int            `json:"unpictured,omitempty"`
	Size       int64          `json:"size"`
	CRC        uint32         `json:"crc32"` // for the bundle
	SHA256     string         `json:"sha256"`
}

// A journal tells a later run what is done. A line that a crash tore is as good as none:
// its block is printed again.
type journal struct {
	header header
	done   map[geography.BlockCode]Printed

	mu   sync.Mutex
	file *os.File
}

const journalName = "journal"

// ErrOther says that a folder holds the prints of another run.
var ErrOther = errors.New("the folder holds prints of another kind: choose an empty one, or ask for the same again")

// openJournal begins a journal or goes on with it, if it is one of the same run.
func openJournal(dir string, h header) (*journal, error) {
	path := filepath.Join(dir, journalName)
	j := &journal{header: h, done: make(map[geography.BlockCode]Printed)}
	old, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	whole := bytes.LastIndexByte(old, '\n') + 1
	if whole > 0 {
		if err := j.read(old[:whole]); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	if j.file, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600); err != nil {
		return nil, err
	}
	if err := j.file.Truncate(int64(whole)); err != nil {
		return nil, errors.Join(err, j.file.Close())
	}
	if _, err := j.file.Seek(int64(whole), 0); err != nil {
		return nil, errors.Join(err, j.file.Close())
	}
	if whole == 0 {
		if err := j.line(j.header); err != nil {
			return nil, errors.Join(err, j.file.Close())
		}
	}
	return j, nil
}

// read reads what a run before wrote.
func (j *journal) read(old []byte) error {
	lines := bufio.NewScanner(bytes.NewReader(old))
	lines.Buffer(nil, 1<<20)
	for n := 0; lines.Scan(); n++ {
		if n == 0 {
			var was header
			if err := json.Unmarshal(lines.Bytes(), &was); err != nil {
				return fmt.Errorf("line 1: %w", err)
			}
			asked := j.header
			asked.Date = was.Date // the date of the first run is that of all
			if !reflect.DeepEqual(was, asked) {
				return ErrOther
			}
			j.header = was
			continue
		}
		var p Printed
		if err := json.Unmarshal(lines.Bytes(), &p); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
		for _, f := range p.Files {
			if !filepath.IsLocal(filepath.FromSlash(f.Path)) || strings.HasPrefix(f.Path, ".") {
				return fmt.Errorf("line %d: file %q lies outside the folder", n+1, f.Path)
			}
		}
		j.done[p.Block] = p
	}
	return lines.Err()
}

func (j *journal) line(v any) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = j.file.Write(append(b, '\n'))
	return err
}

// add notes that a block is printed. Its files are on the disk; if the note is lost in a
// power cut, the block is printed again.
func (j *journal) add(p Printed) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.line(p)
}

func (j *journal) close() { j.file.Close() } // nothing depends on its last lines
