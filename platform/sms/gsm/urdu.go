package gsm

import "unicode/utf8"

// costs holds for each character what it takes in the three pairs of tables
// with Urdu in them, one lane of 16 bits each (lane 0 UrduLocking, 1 UrduSingle,
// 2 UrduBoth): 1 or 2 septets, or the lane's topmost bit where it has no place.
// So one addition counts for all three.
var costs [0x801]uint64

const (
	laneAbsent = 0x8000_8000_8000
	laneCount  = 0x7FFF_7FFF_7FFF
)

// fillCosts is called once the encoders are there.
func fillCosts() {
	for i := range costs {
		for lane, enc := range [...]Encoding{UrduLocking, UrduSingle, UrduBoth} {
			code := encoders[enc][i]
			v := uint64(1 + code>>8)
			if code == absent {
				v = 0x8000
			}
			costs[i] |= v << (16 * lane)
		}
	}
}

// chooseUrdu is the pair of tables that takes the fewest segments, and the
// septets there, or UCS2 where that takes no more. A text of over 16,383 octets
// goes in UCS-2, as a lane could overflow; it would be 100 segments and more.
func chooseUrdu(text []byte, units int, allow Allowed) (Encoding, int) {
	if len(text) > 0x3FFF {
		return UCS2, 0
	}
	var sum, none uint64
	for i := 0; i < len(text); {
		c := uint64(laneAbsent)
		if b := text[i]; b < utf8.RuneSelf {
			c = costs[b]
			i++
		} else if b >= 0xC2 && b < 0xE0 && i+1 < len(text) && text[i+1]&0xC0 == 0x80 {
			c = costs[uint(b&0x1F)<<6|uint(text[i+1]&0x3F)]
			i += 2
		} else {
			r, size := utf8.DecodeRune(text[i:])
			if r == '€' {
				c = costs[0x800]
			}
			i += size
		}
		sum += c & laneCount
		none |= c & laneAbsent
		if none == laneAbsent {
			return UCS2, 0
		}
	}
	best, bestN, bestParts := UCS2, 0, 1
	if units > 70 {
		_, onAir := headSize(allow.Concatenation, 0, true)
		bestParts = utf16Parts(text, units, (140-onAir)/2)
	}
	if allow.GSM7Only {
		bestParts = 1 << 20
	}
	// In this order, so that of two with as many segments the one with the
	// smaller header is taken.
	for lane, enc := range [...]Encoding{UrduLocking, UrduSingle, UrduBoth} {
		if none>>(16*lane)&0x8000 != 0 {
			continue
		}
		n := int(sum >> (16 * lane) & 0x7FFF)
		if parts := septetParts(text, enc, n, allow); parts > 0 && parts < bestParts {
			best, bestN, bestParts = enc, n, parts
		}
	}
	return best, bestN
}

// septetParts is how many parts n septets make, 0 if they must not be sent.
func septetParts(text []byte, enc Encoding, n int, allow Allowed) int {
	_, onAir := headSize(allow.Concatenation, int(enc), false)
	if n <= (140-onAir)*8/7 {
		return 1
	}
	if allow.Concatenation == Payload {
		return 0
	}
	_, onAir = headSize(allow.Concatenation, int(enc), true)
	room := (140 - onAir) * 8 / 7
	// A part ends at most one septet early, for an escape sequence.
	least, most := (n+room-1)/room, (n+room-2)/(room-1)
	if least == most {
		return least
	}
	parts, used := 1, 0
	for _, r := range string(text) { // no copy is made for a range
		need := 1 + int(encoders[enc].of(r)>>8)
		if used+need > room {
			parts++
			used = 0
		}
		used += need
	}
	return parts
}

// utf16Parts is how many parts of room units a text makes.
func utf16Parts(text []byte, units, room int) int {
	least, most := (units+room-1)/room, (units+room-2)/(room-1)
	if least == most {
		return least
	}
	parts, used := 1, 0
	for _, r := range string(text) {
		need := 1
		if r > 0xFFFF {
			need = 2
		}
		if used+need > room {
			parts++
			used = 0
		}
		used += need
	}
	return parts
}
