package likeness

// Likeness says how like two names are, from 0 (nothing in common) to 1 (the same
// name, whatever the spelling). It does not matter which is first. From about 0.85
// on two names are mostly spellings of one; figures in docs/doubles.md.
func Likeness(a, b string) float64 {
	x, y := Read(a), Read(b)
	return x.Like(&y)
}

// alike is how like two parts must be to be taken for the same part of a name.
const alike = 0.55

// Like is Likeness of names that have been read.
func (n *Name) Like(o *Name) float64 {
	if n.n == 0 || o.n == 0 {
		return 0
	}
	var joined Name
	switch {
	case n.n > o.n:
		n = n.joining(o, &joined)
	case n.n < o.n:
		o = o.joining(n, &joined)
	}
	var like [mostParts][mostParts]float64
	for i := range n.n {
		for j := range o.n {
			like[i][j] = n.parts[i].like(&o.parts[j])
		}
	}
	var inN, inO [mostParts]int8 // the partner's place and one more
	var sum, matched float64
	for {
		bi, bj, best := -1, -1, alike
		for i := range n.n {
			for j := range o.n {
				// Of equals those nearest the start: the same from both sides.
				if inN[i] == 0 && inO[j] == 0 && (like[i][j] > best || like[i][j] == best && bi >= 0 && i+j < bi+bj) {
					bi, bj, best = i, j, like[i][j]
				}
			}
		}
		if bi < 0 {
			break
		}
		inN[bi], inO[bj] = int8(bj)+1, int8(bi)+1
		w := (share[n.parts[bi].class] + share[o.parts[bj].class]) / 2
		sum += w * best
		matched += w
	}
	if matched == 0 {
		return 0
	}
	restN, restO := rest(n, inN), rest(o, inO)
	less, more := min(restN, restO), max(restN, restO)
	// A part that each has and the other has not speaks against them; one that only
	// one has was mostly left out by the other's clerk.
	score := sum/(matched+less*1.5+(more-less)*0.3) - 0.04*float64(crossings(inN, n.n))
	return max(0, min(1, score))
}

// rest is the weight of the parts without a partner.
func rest(n *Name, partner [mostParts]int8) (sum float64) {
	for i := range n.n {
		if partner[i] == 0 {
			sum += share[n.parts[i].class]
		}
	}
	return sum
}

// crossings counts the pairs of parts that stand in another order in the other name.
func crossings(partner [mostParts]int8, n int) (count int) {
	for i := range n {
		for j := i + 1; j < n; j++ {
			if partner[i] != 0 && partner[j] != 0 && partner[i] > partner[j] {
				count++
			}
		}
	}
	return count
}

// joining gives n, or in room n with two neighbours as one part where that is a part
// of o: Gul Zaman, Gulzaman.
func (n *Name) joining(o *Name, room *Name) *Name {
	for i := 0; i+1 < n.n; i++ {
		a, b := &n.parts[i], &n.parts[i+1]
		if a.class == title || a.initial || b.initial || int(a.n+b.n) > mostSounds {
			continue
		}
		for j := range o.n {
			p := &o.parts[j]
			if p.n < 4 || p.n <= max(a.n, b.n) || p.script == a.script && int(p.n)*4 < int(a.n+b.n)*3 {
				continue
			}
			both := *a
			for _, s := range b.sound[:b.n] {
				both.add(s)
			}
			if both.like(p) < 0.9 {
				continue
			}
			*room = *n
			both.class = telling
			room.parts[i] = both
			copy(room.parts[i+1:room.n-1], room.parts[i+2:room.n])
			room.n--
			return room
		}
	}
	return n
}

// like is how like two parts are.
func (p *Part) like(q *Part) float64 {
	if p.n == q.n && p.sound == q.sound {
		return 1
	}
	if p.initial || q.initial {
		if keyOfFirst(p) == keyOfFirst(q) {
			return 0.85
		}
		return 0
	}
	drops := [2]*[sounds]int32{&drop[p.script][q.script], &drop[q.script][p.script]}
	var rows [3][mostSounds + 1]int32 // costs up to here, one sound of p earlier and two
	before, above, row := &rows[0], &rows[1], &rows[2]
	var cost [mostSounds]int32 // of dropping each of q
	var weight int32
	for j, s := range q.sound[:q.n] {
		cost[j] = dropping(q, j, s, drops[1])
		row[j+1] = row[j] + cost[j]
	}
	weight = row[q.n]
	for i, s := range p.sound[:p.n] {
		d := dropping(p, i, s, drops[0])
		weight += d
		before, above, row = above, row, before
		row[0] = above[0] + d
		swaps := &swap[p.script&q.script][s]
		for j, t := range q.sound[:q.n] {
			change := swaps[t]
			if i+1 == int(p.n) && j+1 == int(q.n) && isWeak(s) && isWeak(t) {
				change *= 2 // Ali, Ala
			}
			c := min(above[j]+change, above[j+1]+d, row[j]+cost[j])
			if i > 0 && j > 0 && s == q.sound[j-1] && t == p.sound[i-1] {
				c = min(c, before[j-1]+turned)
			}
			row[j+1] = c
		}
	}
	return max(0, 1-2.6*float64(row[q.n])/float64(weight))
}

// dropping is the cost of a sound that the other part lacks; at its ends a vowel
// tells names apart.
func dropping(p *Part, i int, s uint8, drops *[sounds]int32) int32 {
	d := drops[s]
	switch {
	case p.n == 1:
	case i == 0 && (isVowel(s) || s == soundAin):
		// Aslam is not Saleem; but before ye and wau alif only carries (ایجاز).
		if next := p.sound[1]; isVowel(next) || isGlide(next) {
			return min(d, 6)
		}
		return max(d, first)
	case i == int(p.n)-1 && (isVowel(s) || s == soundYe || s == soundWau):
		return max(d, last)
	}
	return d
}

func isGlide(s uint8) bool { return s >= soundW && s <= soundYe }

// keyOfFirst is the class of a part's first sound.
func keyOfFirst(p *Part) Key {
	q := Part{n: 1}
	q.sound[0] = p.sound[0]
	return q.key()
}
