package freeze

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"intikhab/systems/voterinfo/rollindex/format"
)

// file is the index while it is being written: under another name, which
// becomes the final one in one step when everything is on the disk.
type file struct {
	f        *os.File
	out      *bufio.Writer
	final    string
	at       uint64
	digest   *format.Digest
	sections []format.Section

	committed bool // it has its final name
}

// create begins an index. Another freeze of the same file is refused; what an
// interrupted one has left is overwritten.
func create(final string) (*file, error) {
	f, err := lock(filepath.Join(filepath.Dir(final), "."+filepath.Base(final)+".partial"), final)
	if err != nil {
		return nil, err
	}
	err = f.Truncate(0)
	if err == nil {
		err = f.Chmod(0o600) // a file that was left may have another mode
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &file{f: f, out: bufio.NewWriterSize(f, 1<<20), final: final}, nil
}

// lock opens the partial file for this freeze alone.
func lock(partial, final string) (*os.File, error) {
	for {
		f, err := os.OpenFile(partial, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			f.Close()
			return nil, fmt.Errorf("another freeze is writing %s: wait for it or end it", final)
		}
		// Between opening and locking, the freeze that held the lock may have
		// given this very file its final name: then it is a finished index, and
		// truncating it would destroy it.
		locked, err := f.Stat()
		if err == nil {
			if there, err := os.Stat(partial); err == nil && os.SameFile(locked, there) {
				return f, nil
			}
		}
		f.Close()
		if err != nil {
			return nil, err
		}
	}
}

// skip leaves room for the header.
func (f *file) skip(n int) error {
	f.at += uint64(n)
	_, err := f.out.Write(make([]byte, n))
	return err
}

// begin starts a section; Write fills it.
func (f *file) begin(name string) error {
	if pad := int(-f.at % format.Align); pad > 0 {
		if err := f.skip(pad); err != nil {
			return err
		}
	}
	f.sections = append(f.sections, format.Section{Name: name, Offset: f.at})
	f.digest = format.NewDigest()
	return nil
}

func (f *file) Write(b []byte) (int, error) {
	f.digest.Write(b)
	f.at += uint64(len(b))
	return f.out.Write(b)
}

// end closes the section that begin opened.
func (f *file) end() {
	s := &f.sections[len(f.sections)-1]
	s.Length = f.at - s.Offset
	s.Digest = f.digest.Sum()
}

// section writes a whole section.
func (f *file) section(name string, b []byte) error {
	if err := f.begin(name); err != nil {
		return err
	}
	if _, err := f.Write(b); err != nil {
		return err
	}
	f.end()
	return nil
}

// commit writes the header and gives the file its name. After it returns, the
// index is on the disk under its final name; before, an earlier index is there
// untouched.
func (f *file) commit(header []byte) error {
	err := f.out.Flush()
	if err == nil {
		_, err = f.f.WriteAt(header, 0)
	}
	if err == nil {
		err = f.f.Sync()
	}
	if err == nil {
		err = os.Rename(f.f.Name(), f.final)
	}
	if err != nil {
		return err
	}
	f.committed = true
	return syncDir(filepath.Dir(f.final))
}

func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// close lets go of the file; one that was not committed is removed. After a
// commit the partial name is another freeze's, if it is there at all.
func (f *file) close() {
	if !f.committed {
		os.Remove(f.f.Name()) // what stays is overwritten by the next freeze
	}
	f.f.Close()
}
