package verify

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"intikhab/platform/ledger"
)

// bundleKinds says how the entries of each kind count within a bundle.
type bundleKinds struct {
	index uint64
	runs  []run
}

// A run is entries of one kind whose numbers count up by one, with those of other
// kinds perhaps between them.
type run struct {
	kind        string
	first, last uint64
	at          uint64 // index of the first
}

// damage tells what is wrong with a file, from a reading that failed.
func damage(err error) (what string, ok bool) {
	var d *ledger.DamageError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is not there", true
	case errors.As(err, &d):
		return d.What, true
	}
	return "", false
}

// readBundles computes the leaf hashes of all entries and compares them with the
// tiles of level 0.
func (t *tree) readBundles(ctx context.Context, edgeTile []ledger.Hash) error {
	full := ledger.Full(t.size, 0)
	n := full
	if ledger.EdgeWidth(t.size, 0) > 0 {
		n++
	}
	var checked uint64
	return t.parallel(ctx, n, func(index uint64) error {
		width := ledger.TileWidth
		if index == full {
			width = ledger.EdgeWidth(t.size, 0)
		}
		b := &bundle{index: index, width: width}
		if err := b.read(ctx, t, edgeTile); err != nil {
			return err
		}
		odd := b.compare(t)
		t.mu.Lock()
		defer t.mu.Unlock()
		switch {
		case !odd && len(b.findings) == 0:
		case len(t.odd) < maxOdd:
			t.odd = append(t.odd, b)
		default:
			t.report.More++
		}
		t.kinds = append(t.kinds, bundleKinds{index, b.runs})
		for _, m := range t.marks {
			if at := int(m - min(m, index*ledger.TileWidth)); at > 0 && at < ledger.TileWidth && m/ledger.TileWidth == index && at <= len(b.made) {
				t.marked[m] = slices.Clone(b.made[:at])
			}
		}
		if checked += uint64(width); t.done != nil {
			t.done(checked, t.size)
		}
		return nil
	})
}

// A bundle is one bundle of entries and the tile of its hashes.
type bundle struct {
	index    uint64
	width    int
	made     []ledger.Hash // from the entries
	said     []ledger.Hash // by the tile; nil if it is not to be had
	runs     []run
	findings []Finding
	shift    bool
}

func (b *bundle) add(kind Kind, where, format string, args ...any) {
	b.findings = append(b.findings, Finding{kind, where, fmt.Sprintf(format, args...)})
}

func (b *bundle) path() string { return ledger.BundlePath(b.index, b.width) }
func (b *bundle) tile() string { return ledger.TilePath(0, b.index, b.width) }

// place names the i-th entry of the bundle.
func (b *bundle) place(i int) string {
	return "entry " + strconv.FormatUint(b.index*ledger.TileWidth+uint64(i), 10)
}

func (b *bundle) read(ctx context.Context, t *tree, edgeTile []ledger.Hash) (err error) {
	if b.said = edgeTile; b.width == ledger.TileWidth {
		if b.said, err = t.tile(ctx, 0, b.index, b.width); err != nil {
			return err
		}
	}
	entries, err := ledger.ReadBundle(ctx, t.files, b.index, b.width)
	if err != nil {
		what, ok := damage(err)
		if !ok {
			return err
		}
		b.add(Missing, b.path(), "%s", what)
	}
	b.made = make([]ledger.Hash, len(entries))
	for i, e := range entries {
		b.made[i] = ledger.LeafHash(e)
		b.count(i, e)
	}
	return nil
}

// count follows the numbers of the kinds.
func (b *bundle) count(i int, raw []byte) {
	e, err := ledger.ParseEntry(raw)
	if err != nil {
		b.add(Altered, b.place(i), "%v", err)
		return
	}
	for j := len(b.runs) - 1; j >= 0; j-- {
		if r := &b.runs[j]; r.kind == e.Kind {
			if e.Number == r.last+1 {
				r.last++
				return
			}
			break
		}
	}
	b.runs = append(b.runs, run{e.Kind, e.Number, e.Number, b.index*ledger.TileWidth + uint64(i)})
}

// maxOdd bounds how many bundles are kept to be judged: with all in a large log
// altered, their hashes would fill the memory.
const maxOdd = 1000

// compare takes the bundle's hashes over into the tree, and tells whether they
// disagree with the tile or the tile above. Of the last, partial bundle nothing is
// above.
func (b *bundle) compare(t *tree) (odd bool) {
	whole, same := len(b.made) == b.width, slices.Equal(b.made, b.said)
	if b.width < ledger.TileWidth {
		if whole {
			t.edge = b.made
		}
		return b.said != nil && !same || !whole
	}
	if whole {
		t.made[b.index], t.whole[b.index] = ledger.TreeRoot(slices.Clone(b.made)), true
	}
	right := whole && (!t.have[1][b.index] || t.made[b.index] == t.said[1][b.index])
	return !right || b.said != nil && !same
}

// blame names what is wrong with an odd bundle. Where all entries make the root
// that the checkpoint signs, it is the tile.
func (b *bundle) blame(t *tree, entriesRight bool) {
	differ := b.said != nil && !slices.Equal(b.made, b.said)
	switch {
	case len(b.made) == 0: // the file is not there, which has been said
	case entriesRight && differ:
		b.add(Tile, b.tile(), "is damaged at hash %d of %d; the entries are as the checkpoint signs them", firstDifference(b.made, b.said), b.width)
	case entriesRight: // then a tile above is damaged: see compareTiles
	case b.width < ledger.TileWidth || !t.have[1][b.index]:
		if differ {
			b.differ()
		}
	default:
		b.blameFull(t, differ)
	}
}

