package smpp

import (
	"bytes"
	"fmt"
)

// An Error says which field of a PDU could not be read, where, and why. The
// field's content is never in it.
type Error struct {
	Field   string // the standard's name: "destination_addr"
	Offset  int    // octet of the PDU, its header counted, at which the field begins
	Problem string
	Status  Status // what to answer the sender with
}

func (e *Error) Error() string {
	return fmt.Sprintf("smpp: %s at octet %d of the PDU: %s (answer %s)", e.Field, e.Offset, e.Problem, e.Status)
}

// longestString bounds every C-octet string, its NUL counted. The standard sets
// smaller bounds field by field (6 for service_type, 21 for an address); real
// operators exceed them, none exceeds the largest that 3.4 has (65, message_id
// and the addresses of alert_notification).
const longestString = 65

// A cursor reads the body of a PDU from front to back. After the first error it
// reads only zeros, so that a decoder needs to look at err once, at its end.
type cursor struct {
	b   []byte
	off int
	err *Error
}

func (c *cursor) fail(field string, status Status, problem string) {
	if c.err == nil {
		c.err = &Error{Field: field, Offset: HeaderSize + c.off, Problem: problem, Status: status}
	}
	c.off = len(c.b)
}

func (c *cursor) octet(field string) byte {
	if c.off >= len(c.b) {
		c.fail(field, StatusInvCmdLen, "the PDU ends before it")
		return 0
	}
	v := c.b[c.off]
	c.off++
	return v
}

// cstring reads a string up to its NUL, which is not part of the result.
func (c *cursor) cstring(field string) []byte {
	rest := c.b[c.off:]
	if len(rest) > longestString {
		rest = rest[:longestString]
	}
	n := bytes.IndexByte(rest, 0)
	if n < 0 {
		switch {
		case len(rest) == 0:
			c.fail(field, StatusInvCmdLen, "the PDU ends before it")
		case len(rest) < longestString:
			c.fail(field, StatusInvCmdLen, "the PDU ends before its NUL")
		default:
			c.fail(field, StatusInvParLen, "no NUL within 65 octets")
		}
		return nil
	}
	c.off += n + 1
	return rest[:n:n]
}

func (c *cursor) octets(field string, n int) []byte {
	if len(c.b)-c.off < n {
		c.fail(field, StatusInvMsgLen, "the PDU ends before its length is reached")
		return nil
	}
	v := c.b[c.off : c.off+n : c.off+n]
	c.off += n
	return v
}

func (c *cursor) address(a *Address, field string) {
	a.TON = c.octet(field)
	a.NPI = c.octet(field)
	a.Addr = c.cstring(field)
}

// tlvs reads what is left as optional parameters.
func (c *cursor) tlvs() TLVs {
	t := TLVs(c.b[c.off:])
	if c.err == nil {
		if at, problem := t.check(); problem != "" {
			c.off += at
			c.fail("optional parameter", StatusInvOptParStream, problem)
			return nil
		}
	}
	c.off = len(c.b)
	return t
}

// done is the decoder's result; a typed nil must not become an error.
func (c *cursor) done() error {
	if c.err != nil {
		return c.err
	}
	return nil
}

// appendCString appends s up to its first NUL, and one NUL: a NUL within a
// field would shift all that follows.
func appendCString(dst, s []byte) []byte {
	if i := bytes.IndexByte(s, 0); i >= 0 {
		s = s[:i]
	}
	if len(s) >= longestString {
		s = s[:longestString-1]
	}
	return append(append(dst, s...), 0)
}

// Address is a number or name with its type and numbering plan.
type Address struct {
	TON, NPI byte
	Addr     []byte
}

// Types of number and numbering plans (3.4, sections 5.2.5 and 5.2.6).
const (
	TONUnknown       byte = 0
	TONInternational byte = 1
	TONNational      byte = 2
	TONNetwork       byte = 3
	TONSubscriber    byte = 4
	TONAlphanumeric  byte = 5
	TONAbbreviated   byte = 6

	NPIUnknown  byte = 0
	NPIE164     byte = 1 // telephone numbers
	NPIData     byte = 3
	NPITelex    byte = 4
	NPILand     byte = 6
	NPINational byte = 8
	NPIPrivate  byte = 9
)

// Format writes the address masked, whatever the verb: a short code or a
// sender's name whole, of a subscriber's number only the first four and the
// last two characters.
func (a Address) Format(f fmt.State, _ rune) {
	if len(a.Addr) <= 6 {
		fmt.Fprintf(f, "%d/%d:%s", a.TON, a.NPI, a.Addr)
		return
	}
	fmt.Fprintf(f, "%d/%d:%s***%s", a.TON, a.NPI, a.Addr[:4], a.Addr[len(a.Addr)-2:])
}

func appendAddress(dst []byte, a Address) []byte {
	return appendCString(append(dst, a.TON, a.NPI), a.Addr)
}
