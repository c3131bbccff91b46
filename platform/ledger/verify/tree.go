package verify

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"intikhab/platform/ledger"
)

// A tree is the log as its files have it: once as the entries make it, once as the
// tiles say.
type tree struct {
	files   ledger.Files
	report  *Report
	size    uint64
	marks   []uint64 // sizes of earlier checkpoints
	workers int
	done    func(done, size uint64)

	said   [][]ledger.Hash          // hashes of the tiles of level 1 and above, all of a level side by side
	have   [][]bool                 // which of them could be read
	made   []ledger.Hash            // roots of the full bundles, computed from the entries
	whole  []bool                   // which of them could be computed
	edge   []ledger.Hash            // leaf hashes of the partial bundle, computed
	marked map[uint64][]ledger.Hash // leaf hashes before a mark within its bundle

	mu    sync.Mutex // guards the report and what follows, while bundles are read
	odd   []*bundle  // that disagree with their tile, or the tile with the one above
	kinds []bundleKinds
	// suspicions are upper tiles that disagree with each other: named if the entries
	// do not show which of them is wrong.
	suspicions []Finding
}

// maxSize bounds the memory that a checkpoint, which may be anybody's, asks for.
const maxSize = 1 << 32

// check fills the report.
func (t *tree) check(ctx context.Context, root ledger.Hash) error {
	if t.size > maxSize {
		return fmt.Errorf("the checkpoint speaks of %d entries; this program keeps a hash for each 256 in memory and takes at most %d", t.size, uint64(maxSize))
	}
	full := ledger.Full(t.size, 0)
	t.made, t.whole = make([]ledger.Hash, full), make([]bool, full)
	t.marked = map[uint64][]ledger.Hash{}
	if err := t.readUpper(ctx); err != nil {
		return err
	}
	saidRoot, edgeTile, err := t.suspect(ctx)
	if err != nil {
		return err
	}
	if err := t.readBundles(ctx, edgeTile); err != nil {
		return err
	}
	t.judge(root, saidRoot)
	return nil
}

// judge says who is wrong where entries, tiles and checkpoint do not agree.
func (t *tree) judge(root, saidRoot ledger.Hash) {
	r, made := t.report, t.rootAt(t.size)
	if made != nil {
		r.Root = fmt.Sprintf("%x", made[:])
	}
	entriesRight := made != nil && *made == root
	t.reportBundles(entriesRight)
	t.reportNumbers(made != nil && (*made == root || *made == saidRoot))
	if entriesRight {
		t.compareTiles()
		return
	}
	for _, f := range t.suspicions {
		r.add(f.Kind, f.Where, "%s", f.What)
	}
	switch {
	case made == nil && saidRoot == root:
		r.add(Root, "the entries", "are not all to be had; the tiles agree with the checkpoint")
	case made == nil:
		r.add(Root, "the entries", "are not all to be had, and the tiles make the root %s where the checkpoint signs %s", short(saidRoot[:]), short(root[:]))
	case saidRoot == root:
		r.add(Root, "the entries", "make the root %s; the tiles and the checkpoint have %s: it is the entries that were changed", short(made[:]), short(root[:]))
	case saidRoot == *made:
		r.add(Root, "the checkpoint", "signs the root %s; entries and tiles agree on %s: after signing, entries were altered, dropped or exchanged and the tiles made anew, or the checkpoint is another log's", short(root[:]), short(made[:]))
	default:
		r.add(Root, "the checkpoint", "signs the root %s; the entries make %s, and the tiles neither", short(root[:]), short(made[:]))
	}
}

// compareTiles compares the tiles above level 0 with what the entries make, which
// the checkpoint signs.
func (t *tree) compareTiles() {
	made := t.made
	for level := 1; level <= ledger.MaxLevel && len(made) > 0; level++ {
		for i, h := range made {
			if index := uint64(i / ledger.TileWidth); t.have[level][i] && t.said[level][i] != h {
				width := min(len(made)-int(index)*ledger.TileWidth, ledger.TileWidth)
				t.report.add(Tile, ledger.TilePath(level, index, width), "is damaged at hash %d of %d; the entries are as the checkpoint signs them", i%ledger.TileWidth, width)
			}
		}
		made = fold(made)
	}
}

// fold makes the full tiles' hashes of a level, which stand in the level above.
func fold(level []ledger.Hash) []ledger.Hash {
	above := make([]ledger.Hash, len(level)/ledger.TileWidth)
	for i := range above {
		above[i] = ledger.TreeRoot(slices.Clone(level[i*ledger.TileWidth : (i+1)*ledger.TileWidth]))
	}
	return above
}

