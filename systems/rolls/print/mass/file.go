package mass

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"

	"intikhab/domain/geography"
	"intikhab/platform/words"
	"intikhab/systems/rolls/print"
)

// listWords are the lists in names of files.
var listWords = [geography.Genders]string{"men", "women", "x"}

// write prints a block in one language.
func (r *run) write(roll *print.Roll, lang words.Language) (files []File, err error) {
	o := r.cfg.Options
	o.Language = lang
	start := string(r.seat(roll.Block.NA, roll.Block.PA)) + "/" + roll.Block.Code.String()
	if r.cfg.Only {
		s := last(roll)
		if s == nil {
			return nil, nil
		}
		f := File{Path: fmt.Sprintf("%s-supplement-%d-%d-%s.pdf", start, s.Edition, s.Number, lang), Language: lang}
		err := save(r.cfg.Out, &f, func(w io.Writer) (print.Result, error) { return print.WriteSupplement(w, roll, s, o) })
		return []File{f}, err
	}
	for _, l := range roll.Lists() {
		f := File{Path: start + "-" + listWords[l] + "-" + string(lang) + ".pdf", List: l.String(), Language: lang}
		if err := save(r.cfg.Out, &f, func(w io.Writer) (print.Result, error) { return print.Write(w, roll, o, l) }); err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	return files, nil
}

// save writes a file beside its place and puts it there when it is whole and on the
// disk, so that no name ever leads to half a file.
func save(dir string, f *File, write func(io.Writer) (print.Result, error)) error {
	path := filepath.Join(dir, filepath.FromSlash(f.Path))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	half := path + ".half"
	file, err := os.OpenFile(half, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	sum, check := sha256.New(), crc32.NewIEEE()
	buffer := bufio.NewWriterSize(io.MultiWriter(file, sum, check), 64<<10)
	counted := &counter{w: buffer}
	res, err := write(counted)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(half, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(half))
	}
	f.Pages, f.Unpictured, f.Size = res.Pages, res.Unpictured, counted.n
	for _, n := range res.Voters {
		f.Voters += n
	}
	f.SHA256, f.CRC = hex.EncodeToString(sum.Sum(nil)), check.Sum32()
	return nil
}

// counter counts what goes through it.
type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

func (c *counter) WriteString(s string) (int, error) {
	n, err := io.WriteString(c.w, s)
	c.n += int64(n)
	return n, err
}

// intact tells whether files are as the journal says. What can't be read is not.
func intact(dir string, files []File) bool {
	for _, f := range files {
		size, sum, err := digest(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if err != nil || size != f.Size || sum != f.SHA256 {
			return false
		}
	}
	return true
}

func digest(path string) (int64, string, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, file)
	return n, hex.EncodeToString(sum.Sum(nil)), err
}
