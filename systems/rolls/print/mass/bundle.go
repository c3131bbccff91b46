package mass

import (
	"archive/zip"
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"intikhab/domain/geography"
	"intikhab/systems/rolls/print"
)

// Manifest is what manifest.json says: of what kind the prints are, and each file.
type Manifest struct {
	Format  string    `json:"format"` // "intikhab roll prints v1"
	Run     header    `json:"run"`
	Blocks  int       `json:"blocks"`
	Voters  int       `json:"voters"`
	Pages   int       `json:"pages"`
	Bundles []File    `json:"bundles,omitempty"`
	Printed []Printed `json:"printed"`
}

// finish writes the bundles, the index and the manifest, and has the folders' own entries
// written to the disk.
func (r *run) finish(ctx context.Context, report *Report) error {
	slices.SortFunc(r.printed, func(a, b Printed) int {
		return cmp.Or(cmp.Compare(r.seat(a.NA, a.PA), r.seat(b.NA, b.PA)), cmp.Compare(a.Block, b.Block))
	})
	if r.cfg.Bundles {
		for part := range bySeat(r.printed, r.seat) {
			if err := ctx.Err(); err != nil {
				return err
			}
			bundle, err := r.bundle(part)
			if err != nil {
				return err
			}
			report.Bundles = append(report.Bundles, bundle)
		}
	}
	index, err := indexOf(r.printed)
	if err != nil {
		return err
	}
	m := Manifest{Format: "intikhab roll prints v1", Run: r.log.header, Blocks: r.Blocks, Voters: r.Voters, Pages: r.Pages, Bundles: report.Bundles, Printed: r.printed}
	manifest, err := json.MarshalIndent(m, "", " ")
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{"index.csv", index}, {"manifest.json", append(manifest, '\n')}} {
		one := File{Path: f.name}
		if err := save(r.cfg.Out, &one, func(w io.Writer) (print.Result, error) { _, err := w.Write(f.data); return print.Result{}, err }); err != nil {
			return err
		}
		report.Manifest, report.SHA256 = filepath.Join(r.cfg.Out, f.name), one.SHA256
	}
	return r.syncFolders()
}

// bySeat gives the blocks of one constituency after the other, of blocks in their order.
func bySeat(all []Printed, seat func(na, pa geography.Constituency) geography.Constituency) func(func([]Printed) bool) {
	return func(yield func([]Printed) bool) {
		for len(all) > 0 {
			n := 1
			for n < len(all) && seat(all[n].NA, all[n].PA) == seat(all[0].NA, all[0].PA) {
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// bundle puts the prints of a constituency into one ZIP file, not compressed, since they
// are already: the same files give the same bundle.
func (r *run) bundle(part []Printed) (File, error) {
	seat := string(r.seat(part[0].NA, part[0].PA))
	b := File{Path: "bundles/" + seat + ".zip"}
	index, err := indexOf(part)
	if err != nil {
		return b, err
	}
	err = save(r.cfg.Out, &b, func(w io.Writer) (print.Result, error) {
		z := zip.NewWriter(w)
		for _, p := range part {
			for _, f := range p.Files {
				if err := r.pack(z, f); err != nil {
					return print.Result{}, err
				}
			}
		}
		head := &zip.FileHeader{Name: "index.csv", Modified: r.cfg.Date}
		to, err := z.CreateHeader(head)
		if err == nil {
			_, err = to.Write(index)
		}
		return print.Result{}, errors.Join(err, z.Close())
	})
	for _, p := range part {
		b.Voters += p.Voters
		for _, f := range p.Files {
			b.Pages += f.Pages
		}
	}
	return b, err
}

// pack puts one file into a bundle.
func (r *run) pack(z *zip.Writer, f File) error {
	file, err := os.Open(filepath.Join(r.cfg.Out, filepath.FromSlash(f.Path)))
	if err != nil {
		return err
	}
	defer file.Close()
	to, err := z.CreateRaw(&zip.FileHeader{Name: f.Path, Method: zip.Store, Modified: r.cfg.Date, CRC32: f.CRC, CompressedSize64: uint64(f.Size), UncompressedSize64: uint64(f.Size)})
	if err != nil {
		return err
	}
	if n, err := io.Copy(to, file); err != nil || n != f.Size {
		return fmt.Errorf("%s has %d bytes and not %d any more: %w", f.Path, n, f.Size, cmp.Or(err, ErrOther))
	}
	return nil
}

// indexOf is the index of files as CSV (RFC 4180).
func indexOf(all []Printed) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write([]string{"path", "na", "pa", "district", "tehsil", "block", "edition", "state", "list", "language", "pages", "voters", "photographs_missing", "bytes", "sha256"})
	for _, p := range all {
		for _, f := range p.Files {
			w.Write([]string{f.Path, string(p.NA), string(p.PA), p.District, p.Tehsil, p.Block.String(), strconv.FormatInt(p.Edition, 10), p.State, f.List, string(f.Language),
				strconv.Itoa(f.Pages), strconv.Itoa(f.Voters), strconv.Itoa(f.Unpictured), strconv.FormatInt(f.Size, 10), f.SHA256})
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// syncFolders writes the names of the files to the disk.
func (r *run) syncFolders() error {
	folders := map[string]bool{r.cfg.Out: true}
	for _, p := range r.printed {
		for _, f := range p.Files {
			folders[filepath.Join(r.cfg.Out, strings.SplitN(f.Path, "/", 2)[0])] = true
		}
	}
	if r.cfg.Bundles && len(r.printed) > 0 {
		folders[filepath.Join(r.cfg.Out, "bundles")] = true
	}
	for folder := range folders {
		f, err := os.Open(folder)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			return err
		}
	}
	return nil
}