// readUpper reads the tiles of all levels above the leaves: a 256th of the hashes.
func (t *tree) readUpper(ctx context.Context) error {
	t.said, t.have = make([][]ledger.Hash, ledger.MaxLevel+1), make([][]bool, ledger.MaxLevel+1)
	for level := 1; level <= ledger.MaxLevel; level++ {
		hashes := t.size >> (8 * level)
		if hashes == 0 {
			break
		}
		t.said[level], t.have[level] = make([]ledger.Hash, hashes), make([]bool, hashes)
		err := t.parallel(ctx, (hashes+ledger.TileWidth-1)/ledger.TileWidth, func(index uint64) error {
			begin := index * ledger.TileWidth
			width := int(min(hashes-begin, ledger.TileWidth))
			tile, err := t.tile(ctx, level, index, width)
			copy(t.said[level][begin:], tile)
			for i := range tile {
				t.have[level][begin+uint64(i)] = true
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// tile reads a tile; one that is not there or is cut short is a finding, and then
// it is nil.
func (t *tree) tile(ctx context.Context, level int, index uint64, width int) ([]ledger.Hash, error) {
	tile, err := ledger.ReadTile(ctx, t.files, level, index, width)
	if err == nil {
		return tile, nil
	}
	if what, ok := damage(err); ok {
		t.mu.Lock()
		t.report.add(Missing, ledger.TilePath(level, index, width), "%s", what)
		t.mu.Unlock()
		return nil, nil
	}
	return nil, err
}

// suspect looks at the tiles alone. It returns the root that the right edge of the
// tree makes, and the partial tile of the leaves, which is part of it.
func (t *tree) suspect(ctx context.Context) (saidRoot ledger.Hash, edgeTile []ledger.Hash, err error) {
	if width := ledger.EdgeWidth(t.size, 0); width > 0 {
		if edgeTile, err = t.tile(ctx, 0, ledger.Full(t.size, 0), width); err != nil {
			return saidRoot, nil, err
		}
	}
	edge := [][]ledger.Hash{slices.Clone(edgeTile)}
	for level := 1; level <= ledger.MaxLevel; level++ {
		begin := ledger.Full(t.size, level) * ledger.TileWidth
		edge = append(edge, slices.Clone(t.said[level][min(begin, uint64(len(t.said[level]))):]))
	}
	for level := 1; level < ledger.MaxLevel; level++ {
		for i, h := range fold(t.said[level]) {
			if from := i * ledger.TileWidth; t.have[level][from] && t.have[level+1][i] && h != t.said[level+1][i] {
				t.suspicions = append(t.suspicions, Finding{Tile, ledger.TilePath(level, uint64(i), ledger.TileWidth),
					"does not make the hash that " + ledger.TilePath(level+1, uint64(i/ledger.TileWidth), ledger.TileWidth) + " has for it"})
			}
		}
	}
	return ledger.EdgeRoot(edge), edgeTile, nil
}

// parallel calls f for 0 to n-1, and returns the first error.
func (t *tree) parallel(ctx context.Context, n uint64, f func(uint64) error) error {
	var next atomic.Uint64
	var failed atomic.Pointer[error]
	var wg sync.WaitGroup
	for range min(uint64(t.workers), n) {
		wg.Go(func() {
			for failed.Load() == nil {
				i := next.Add(1) - 1
				if i >= n {
					return
				}
				err := ctx.Err()
				if err == nil {
					err = f(i)
				}
				if err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

// rootAt is the root of the first size entries, computed from them, or nil if not
// all of them could be read.
func (t *tree) rootAt(size uint64) *ledger.Hash {
	full := ledger.Full(size, 0)
	if size > t.size || full > uint64(len(t.made)) {
		return nil
	}
	for _, ok := range t.whole[:full] {
		if !ok {
			return nil
		}
	}
	edge := make([][]ledger.Hash, ledger.MaxLevel+1)
	if width := ledger.EdgeWidth(size, 0); width > 0 {
		leaves := t.marked[size]
		if size == t.size {
			leaves = t.edge
		}
		if len(leaves) < width {
			return nil
		}
		edge[0] = slices.Clone(leaves[:width])
	}
	level := t.made[:full]
	for l := 1; l <= ledger.MaxLevel && len(level) > 0; l++ {
		edge[l] = slices.Clone(level[len(level)/ledger.TileWidth*ledger.TileWidth:])
		level = fold(level)
	}
	root := ledger.EdgeRoot(edge)
	return &root
}
