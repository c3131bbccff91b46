package witness

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"strings"

	"intikhab/platform/ledger/checkpoint"
)

// A Request is the body of add-checkpoint (C2SP tlog-witness):
//
//	old 20852014
//	PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
//	…
//
//	(the checkpoint as a signed note)
type Request struct {
	Old        uint64   // size that the proof begins at
	Proof      [][]byte // hashes of 32 bytes
	Raw        []byte   // the checkpoint as it was sent
	Checkpoint checkpoint.Checkpoint
}

// MaxRequest is the most bytes of a request. Its proof has at most 63 lines.
const (
	MaxRequest = 64 << 10
	maxProof   = 63
)

// ParseRequest reads a request. The error wraps [ErrBadRequest]. It checks no
// signature and no proof.
func ParseRequest(body []byte) (Request, error) {
	head, raw, found := bytes.Cut(body, []byte("\n\n"))
	if !found {
		return Request{}, fmt.Errorf("%w: an empty line stands between the proof and the checkpoint", ErrBadRequest)
	}
	lines := strings.Split(string(head), "\n")
	size, isOld := strings.CutPrefix(lines[0], "old ")
	old, err := checkpoint.ParseSize(size)
	if !isOld || err != nil {
		return Request{}, fmt.Errorf("%w: the first line is the word old and the size that the proof begins at", ErrBadRequest)
	}
	r := Request{Old: old, Raw: raw}
	if len(lines)-1 > maxProof {
		return Request{}, fmt.Errorf("%w: a proof has at most %d lines", ErrBadRequest, maxProof)
	}
	for i, line := range lines[1:] {
		hash, err := base64.StdEncoding.Strict().DecodeString(line)
		if err != nil || len(hash) != 32 || strings.ContainsAny(line, "\r\n") {
			return Request{}, fmt.Errorf("%w: line %d of the proof is not a hash of 32 bytes in base64", ErrBadRequest, i+1)
		}
		r.Proof = append(r.Proof, hash)
	}
	if r.Checkpoint, err = checkpoint.Parse(raw); err != nil {
		return Request{}, fmt.Errorf("%w: %w", ErrBadRequest, err)
	}
	return r, nil
}

// Bytes is the request as it is sent.
func (r Request) Bytes() []byte {
	b := fmt.Appendf(nil, "old %d\n", r.Old)
	for _, h := range r.Proof {
		b = append(base64.StdEncoding.AppendEncode(b, h), '\n')
	}
	return append(append(b, '\n'), r.Raw...)
}
