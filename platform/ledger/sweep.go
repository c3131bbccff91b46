package ledger

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
)

// Names of files that a killed run did not come to rename: that of the file and a
// random number.
var (
	unfinishedTile  = regexp.MustCompile(`^[0-9]{4,}$`)
	unfinishedState = regexp.MustCompile(`^(checkpoint|treeState|gcState|version)[0-9]+$`)
)

// sweepState removes temporary files of the checkpoint and of tessera's state.
func sweepState(dir string) error {
	return errors.Join(sweepDir(dir, unfinishedState.MatchString), sweepDir(filepath.Join(dir, privateFolder), unfinishedState.MatchString))
}

// sweep removes what a killed run wrote beyond the tree of this size, and its
// temporary files: else a web server would show tiles that come to nothing, and a
// cache would keep them. Nobody may be writing tiles.
func sweep(dir string, size uint64) error {
	kinds := []func(index uint64) string{func(index uint64) string { return BundlePath(index, 0) }}
	for level := range MaxLevel + 1 {
		kinds = append(kinds, func(index uint64) string { return TilePath(level, index, 0) })
	}
	for k, file := range kinds {
		level := max(k-1, 0)
		if _, err := os.Stat(filepath.Join(dir, path.Dir(file(0)))); errors.Is(err, fs.ErrNotExist) {
			continue // no tile of this level was ever written
		}
		edge := Full(size, level)
		for index := edge; index <= edge+mostBatch/TileWidth+1; index++ {
			name := filepath.Join(dir, filepath.FromSlash(file(index)))
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			width := 0 // of the partial file that belongs to the tree
			if index == edge {
				width = EdgeWidth(size, level)
			}
			if err := sweepPartial(name+".p", width); err != nil {
				return err
			}
			if index == edge || index%1000 == 0 {
				if err := sweepDir(filepath.Dir(name), unfinishedTile.MatchString); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sweepPartial removes the partial files of a tile that are wider than the tree has
// it.
func sweepPartial(dir string, width int) error {
	return sweepDir(dir, func(n string) bool {
		w, err := strconv.Atoi(n)
		return err == nil && w > width
	})
}

func sweepDir(dir string, dead func(name string) bool) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() && dead(e.Name()) {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}
