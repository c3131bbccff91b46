package limits

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strings"

	"intikhab/platform/siphash"
	"intikhab/platform/sms"
)

// Asker is who asks, in the one form in which two questions of the same asker
// are seen to be the same asker's. It holds the number or address itself: it is
// made for one question and not kept.
type Asker struct {
	kind   kind
	number uint64 // a telephone number with its country code
	text   string // what is neither
	addr   netip.Addr
}

type kind uint8

const (
	number kind = iota
	address
	other
)

// Number is the asker with this telephone number.
func Number(n sms.MSISDN) Asker { return Asker{kind: number, number: n.RevealUint64()} }

// ParseAsker reads a telephone number in any of its forms, a client's address, or
// anything else that a door tells askers apart by. It does not allocate.
func ParseAsker(s string) Asker {
	if n, err := sms.ParseMSISDN(s); err == nil {
		return Number(n)
	}
	if strings.ContainsAny(s, ".:") { // ParseAddr allocates its errors
		if a, err := netip.ParseAddr(s); err == nil {
			return Asker{kind: address, addr: a.Unmap().WithZone("")}
		}
	}
	return Asker{kind: other, text: s}
}

// IsNumber tells whether the asker is a telephone number, thus mostly one
// person or family, and the same tomorrow.
func (a Asker) IsNumber() bool { return a.kind == number }

// Hash gives the asker's hash under a key.
func (a Asker) Hash(k siphash.Key) uint64 {
	switch a.kind {
	case number:
		return k.Uint64(a.number)
	case address:
		b := a.addr.As16()
		if a.addr.Is4() {
			return k.Bytes(b[:])
		}
		return k.Bytes(b[:8]) // an IPv6 customer has 64 bits to play with
	}
	return k.Text(a.text)
}

// allowList are the askers who work in the field, numbers as hashes.
type allowList struct {
	numbers  map[uint64]struct{}
	networks []netip.Prefix
	key      siphash.Key
}

func newAllowList(entries []string) (allowList, error) {
	l := allowList{numbers: map[uint64]struct{}{}, key: siphash.NewKey()}
	for i, e := range entries {
		if n, err := sms.ParseMSISDN(e); err == nil {
			l.numbers[Number(n).Hash(l.key)] = struct{}{}
			continue
		}
		p, err := netip.ParsePrefix(e)
		if err != nil {
			a, err := netip.ParseAddr(e)
			if err != nil {
				// The entry itself may be half a telephone number: not shown.
				return l, fmt.Errorf("allow: entry %d: want a telephone number such as 923001234567, an address, or a network such as 10.1.0.0/16", i+1)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		l.networks = append(l.networks, p.Masked())
	}
	return l, nil
}

func (l *allowList) has(a Asker) bool {
	switch a.kind {
	case number:
		if len(l.numbers) == 0 {
			return false
		}
		_, ok := l.numbers[a.Hash(l.key)]
		return ok
	case address:
		for _, p := range l.networks {
			if p.Contains(a.addr) {
				return true
			}
		}
	}
	return false
}

// token is a short name for an asker in today's log.
func token(k siphash.Key, a Asker) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], a.Hash(k))
	return fmt.Sprintf("%x", b[:5])
}
