package fonts

// A Segment of an outline: 'M' begins a contour at its point, 'L' is a straight
// line to it, 'Q' a quadratic curve by the first point to the second.
type Segment struct {
	Op             byte
	X1, Y1, X2, Y2 int // for M and L the first two
}

type point struct {
	x, y int
	on   bool
}

// Segments gives a glyph's outline, contour by contour, each of which is closed.
// Parts of composite glyphs are turned and put at their offsets.
func (f *Face) Segments(glyph int) (all []Segment) {
	outline := f.Outline(glyph)
	if places := Components(outline); places != nil {
		for _, at := range places {
			move := placing(outline, at)
			for _, s := range f.Segments(u16(outline, at)) {
				s.X1, s.Y1 = move(s.X1, s.Y1)
				if s.Op == 'Q' {
					s.X2, s.Y2 = move(s.X2, s.Y2)
				}
				all = append(all, s)
			}
		}
		return all
	}
	for _, contour := range contours(outline) {
		all = append(all, trace(contour)...)
	}
	return all
}

// placing gives how a part of a composite glyph is placed; at is where its number
// stands.
func placing(outline []byte, at int) func(x, y int) (int, int) {
	flags := u16(outline, at-2)
	dx, dy := int(int8(outline[at+2])), int(int8(outline[at+3]))
	next := at + 4
	if flags&argsAreWords != 0 {
		dx, dy, next = i16(outline, at+2), i16(outline, at+4), at+6
	}
	const one = 1 << 14
	matrix := [4]int{one, 0, 0, one}
	switch {
	case flags&haveScale != 0:
		matrix[0], matrix[3] = i16(outline, next), i16(outline, next)
	case flags&haveXYScale != 0:
		matrix[0], matrix[3] = i16(outline, next), i16(outline, next+2)
	case flags&haveTwoByTwo != 0:
		for i := range matrix {
			matrix[i] = i16(outline, next+2*i)
		}
	}
	return func(x, y int) (int, int) {
		return (matrix[0]*x+matrix[2]*y)>>14 + dx, (matrix[1]*x+matrix[3]*y)>>14 + dy
	}
}

// contours reads the points of a simple glyph (OpenType, table glyf).
func contours(outline []byte) (all [][]point) {
	if len(outline) < 12 {
		return nil
	}
	n := i16(outline, 0)
	count := u16(outline, 10+2*(n-1)) + 1
	at := 10 + 2*n
	at += 2 + u16(outline, at) // instructions
	flags := make([]byte, 0, count)
	for len(flags) < count {
		flag := outline[at]
		at++
		flags = append(flags, flag)
		if flag&8 != 0 {
			for range outline[at] {
				flags = append(flags, flag)
			}
			at++
		}
	}
	points := make([]point, count)
	read := func(short, same byte, set func(p *point, v int)) {
		v := 0
		for i := range points {
			switch flag := flags[i]; {
			case flag&short != 0:
				d := int(outline[at])
				if flag&same == 0 {
					d = -d
				}
				v += d
				at++
			case flag&same == 0:
				v += i16(outline, at)
				at += 2
			}
			set(&points[i], v)
		}
	}
	read(2, 16, func(p *point, v int) { p.x = v })
	read(4, 32, func(p *point, v int) { p.y = v })
	for i := range points {
		points[i].on = flags[i]&1 != 0
	}
	start := 0
	for i := range n {
		end := u16(outline, 10+2*i) + 1
		all = append(all, points[start:end])
		start = end
	}
	return all
}

// trace follows a contour. Between two points off the curve lies one on it.
func trace(points []point) (all []Segment) {
	if len(points) < 2 {
		return nil
	}
	middle := func(a, b point) point { return point{(a.x + b.x) / 2, (a.y + b.y) / 2, true} }
	first := points[0]
	if !first.on {
		if last := points[len(points)-1]; last.on {
			first = last
		} else {
			first = middle(first, last)
		}
	}
	all = append(all, Segment{Op: 'M', X1: first.x, Y1: first.y})
	var off *point
	for i := range points {
		p := points[i]
		switch {
		case !p.on && off != nil:
			m := middle(*off, p)
			all = append(all, Segment{'Q', off.x, off.y, m.x, m.y})
			off = &p
		case !p.on:
			off = &p
		case off != nil:
			all = append(all, Segment{'Q', off.x, off.y, p.x, p.y})
			off = nil
		default:
			all = append(all, Segment{Op: 'L', X1: p.x, Y1: p.y})
		}
	}
	if off != nil {
		all = append(all, Segment{'Q', off.x, off.y, first.x, first.y})
	}
	return all
}