func (b *bundle) blameFull(t *tree, differ bool) {
	above, up := t.said[1][b.index], ledger.TilePath(1, b.index/ledger.TileWidth, ledger.TileWidth)
	madeRight := t.whole[b.index] && t.made[b.index] == above
	switch {
	case madeRight && differ:
		b.add(Tile, b.tile(), "is damaged at hash %d of %d; the entries make the hash that %s has for it", firstDifference(b.made, b.said), b.width, up)
	case madeRight:
	case b.said == nil:
		b.add(Altered, b.path(), "its entries do not make the hash that %s has for them", up)
	case !differ:
		b.add(Tile, b.tile(), "does not make the hash that %s has for it; its bundle agrees with it, so that either both were changed or that hash was", up)
	default:
		b.differ()
		if ledger.TreeRoot(slices.Clone(b.said)) != above {
			b.add(Tile, b.tile(), "does not make the hash that %s has for it either", up)
		}
	}
}

func firstDifference(a, b []ledger.Hash) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// differ names the entries that are not those of the tile: dropped, exchanged or
// altered.
func (b *bundle) differ() {
	first := firstDifference(b.made, b.said)
	switch {
	case len(b.made) == len(b.said) && sameSet(b.made, b.said):
		last := len(b.made) - 1
		for b.made[last] == b.said[last] {
			last--
		}
		b.add(Reordered, b.place(first), "entries from here to %d stand in another order than they were logged in", b.index*ledger.TileWidth+uint64(last))
	case b.movedUp(first):
		b.shift = first == 0
		b.add(Dropped, b.place(first), "is gone, and those behind it have moved up")
	case len(b.made) < len(b.said) && first == len(b.made):
		b.add(Dropped, b.place(first), "is gone: the bundle holds %d entries, and there were %d", len(b.made), b.width)
	case len(b.made) > first+1 && first < len(b.said) && slices.Equal(b.made[first+1:], b.said[first:len(b.said)-1]):
		b.add(Altered, b.place(first), "was put in, and those behind it have moved back")
	default:
		b.addAltered()
		if len(b.made) < len(b.said) {
			b.add(Dropped, b.place(len(b.made)), "and those up to the end of %s are gone", b.path())
		}
	}
}

// addAltered names each run of entries that differ from the tile.
func (b *bundle) addAltered() {
	for i := 0; i < len(b.made); i++ {
		end := i
		for end < len(b.made) && b.made[end] != b.said[end] {
			end++
		}
		switch end - i {
		case 0:
		case 1:
			b.add(Altered, b.place(i), "is not the one whose hash stands in %s", b.tile())
		default:
			b.add(Altered, b.place(i), "and those up to %d are not the ones whose hashes stand in %s", b.index*ledger.TileWidth+uint64(end-1), b.tile())
		}
		i = end
	}
}

// movedUp tells whether the entries from first on are those that followed.
func (b *bundle) movedUp(first int) bool {
	end := min(len(b.made), len(b.said)-1)
	return first < end && slices.Equal(b.made[first:end], b.said[first+1:end+1])
}

func sameSet(a, b []ledger.Hash) bool {
	count := map[ledger.Hash]int{}
	for _, h := range a {
		count[h]++
	}
	for _, h := range b {
		if count[h]--; count[h] < 0 {
			return false
		}
	}
	return true
}

// reportBundles adds the bundles' findings in order, and follows each kind's numbers
// through the log.
func (t *tree) reportBundles(entriesRight bool) {
	slices.SortFunc(t.odd, func(a, b *bundle) int { return compareIndex(a.index, b.index) })
	shifted := 0
	for i, b := range t.odd {
		b.blame(t, entriesRight)
		if b.shift && len(b.findings) == 1 && i > 0 && t.odd[i-1].index == b.index-1 {
			shifted++ // the entry that was dropped is of a bundle before
			continue
		}
		for _, f := range b.findings {
			t.report.add(f.Kind, f.Where, "%s", f.What)
		}
	}
	if shifted > 0 {
		t.report.add(Dropped, fmt.Sprintf("the entries of %d bundles behind it", shifted), "have moved up with it")
	}
}

// reportNumbers follows each kind's numbers through the log. Where the entries are
// shown to be others than those that were logged, their numbers say nothing more.
func (t *tree) reportNumbers(tell bool) {
	slices.SortFunc(t.kinds, func(a, b bundleKinds) int { return compareIndex(a.index, b.index) })
	last := map[string]uint64{}
	for _, b := range t.kinds {
		for _, r := range b.runs {
			if want := last[r.kind] + 1; tell && r.first != want {
				t.report.add(Number, "entry "+strconv.FormatUint(r.at, 10), "is number %d of kind %q, and number %d should follow: %s", r.first, r.kind, want, meaning(r.first, want))
			}
			last[r.kind] = r.last
			t.report.Kinds[r.kind] += r.last - r.first + 1
		}
	}
}

func meaning(is, want uint64) string {
	switch {
	case is == want+1:
		return fmt.Sprintf("number %d was never logged, or was dropped before the tree was made", want)
	case is > want:
		return fmt.Sprintf("numbers %d to %d were never logged, or were dropped before the tree was made", want, is-1)
	}
	return "it was logged twice, or out of order"
}

func compareIndex(a, b uint64) int {
	if a < b {
		return -1
	}
	return 1
}
