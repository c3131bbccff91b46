package ledger

import (
	"context"
	"crypto/sha256"
	"fmt"
)

// A Hash is a node of the tree (RFC 6962, 2.1).
type Hash [sha256.Size]byte

// The width of a full tile and of a full bundle, and the height of the subtree that
// a tile stands for (C2SP tlog-tiles).
const (
	TileWidth  = 256
	tileHeight = 8
	// MaxLevel is the highest level that a tree of 2^63 entries has.
	MaxLevel = 7
)

// LeafHash is the hash of an entry.
func LeafHash(entry []byte) Hash {
	var room [512]byte
	b := append(append(room[:0], 0), entry...)
	return sha256.Sum256(b)
}

func nodeHash(left, right Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// TreeRoot is the root over hashes that stand side by side, which it overwrites:
// all of one size, but that the last may stand for a smaller tree.
func TreeRoot(hashes []Hash) Hash {
	n := len(hashes)
	if n == 0 {
		return sha256.Sum256(nil)
	}
	for n > 1 {
		for i := 0; i+1 < n; i += 2 {
			hashes[i/2] = nodeHash(hashes[i], hashes[i+1])
		}
		if n%2 == 1 {
			hashes[n/2] = hashes[n-1]
		}
		n = (n + 1) / 2
	}
	return hashes[0]
}

// EdgeWidth is how many hashes the partial tile at the right end of a level has in
// a tree of this size; 0 if there is none.
func EdgeWidth(size uint64, level int) int {
	return int(size >> (tileHeight * level) % TileWidth)
}

// Full is how many full tiles a level has in a tree of this size.
func Full(size uint64, level int) uint64 {
	return size >> (tileHeight * (level + 1))
}

// Root computes the root of a tree of size entries from the tiles at the right end
// of each of its levels. They are there if a checkpoint of that size was published.
func Root(ctx context.Context, files Files, size uint64) (Hash, error) {
	var edge [][]Hash
	for level := 0; level <= MaxLevel; level++ {
		width := EdgeWidth(size, level)
		if width == 0 {
			edge = append(edge, nil)
			continue
		}
		hashes, err := ReadTile(ctx, files, level, Full(size, level), width)
		if err != nil {
			return Hash{}, fmt.Errorf("root of %d entries: %w", size, err)
		}
		edge = append(edge, hashes)
	}
	return EdgeRoot(edge), nil
}

// EdgeRoot is the root of a tree whose partial tiles these are, from level 0 up. It
// overwrites them.
func EdgeRoot(edge [][]Hash) Hash {
	var right []Hash // the root of what stands below and to the right, if anything does
	for _, hashes := range edge {
		if all := append(hashes, right...); len(all) > 0 {
			right = []Hash{TreeRoot(all)}
		}
	}
	if right == nil {
		return TreeRoot(nil)
	}
	return right[0]
}
