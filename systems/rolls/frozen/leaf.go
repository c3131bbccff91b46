package frozen

import (
	"crypto/sha256"
	"encoding/binary"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// Hash is a hash of the tree.
type Hash [sha256.Size]byte

// Salts of an entry: the first goes into its leaf, the second into the commitment to its
// particulars.
const saltBytes = 16

// A Leaf is what an entry's leaf commits to.
type Leaf struct {
	Salt              [saltBytes]byte
	CNIC              cnic.Number
	Block             geography.BlockCode
	List              rolls.List
	Serial, Household uint32
	Particulars       Hash // SHA-256 of the second salt and the encoded particulars
}

// leafPrefix stands before what a leaf commits to.
const leafPrefix = "intikhab/voter v1\n"

// Content is what the leaf's hash is of: the prefix, the salt (16 bytes), the CNIC as a
// number (8, big endian), block (4), list (1: 0 men, 1 women, 2 X), serial (4), household
// (4), and the commitment to the particulars (32).
func (l *Leaf) Content(to []byte) []byte {
	to = append(to, leafPrefix...)
	to = append(to, l.Salt[:]...)
	to = binary.BigEndian.AppendUint64(to, l.CNIC.RevealUint64())
	to = binary.BigEndian.AppendUint32(to, uint32(l.Block))
	to = append(to, byte(l.List))
	to = binary.BigEndian.AppendUint32(to, l.Serial)
	to = binary.BigEndian.AppendUint32(to, l.Household)
	return append(to, l.Particulars[:]...)
}

// salter makes the salts of a roll's entries from its one secret.
type salter []byte

func (s salter) salts(id rolls.VoterID) (leaf, particulars [saltBytes]byte) {
	b := make([]byte, 0, 64)
	b = append(b, s...)
	b = binary.BigEndian.AppendUint64(b, uint64(id))
	sum := sha256.Sum256(b)
	return [saltBytes]byte(sum[:saltBytes]), [saltBytes]byte(sum[saltBytes:])
}

// leaf gives an entry's leaf. buffer is used for the work and given back.
func (s salter) leaf(e *rolls.Entry, buffer []byte) (Leaf, []byte) {
	salt, second := s.salts(e.ID)
	l := Leaf{Salt: salt, CNIC: e.CNIC, Block: e.Block, List: e.List, Serial: e.Serial, Household: e.Household}
	buffer = e.Encode(append(buffer[:0], second[:]...))
	l.Particulars = sha256.Sum256(buffer)
	return l, buffer
}

// A BlockLeaf is a block's leaf in the tree of the whole roll.
type BlockLeaf struct {
	Block  geography.BlockCode
	Voters [geography.Genders]uint32
	Root   Hash // of the tree over the block's entries, by list and serial
}

const blockPrefix = "intikhab/block v1\n"

// Content is what the block's leaf is of: the prefix, the block (4 bytes, big endian), the
// number of men, of women, of X (4 each), and the root of the block's tree (32).
func (b *BlockLeaf) Content(to []byte) []byte {
	to = append(to, blockPrefix...)
	to = binary.BigEndian.AppendUint32(to, uint32(b.Block))
	for _, n := range b.Voters {
		to = binary.BigEndian.AppendUint32(to, n)
	}
	return append(to, b.Root[:]...)
}

// The tree is that of RFC 6962, section 2.1: the hash of a leaf begins with a zero byte,
// that of a node with a one, and a tree of n leaves splits at the largest power of two
// below n.

func leafHash(content []byte, buffer []byte) (Hash, []byte) {
	buffer = append(append(buffer[:0], 0), content...)
	return sha256.Sum256(buffer), buffer
}

func nodeHash(left, right Hash) Hash {
	var b [1 + 2*sha256.Size]byte
	b[0] = 1
	copy(b[1:], left[:])
	copy(b[1+sha256.Size:], right[:])
	return sha256.Sum256(b[:])
}

// split is the largest power of two below n, for n above 1.
func split(n int) int {
	k := 1
	for k<<1 < n {
		k <<= 1
	}
	return k
}

// treeRoot is the root over leaves' hashes.
func treeRoot(leaves []Hash) Hash {
	switch len(leaves) {
	case 0:
		return sha256.Sum256(nil)
	case 1:
		return leaves[0]
	}
	k := split(len(leaves))
	return nodeHash(treeRoot(leaves[:k]), treeRoot(leaves[k:]))
}

// treePath is the way from leaf i to the root: the hashes beside it, from the leaf up.
func treePath(leaves []Hash, i int) []Hash {
	if len(leaves) < 2 {
		return nil
	}
	k := split(len(leaves))
	if i < k {
		return append(treePath(leaves[:k], i), treeRoot(leaves[k:]))
	}
	return append(treePath(leaves[k:], i-k), treeRoot(leaves[:k]))
}

// climb gives the root that a path leads to from leaf i of n; ok is false if the path has
// not the length that such a leaf's has.
func climb(leaf Hash, i, n int, path []Hash) (root Hash, ok bool) {
	if i < 0 || i >= n {
		return root, false
	}
	if n == 1 {
		return leaf, len(path) == 0
	}
	if len(path) == 0 {
		return root, false
	}
	k, last := split(n), path[len(path)-1]
	if i < k {
		root, ok = climb(leaf, i, k, path[:len(path)-1])
		return nodeHash(root, last), ok
	}
	root, ok = climb(leaf, i-k, n-k, path[:len(path)-1])
	return nodeHash(last, root), ok
}
