package batchfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
)

// Describe counts what a file has, for a manifest: file, digest, rows and counts. It is
// for whoever makes batches: the authority's own tool, demonstrations and tests. Rows
// that can't be read are counted in a cell of their own, new without province and sex,
// and will be refused one by one.
func Describe(ctx context.Context, path string, mapping *Mapping) (*Manifest, error) {
	m := &Manifest{File: filepath.Base(path), Counts: Counts{}}
	r := Reader{Path: path, Mapping: mapping, Take: func(p *Part) error {
		for i := range p.Rows {
			m.Counts[p.Rows[i].Cell()]++
		}
		if len(p.Problems) > 0 {
			m.Counts[Cell{Action: New.String()}] += int64(len(p.Problems))
		}
		m.Rows += int64(len(p.Rows) + len(p.Problems))
		return nil
	}}
	if err := r.Read(ctx); err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return nil, err
	}
	m.SHA256 = hex.EncodeToString(h.Sum(nil))
	return m, nil
}
