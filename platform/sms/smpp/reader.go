package smpp

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// DefaultMaxPDU is the longest PDU that a Reader takes unless told otherwise: a
// message_payload of 64 KiB with everything around it, twice.
const DefaultMaxPDU = 128 << 10

// skipLimit is the longest announced PDU that a Reader reads past and throws
// away. What announces more is garbage (text read as a length is over 500 MB).
const skipLimit = 1 << 20

// firstBuffer is what a Reader allocates at first: some 500 questions.
const firstBuffer = 64 << 10

// ErrLost is in the error (errors.Is) after which a Reader cannot say where the
// next PDU begins. The connection is then of no more use.
var ErrLost = errors.New("the beginning of the next PDU is lost: close the connection")

// A LengthError is a command_length that cannot be. The PDU should be answered
// with generic_nack and Status; unless the error is also ErrLost, the Reader can
// be read on.
type LengthError struct {
	Header Header
	Max    int
	lost   bool
}

func (e *LengthError) Error() string {
	var s string
	if e.Header.Length < HeaderSize {
		s = fmt.Sprintf("smpp: command_length of %d is shorter than the header's 16 octets", e.Header.Length)
	} else {
		s = fmt.Sprintf("smpp: command_length of %d is over the limit of %d octets", e.Header.Length, e.Max)
	}
	if e.lost {
		s += ": " + ErrLost.Error()
	}
	return s
}

// Status is what to answer the sender with.
func (e *LengthError) Status() Status { return StatusInvCmdLen }

// Is makes a LengthError ErrLost when it is.
func (e *LengthError) Is(target error) bool { return e.lost && target == ErrLost }

// A Reader cuts a stream into PDUs. It has one buffer, which it grows up to the
// longest PDU allowed and never beyond.
type Reader struct {
	r       io.Reader
	buf     []byte
	lo, hi  int // buf[lo:hi] is read and not yet given out
	max     int
	skip    int  // octets of a too long PDU still to be thrown away
	suspect bool // a wrong length came before: the next header must be of a known command
	err     error
}

// NewReader reads PDUs of at most max octets from r; max 0 means DefaultMaxPDU.
func NewReader(r io.Reader, max int) *Reader {
	if max <= 0 {
		max = DefaultMaxPDU
	}
	if max < HeaderSize {
		max = HeaderSize
	}
	return &Reader{r: r, max: max, buf: make([]byte, min(max, firstBuffer))}
}

// Next returns the next PDU's header and body; the body is valid until the next
// call. The stream's end between two PDUs is io.EOF, within one
// io.ErrUnexpectedEOF. After a *LengthError that is not ErrLost the caller may
// go on; every other error comes again at each call, except for a time-out of
// the connection, after which Next takes up where it was.
func (r *Reader) Next() (Header, []byte, error) {
	if r.err != nil {
		return Header{}, nil, r.err
	}
	for r.skip > 0 {
		n := min(r.skip, r.hi-r.lo)
		r.lo += n
		r.skip -= n
		if r.skip > 0 {
			if err := r.fill(1); err != nil {
				return Header{}, nil, err
			}
		}
	}
	if err := r.fill(HeaderSize); err != nil {
		return Header{}, nil, err
	}
	h, _ := ParseHeader(r.buf[r.lo:r.hi])
	if err := r.judge(h); err != nil {
		return h, nil, err
	}
	if err := r.fill(int(h.Length)); err != nil {
		return Header{}, nil, err
	}
	end := r.lo + int(h.Length)
	body := r.buf[r.lo+HeaderSize : end : end]
	r.lo = end
	return h, body, nil
}

// judge refuses an impossible length, and decides whether reading can go on.
//
// Too short: the header itself is taken to be all of the PDU. Too long, but
// credible: the announced octets are thrown away. In both cases the next header
// must name a known command and have a possible length, or all is lost.
func (r *Reader) judge(h Header) error {
	wrong := h.Length < HeaderSize || h.Length > uint32(r.max)
	if !wrong && !r.suspect {
		return nil
	}
	if !wrong {
		if h.Command.Known() {
			r.suspect = false
			return nil
		}
		r.err = fmt.Errorf("smpp: %v after a PDU of wrong length: %w", h.Command, ErrLost)
		return r.err
	}
	e := &LengthError{Header: h, Max: r.max}
	if r.suspect || !h.Command.Known() || h.Length > skipLimit {
		e.lost = true
		r.err = e
		return e
	}
	r.suspect = true
	r.lo += HeaderSize
	if h.Length > HeaderSize {
		r.skip = int(h.Length) - HeaderSize
	}
	return e
}

// Buffered reports whether Next will return without reading from the stream:
// a whole PDU, or one that it will refuse, is in memory. A session writes out
// its answers when this is false.
func (r *Reader) Buffered() bool {
	if r.err != nil {
		return true
	}
	have := r.hi - r.lo - r.skip
	if have < HeaderSize {
		return false
	}
	n := binary.BigEndian.Uint32(r.buf[r.lo+r.skip:])
	return n < HeaderSize || n > uint32(r.max) || int(n) <= have
}

// fill reads until n octets are in the buffer.
func (r *Reader) fill(n int) error {
	if r.hi-r.lo >= n {
		return nil
	}
	if r.lo == r.hi {
		r.lo, r.hi = 0, 0
	}
	if r.lo+n > len(r.buf) {
		if n > len(r.buf) { // n is at most max: judge has seen to it
			grown := make([]byte, min(r.max, max(n, 2*len(r.buf))))
			r.hi = copy(grown, r.buf[r.lo:r.hi])
			r.buf = grown
		} else {
			r.hi = copy(r.buf, r.buf[r.lo:r.hi])
		}
		r.lo = 0
	}
	for idle := 0; r.hi-r.lo < n; {
		m, err := r.r.Read(r.buf[r.hi:])
		r.hi += m
		if r.hi-r.lo >= n {
			return nil // an error, if there is one, comes again at the next read
		}
		if err != nil {
			return r.failed(err)
		}
		if m > 0 {
			idle = 0
		} else if idle++; idle == 100 {
			return r.failed(io.ErrNoProgress)
		}
	}
	return nil
}

func (r *Reader) failed(err error) error {
	if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
		return err
	}
	if err == io.EOF && (r.hi > r.lo || r.skip > 0) {
		err = io.ErrUnexpectedEOF
	}
	r.err = err
	return err
}
