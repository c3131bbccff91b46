package freeze

import (
	"bufio"
	"encoding/csv"
	"os"
	"strconv"

	"intikhab/systems/voterinfo/rollindex/rollfile"
)

// rejects writes the rows that were not taken. The file is readable by its
// owner only: its rows are those of the roll.
type rejects struct {
	path  string
	f     *os.File
	out   *bufio.Writer
	csv   *csv.Writer
	count map[string]uint64 // by code
	first []rollfile.Problem
}

// firstProblems is how many are kept to be shown at once.
const firstProblems = 5

func newRejects(path string) (*rejects, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	r := &rejects{path: path, f: f, out: bufio.NewWriter(f), count: map[string]uint64{}}
	r.csv = csv.NewWriter(r.out)
	return r, r.csv.Write([]string{"file", "line", "code", "reason", "row", "other"})
}

func (r *rejects) add(p rollfile.Problem) error {
	r.count[p.Code]++
	if len(r.first) < firstProblems {
		r.first = append(r.first, p)
	}
	return r.csv.Write([]string{p.File, strconv.FormatInt(p.Line, 10), p.Code, p.Reason, p.Row, p.Other})
}

// finish makes the file durable, or removes it when there was no problem.
func (r *rejects) finish() error {
	defer r.f.Close()
	if len(r.count) == 0 {
		return os.Remove(r.path)
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
