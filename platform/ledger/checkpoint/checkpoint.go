// Package checkpoint is what a public log says of itself, signed: its origin, how
// many entries it has, and the one hash that stands for all of them. It holds the
// keys that sign, the policy of who must cosign, and the short form that is read
// out on the telephone.
//
// The texts are those of C2SP: tlog-checkpoint and signed-note for the statement,
// tlog-cosignature for those of witnesses, tlog-policy for the quorum; the hash is
// that of RFC 6962. TestNotesAreForeign opens ours with other people's code, and
// TestEverySlipIsHeard shows that a misheard letter of the short form is found.
package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// A Checkpoint is the state of a log at one size.
type Checkpoint struct {
	Origin string            // name of the log, as "ledger.ecp.gov.pk/audit"
	Size   uint64            // how many entries it has
	Root   [sha256.Size]byte // the Merkle tree hash of these entries (RFC 6962, 2.1)
}

// Body is the text that is signed.
func (c Checkpoint) Body() string {
	return c.Origin + "\n" + strconv.FormatUint(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// Parse reads a checkpoint from a signed note or from its text alone. It checks no
// signature: see [Open]. Extension lines are refused, because nobody audits them.
func Parse(raw []byte) (Checkpoint, error) {
	body := raw
	// As signed-note has it, the signatures follow the last empty line.
	if i := bytes.LastIndex(raw, []byte("\n\n")); i >= 0 {
		body = raw[:i+1]
	}
	text, ended := strings.CutSuffix(string(body), "\n")
	lines := strings.Split(text, "\n")
	if !ended {
		return Checkpoint{}, errors.New("checkpoint: its last line does not end")
	}
	if len(lines) != 3 {
		return Checkpoint{}, fmt.Errorf("checkpoint: %d lines of text, there must be three: origin, size, root", len(lines))
	}
	c := Checkpoint{Origin: lines[0]}
	if c.Origin == "" {
		return Checkpoint{}, errors.New("checkpoint: the line of the origin is empty")
	}
	var err error
	if c.Size, err = ParseSize(lines[1]); err != nil {
		return Checkpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != len(c.Root) {
		return Checkpoint{}, errors.New("checkpoint: the line of the root is not a hash of 32 bytes in base64")
	}
	c.Root = [sha256.Size]byte(root)
	return c, nil
}

// ParseSize reads a number of entries as C2SP writes it: decimal, no leading zero.
func ParseSize(s string) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != s {
		return 0, errors.New("not a size: it must be a decimal number without leading zeros")
	}
	return n, nil
}

// ErrUnsigned says that none of the keys in question signed a checkpoint.
var ErrUnsigned = errors.New("not signed by the log's key")

// Open parses a signed note and checks that one of the keys signed it, whose name
// must be the note's origin. The error wraps [ErrUnsigned] if none did.
func Open(raw []byte, keys ...note.Verifier) (Checkpoint, error) {
	c, err := Parse(raw)
	if err != nil {
		return c, err
	}
	keys = slices.DeleteFunc(slices.Clone(keys), func(v note.Verifier) bool { return v.Name() != c.Origin })
	if len(keys) == 0 {
		return c, fmt.Errorf("%w: it is of %q, and no key that was given is of that name", ErrUnsigned, c.Origin)
	}
	n, err := note.Open(raw, note.VerifierList(keys...))
	if err != nil {
		if !signatureError(err) {
			return c, fmt.Errorf("checkpoint: %w", err)
		}
		return c, fmt.Errorf("%w of %q", ErrUnsigned, c.Origin)
	}
	return Parse([]byte(n.Text)) // what was verified, and nothing else
}

// signatureError tells a signature that is missing or wrong from a note that is
// none.
func signatureError(err error) bool {
	var unverified *note.UnverifiedNoteError
	var invalid *note.InvalidSignatureError
	return errors.As(err, &unverified) || errors.As(err, &invalid)
}
