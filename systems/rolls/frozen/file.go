package frozen

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// A file of a frozen roll is: magic; for each block, in no order, its records; the table
// of blocks by code; the foot. It holds hashes and numbers, and nobody's data. A record is
// an entry's number (8 bytes, big endian), list (1), serial (4), household (4), the
// commitment to its particulars (32) and its leaf's hash (32); a row of the table is a
// block's code (4), its men, women and X (4 each), where its records begin (8), and its
// root (32); the foot is the number of blocks (8), where the table begins (8), the roll's
// root (32) and the magic again.
const (
	magic       = "intikhab frozen 1\n"
	recordBytes = 8 + 1 + 4 + 4 + 32 + 32
	rowBytes    = 4 + 3*4 + 8 + 32
	footBytes   = 8 + 8 + 32 + len(magic)
)

type record struct {
	id                rolls.VoterID
	list              rolls.List
	serial, household uint32
	particulars, leaf Hash
}

func (r *record) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(r.id))
	b = append(b, byte(r.list))
	b = binary.BigEndian.AppendUint32(b, r.serial)
	b = binary.BigEndian.AppendUint32(b, r.household)
	return append(append(b, r.particulars[:]...), r.leaf[:]...)
}

func parseRecord(b []byte) (r record) {
	r.id, r.list = rolls.VoterID(binary.BigEndian.Uint64(b)), rolls.List(b[8])
	r.serial, r.household = binary.BigEndian.Uint32(b[9:]), binary.BigEndian.Uint32(b[13:])
	copy(r.particulars[:], b[17:])
	copy(r.leaf[:], b[49:])
	return r
}

type tableRow struct {
	BlockLeaf
	at int64
}

func (r *tableRow) voters() int { return int(r.Voters[0]) + int(r.Voters[1]) + int(r.Voters[2]) }

// A writer writes a frozen roll. Its add may be called at the same time.
type writer struct {
	path string
	file *os.File
	mu   sync.Mutex
	out  *bufio.Writer
	at   int64
	rows []tableRow
}

// create begins a file beside path.
func create(path string) (*writer, error) {
	f, err := os.OpenFile(path+".partial", os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	w := &writer{path: path, file: f, out: bufio.NewWriterSize(f, 1<<20), at: int64(len(magic))}
	_, err = w.out.WriteString(magic)
	return w, err
}

// add writes a block's records.
func (w *writer) add(b BlockLeaf, records []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows = append(w.rows, tableRow{b, w.at})
	w.at += int64(len(records))
	_, err := w.out.Write(records)
	return err
}

// finish writes the table and gives the roll's root. After it returns without error the
// file is whole on the disk under its name.
func (w *writer) finish() (root Hash, err error) {
	slices.SortFunc(w.rows, func(a, b tableRow) int { return cmp.Compare(a.Block, b.Block) })
	root = rootOf(w.rows)
	var b []byte
	for i := range w.rows {
		b = w.rows[i].append(b)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(len(w.rows)))
	b = binary.BigEndian.AppendUint64(b, uint64(w.at))
	b = append(append(b, root[:]...), magic...)
	if _, err = w.out.Write(b); err == nil {
		err = w.out.Flush()
	}
	if err == nil {
		err = w.file.Sync()
	}
	if closeErr := w.file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(w.path+".partial", w.path)
	}
	if err == nil {
		err = syncFolder(filepath.Dir(w.path))
	}
	return root, err
}

// abandon leaves nothing behind; after finish it does nothing.
func (w *writer) abandon() {
	w.file.Close()
	os.Remove(w.path + ".partial")
}

func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func rootOf(rows []tableRow) Hash { return treeRoot(blockHashes(rows)) }

func blockHashes(rows []tableRow) []Hash {
	hashes := make([]Hash, len(rows))
	for i := range rows {
		hashes[i], _ = leafHash(rows[i].Content(nil), nil)
	}
	return hashes
}

func (r *tableRow) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(r.Block))
	for _, n := range r.Voters {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(r.at))
	return append(b, r.Root[:]...)
}

var errFile = errors.New("it is no frozen roll, or a damaged one: take a fresh copy")

// A file is an open frozen roll.
type file struct {
	f    *os.File
	rows []tableRow
	root Hash
}

// open opens a frozen roll and checks its table against its root.
func open(path string) (*file, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	r, err := read(f)
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

func read(f *os.File) (*file, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	size := info.Size()
	if size < int64(len(magic)+footBytes) {
		return nil, errFile
	}
	foot := make([]byte, footBytes)
	if _, err := f.ReadAt(foot, size-int64(footBytes)); err != nil {
		return nil, err
	}
	blocks, at := binary.BigEndian.Uint64(foot), int64(binary.BigEndian.Uint64(foot[8:]))
	if string(foot[48:]) != magic || at < int64(len(magic)) || at > size || blocks > uint64(size)/rowBytes ||
		at+int64(blocks)*rowBytes+int64(footBytes) != size {
		return nil, errFile
	}
	table, err := io.ReadAll(io.NewSectionReader(f, at, int64(blocks)*rowBytes))
	if err != nil {
		return nil, err
	}
	r := &file{f: f, root: Hash(foot[16:48])}
	for ; len(table) > 0; table = table[rowBytes:] {
		row := tableRow{BlockLeaf: BlockLeaf{Block: geography.BlockCode(binary.BigEndian.Uint32(table))}, at: int64(binary.BigEndian.Uint64(table[16:]))}
		for i := range row.Voters {
			row.Voters[i] = binary.BigEndian.Uint32(table[4+4*i:])
		}
		row.Root = Hash(table[24:56])
		if row.at < int64(len(magic)) || row.at > at || int64(row.voters())*recordBytes > at-row.at {
			return nil, errFile
		}
		r.rows = append(r.rows, row)
	}
	if rootOf(r.rows) != r.root {
		return nil, fmt.Errorf("its table does not lead to its root: %w", errFile)
	}
	return r, nil
}

// records reads those of a block.
func (r *file) records(row tableRow) ([]record, error) {
	b := make([]byte, row.voters()*recordBytes)
	if _, err := r.f.ReadAt(b, row.at); err != nil {
		return nil, err
	}
	all := make([]record, row.voters())
	hashes := make([]Hash, len(all))
	for i := range all {
		all[i] = parseRecord(b[i*recordBytes:])
		hashes[i] = all[i].leaf
	}
	if treeRoot(hashes) != row.Root {
		return nil, fmt.Errorf("block %v does not lead to its root: %w", row.Block, errFile)
	}
	return all, nil
}

// find gives a block's place in the table, or -1.
func (r *file) find(block geography.BlockCode) int {
	i, ok := slices.BinarySearchFunc(r.rows, block, func(row tableRow, code geography.BlockCode) int { return cmp.Compare(row.Block, code) })
	if !ok {
		return -1
	}
	return i
}

func (r *file) close() error { return r.f.Close() }
