package attachment

import "encoding/binary"

// bareJPEG leaves of a JPEG what its picture is drawn from: no Exif (place, time,
// telephone, a small picture of what was cut off), no comments, nothing behind the end.
// That the picture was taken sideways is kept.
func bareJPEG(content []byte) ([]byte, error) {
	clean := make([]byte, 0, len(content))
	clean = append(clean, 0xFF, 0xD8)
	turned := orientation(content)
	if turned > 1 {
		clean = append(clean, exif(turned)...)
	}
	for at := 2; ; {
		for at < len(content) && content[at] == 0xFF && at+1 < len(content) && content[at+1] == 0xFF {
			at++ // fill bytes before a marker
		}
		if at+2 > len(content) || content[at] != 0xFF {
			return nil, ErrDamaged
		}
		marker := content[at+1]
		if marker == 0xD9 { // the end
			return append(clean, 0xFF, 0xD9), nil
		}
		if at+4 > len(content) {
			return nil, ErrDamaged
		}
		end := at + 2 + int(binary.BigEndian.Uint16(content[at+2:]))
		if end > len(content) || end < at+4 {
			return nil, ErrDamaged
		}
		if keepSegment(marker) {
			clean = append(clean, content[at:end]...)
		}
		if at = end; marker == 0xDA { // a scan: its data go on to the next marker that is none of theirs
			for at+1 < len(content) && (content[at] != 0xFF || content[at+1] == 0 || content[at+1] >= 0xD0 && content[at+1] <= 0xD7) {
				at++
			}
			clean = append(clean, content[end:at]...)
		}
	}
}

// keepSegment tells which of a JPEG's segments draw it: frames, tables, scans, and of
// those of applications the two that say how colours are meant.
func keepSegment(marker byte) bool {
	switch {
	case marker == 0xE0, marker == 0xEE:
		return true
	case marker >= 0xE0 && marker <= 0xEF, marker == 0xFE:
		return false
	}
	return marker >= 0xC0
}

// orientation reads how a camera was held, 1 to 8, from Exif; 1 where it does not say.
func orientation(content []byte) byte {
	for at := 2; at+4 <= len(content) && content[at] == 0xFF && content[at+1] != 0xDA; {
		end := at + 2 + int(binary.BigEndian.Uint16(content[at+2:]))
		if end > len(content) || end < at+4 {
			return 1
		}
		if body := content[at+4 : end]; content[at+1] == 0xE1 && len(body) > 14 && string(body[:6]) == "Exif\x00\x00" {
			return tiffOrientation(body[6:])
		}
		at = end
	}
	return 1
}

func tiffOrientation(tiff []byte) byte {
	var order binary.ByteOrder = binary.LittleEndian
	if string(tiff[:2]) == "MM" {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	for n, at := order.Uint16(tiff[at:]), at+2; n > 0 && at+12 <= int64(len(tiff)); n, at = n-1, at+12 {
		if order.Uint16(tiff[at:]) == 0x0112 {
			if v := order.Uint16(tiff[at+8:]); v >= 1 && v <= 8 {
				return byte(v)
			}
			return 1
		}
	}
	return 1
}

// exif is a segment that says how the camera was held, and nothing else.
func exif(turned byte) []byte {
	return []byte{0xFF, 0xE1, 0, 34, 'E', 'x', 'i', 'f', 0, 0,
		'M', 'M', 0, 42, 0, 0, 0, 8, // TIFF, its table at 8
		0, 1, // one entry
		0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turned, 0, 0,
		0, 0, 0, 0} // no other table
}

const pngHead = "\x89PNG\r\n\x1a\n"

// barePNG leaves of a PNG the chunks that its picture is drawn from.
func barePNG(content []byte) ([]byte, error) {
	clean := append(make([]byte, 0, len(content)), pngHead...)
	for at := len(pngHead); at+12 <= len(content); {
		n := int64(binary.BigEndian.Uint32(content[at:]))
		end := int64(at) + 12 + n
		if end > int64(len(content)) {
			return nil, ErrDamaged
		}
		switch name := string(content[at+4 : at+8]); name {
		case "IHDR", "PLTE", "IDAT", "tRNS", "gAMA", "sRGB", "cHRM":
			clean = append(clean, content[at:end]...)
		case "IEND":
			return append(clean, content[at:end]...), nil
		default:
			if name[0]&0x20 == 0 { // a chunk without which nothing can be drawn, and that nobody knows
				return nil, ErrDamaged
			}
		}
		at = int(end)
	}
	return nil, ErrDamaged
}
