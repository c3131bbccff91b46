package pdf

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
)

// file is the subset as a TrueType font: the tables that ISO 32000-1, 9.9, asks of
// a font of CIDs.
func (s *Subset) file() []byte {
	var glyf, loca, hmtx []byte
	var points, contours, compoundPoints, compoundContours, parts, depth int
	for _, g := range s.glyphs {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		glyf = append(glyf, g.outline...)
		for len(glyf)%4 != 0 {
			glyf = append(glyf, 0)
		}
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(min(max(g.advance, 0), 1<<16-1)))
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(g.bearing))
		if g.depth == 0 {
			points, contours = max(points, g.points), max(contours, g.contours)
		} else {
			compoundPoints, compoundContours = max(compoundPoints, g.points), max(compoundContours, g.contours)
			parts, depth = max(parts, (len(g.outline)-10)/6), max(depth, g.depth)
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	own := s.face.Table
	head := slices.Clone(own("head"))
	binary.BigEndian.PutUint32(head[8:], 0)  // the sum, put in below
	binary.BigEndian.PutUint16(head[50:], 1) // offsets of four bytes
	hhea := slices.Clone(own("hhea"))
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(s.glyphs)))
	maxp := make([]byte, 32)
	for i, v := range []int{1, 0, len(s.glyphs), points, contours, compoundPoints, compoundContours, 2} {
		binary.BigEndian.PutUint16(maxp[2*i:], uint16(min(v, 1<<16-1)))
	}
	binary.BigEndian.PutUint16(maxp[28:], uint16(min(parts, 1<<16-1)))
	binary.BigEndian.PutUint16(maxp[30:], uint16(depth))
	return assembleFont(map[string][]byte{"glyf": glyf, "head": head, "hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": maxp})
}

// assembleFont puts tables behind a directory, with their sums.
func assembleFont(tables map[string][]byte) []byte {
	tags := slices.Sorted(maps.Keys(tables))
	power, log := 1, 0
	for power*2 <= len(tags) {
		power, log = power*2, log+1
	}
	var out bytes.Buffer
	for _, v := range []uint16{1, 0, uint16(len(tags)), uint16(power * 16), uint16(log), uint16((len(tags) - power) * 16)} {
		binary.Write(&out, binary.BigEndian, v) // into memory: no error
	}
	at := 12 + 16*len(tags)
	for _, tag := range tags {
		out.WriteString(tag)
		binary.Write(&out, binary.BigEndian, []uint32{sum(tables[tag]), uint32(at), uint32(len(tables[tag]))})
		at += (len(tables[tag]) + 3) &^ 3
	}
	headAt := 0
	for _, tag := range tags {
		if tag == "head" {
			headAt = out.Len()
		}
		out.Write(tables[tag])
		out.Write(make([]byte, -len(tables[tag])&3))
	}
	font := out.Bytes()
	binary.BigEndian.PutUint32(font[headAt+8:], 0xB1B0AFBA-sum(font))
	return font
}

// sum is OpenType's check sum of a table.
func sum(b []byte) (total uint32) {
	for len(b) >= 4 {
		total += binary.BigEndian.Uint32(b)
		b = b[4:]
	}
	var last [4]byte
	copy(last[:], b)
	return total + binary.BigEndian.Uint32(last[:])
}
