package ledger

import (
	"context"
	"errors"
	"fmt"

	"github.com/transparency-dev/formats/proof"
	merkle "github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"github.com/transparency-dev/tessera/client"

	"intikhab/platform/ledger/checkpoint"
)

// ErrRange says that a proof was asked for that no log can give: about an entry
// beyond the size, or of a size beyond the checkpoint.
var ErrRange = errors.New("not in the log")

// An Inclusion proves that an entry stands at its index in the tree of a size
// (RFC 6962, 2.1.1).
type Inclusion struct {
	Index    uint64   `json:"index"`
	Size     uint64   `json:"size"`
	Entry    string   `json:"entry"`
	LeafHash []byte   `json:"leaf_hash"`
	Proof    [][]byte `json:"proof"` // from the leaf's sibling up
	Root     []byte   `json:"root"`  // that follows from it
}

// A Consistency proves that the tree of one size begins with that of another
// (RFC 6962, 2.1.2).
type Consistency struct {
	From  uint64   `json:"from"`
	To    uint64   `json:"to"`
	Proof [][]byte `json:"proof"`
}

// tiles reads tiles for tessera's builder of proofs. It reads each in the width that
// it has in the published tree: that of a smaller tree may never have been written,
// and the wider begins with it.
func tiles(files Files, published uint64) client.TileFetcherFunc {
	return func(ctx context.Context, level, index uint64, _ uint8) ([]byte, error) {
		data, _, err := partial(ctx, files, widthIn(published, int(level), index), maxTile, func(w int) string { return TilePath(int(level), index, w) })
		return data, err
	}
}

// widthIn is the width that a tile has in a tree of this size, which has it.
func widthIn(size uint64, level int, index uint64) int {
	if index < Full(size, level) {
		return TileWidth
	}
	return EdgeWidth(size, level)
}

// widthOf is the width that C2SP writes as 0 where the tile is full.
func widthOf(w uint8) int {
	if w == 0 {
		return TileWidth
	}
	return int(w)
}

// ProveInclusion proves from the files of a log, whose checkpoint has published
// entries, that the entry at an index is in the tree of size entries.
func ProveInclusion(ctx context.Context, files Files, published, index, size uint64) (Inclusion, error) {
	if index >= size || size > published {
		return Inclusion{}, fmt.Errorf("entry %d of a tree of %d, published are %d: %w", index, size, published, ErrRange)
	}
	bundle := index / TileWidth
	entries, err := ReadBundle(ctx, files, bundle, widthIn(published, 0, bundle))
	if err != nil {
		return Inclusion{}, err
	}
	if index%TileWidth >= uint64(len(entries)) {
		return Inclusion{}, fmt.Errorf("%s holds only %d entries", BundlePath(bundle, TileWidth), len(entries))
	}
	builder, err := client.NewProofBuilder(ctx, size, tiles(files, published))
	if err != nil {
		return Inclusion{}, err
	}
	hashes, err := builder.InclusionProof(ctx, index)
	if err != nil {
		return Inclusion{}, err
	}
	entry := entries[index%TileWidth]
	leaf := LeafHash(entry)
	root, err := merkle.RootFromInclusionProof(rfc6962.DefaultHasher, index, size, leaf[:], hashes)
	if err != nil {
		return Inclusion{}, err
	}
	return Inclusion{Index: index, Size: size, Entry: string(entry), LeafHash: leaf[:], Proof: notNil(hashes), Root: root}, nil
}

// ProveConsistency proves from the files of a log, whose checkpoint has published
// entries, that the tree of to entries begins with that of from.
func ProveConsistency(ctx context.Context, files Files, published, from, to uint64) (Consistency, error) {
	if from > to || to > published {
		return Consistency{}, fmt.Errorf("from %d to %d, published are %d: %w", from, to, published, ErrRange)
	}
	c := Consistency{From: from, To: to, Proof: [][]byte{}}
	if from == 0 || from == to {
		return c, nil // nothing needs proving
	}
	builder, err := client.NewProofBuilder(ctx, to, tiles(files, published))
	if err != nil {
		return c, err
	}
	hashes, err := builder.ConsistencyProof(ctx, from, to)
	c.Proof = notNil(hashes)
	return c, err
}

func notNil(hashes [][]byte) [][]byte {
	if hashes == nil {
		return [][]byte{}
	}
	return hashes
}

// Text puts a proof and the checkpoint that it ends in into one text that can be
// checked without the log (C2SP tlog-proof).
func (i Inclusion) Text(raw []byte) ([]byte, error) {
	c, err := checkpoint.Parse(raw)
	if err != nil {
		return nil, err
	}
	if c.Size != i.Size || c.Root != [32]byte(i.Root) {
		return nil, fmt.Errorf("the proof leads to another tree than the checkpoint of %d entries signs; intikhab ledger verify names the damage", c.Size)
	}
	p := proof.TLogProof{Index: i.Index, Checkpoint: raw}
	for _, h := range i.Proof {
		p.Hashes = append(p.Hashes, [32]byte(h))
	}
	return p.Marshal(), nil
}
