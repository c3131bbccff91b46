package freeze

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"os"
	"slices"
	"strconv"

	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// rejects writes the rows that were not taken. The file is readable by its
// owner only: its rows are those of the roll.
//
// The workers find problems in no order. Up to heldBytes of them are kept and
// written in the order of the files and their lines, so that the same roll
// gives the same rejects file; more, of a roll in which little is right, are
// written as they come.
type rejects struct {
	path  string
	f     *os.File
	out   *bufio.Writer
	csv   *csv.Writer
	count map[string]uint64 // by code
	first []rollfile.Problem
	held  []rollfile.Problem // nil once they are written
	bytes int
	files []string // in the order in which they were read
}

// firstProblems is how many are kept to be shown at once.
const firstProblems = 5

// heldBytes bounds what is kept to be sorted. A test lowers it.
var heldBytes = 64 << 20

func newRejects(path string) (*rejects, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Chmod(0o600); err != nil { // one that was there may have another mode
		f.Close()
		return nil, err
	}
	r := &rejects{path: path, f: f, out: bufio.NewWriter(f), count: map[string]uint64{}, held: []rollfile.Problem{}}
	r.csv = csv.NewWriter(r.out)
	return r, r.csv.Write([]string{"file", "line", "code", "reason", "row", "other"})
}

func (r *rejects) add(p rollfile.Problem) error {
	r.count[p.Code]++
	if !slices.Contains(r.files, p.File) {
		r.files = append(r.files, p.File)
	}
	if r.held == nil {
		return r.write(p)
	}
	r.held = append(r.held, p)
	const each = 128 // a Problem's own bytes, about
	if r.bytes += each + len(p.Reason) + len(p.Row) + len(p.Other); r.bytes > heldBytes {
		return r.writeHeld()
	}
	return nil
}

func (r *rejects) writeHeld() error {
	slices.SortStableFunc(r.held, func(a, b rollfile.Problem) int {
		return cmp.Or(cmp.Compare(slices.Index(r.files, a.File), slices.Index(r.files, b.File)),
			cmp.Compare(a.Line, b.Line), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Row, b.Row))
	})
	r.first = slices.Clone(r.held[:min(len(r.held), firstProblems)])
	for _, p := range r.held {
		if err := r.write(p); err != nil {
			return err
		}
	}
	r.held = nil
	return nil
}

func (r *rejects) write(p rollfile.Problem) error {
	return r.csv.Write([]string{p.File, strconv.FormatInt(p.Line, 10), p.Code, p.Reason, p.Row, p.Other})
}

// finish makes the file durable, or removes it when there was no problem.
func (r *rejects) finish() error {
	defer r.f.Close()
	if len(r.count) == 0 {
		return os.Remove(r.path)
	}
	if r.held != nil {
		if err := r.writeHeld(); err != nil {
			return err
		}
	}
	r.csv.Flush()
	if err := r.csv.Error(); err != nil {
		return err
	}
	if err := r.out.Flush(); err != nil {
		return err
	}
	return r.f.Sync()
}
