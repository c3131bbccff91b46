package gsm

// fillBits is how many bits lie between a user data header of n octets and the
// first septet, which begins at a multiple of 7 bits.
func fillBits(n int) int { return (7 - n*8%7) % 7 }

// AppendPacked appends septets packed, eight to seven octets, after fill bits.
//
// Seven bits that are left over would read as one more septet, an "@", where
// only octets are counted, as SMPP does; they are filled with a carriage return
// as the standard does for USSD (6.1.2.3.1).
func AppendPacked(dst, septets []byte, fill int) []byte {
	var acc uint
	bits := fill
	for _, s := range septets {
		acc |= uint(s&0x7F) << bits
		bits += 7
		for bits >= 8 {
			dst = append(dst, byte(acc))
			acc >>= 8
			bits -= 8
		}
	}
	switch {
	case bits == 1 && len(septets) > 0:
		dst = append(dst, byte(acc)|'\r'<<1)
	case bits > 0:
		dst = append(dst, byte(acc))
	}
	return dst
}

// AppendUnpacked appends the septets of packed, one an octet. A last septet of
// exactly the filling's size and value, a carriage return or zero, is taken for
// filling: a text whose packed form ends with a true "@" or carriage return there
// loses it, as SMPP, which counts octets, gives no means to tell them apart.
func AppendUnpacked(dst, packed []byte, fill int) []byte {
	start := len(dst)
	var acc uint
	bits := -fill
	for _, b := range packed {
		if bits < 0 { // the first octet, which the filling begins
			acc = uint(b) >> fill
			bits += 8
		} else {
			acc |= uint(b) << bits
			bits += 8
		}
		for bits >= 7 {
			dst = append(dst, byte(acc&0x7F))
			acc >>= 7
			bits -= 7
		}
	}
	if n := len(dst); n > start && bits == 0 && (dst[n-1] == '\r' || dst[n-1] == 0) {
		dst = dst[:n-1]
	}
	return dst
}
