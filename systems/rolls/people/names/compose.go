package names

import "strings"

// A Name is up to three words, each in one of its spellings.
type Name struct {
	words  [3]*Word
	en, ur [3]uint8 // 0 the usual spelling, i the i-th of the others
	n      uint8
	own    *Word
}

func (n *Name) add(w *Word, r uint64) {
	i := n.n
	n.words[i] = w
	// One in four is not spelled as most are, in Roman letters; one in sixteen in Urdu.
	if len(w.AlsoEn) > 0 && r&3 == 0 {
		n.en[i] = uint8(1 + r>>2%16*uint64(len(w.AlsoEn))>>4)
	}
	if len(w.AlsoUr) > 0 && r>>6&15 == 0 {
		n.ur[i] = uint8(1 + r>>10%16*uint64(len(w.AlsoUr))>>4)
	}
	n.n++
}

// OfMan gives a man's name for two random numbers. The family's name is the last word
// where it is given; without one it may be a second name, or none.
func OfMan(at Place, family *Word, r, s uint64) Name {
	var n Name
	own := Pick(Man, at, r)
	n.own = own
	r >>= 12
	two := strings.IndexByte(own.En, ' ') > 0
	if !two && r&7 < 2 {
		n.add(Pick(Prefix, at, s), r>>3)
	}
	s >>= 12
	n.add(own, s)
	s >>= 14
	switch {
	case family != nil && r>>20&7 < 6 && family.Ur != own.Ur:
		n.add(family, s)
	case two && r>>23&3 != 0, n.n == 2 && r>>25&1 == 0:
	default:
		if w := Pick(Second, at, r>>26); w.Ur != own.Ur {
			n.add(w, s)
		}
	}
	return n
}

// OfWoman gives a woman's name for two random numbers. The family's name, or her
// father's or husband's last, ends it now and then; mostly a word that only women have.
func OfWoman(at Place, family *Word, r, s uint64) Name {
	var n Name
	own := Pick(Woman, at, r)
	n.own = own
	n.add(own, s)
	if strings.IndexByte(own.En, ' ') > 0 {
		return n
	}
	r >>= 12
	s >>= 14
	switch c := r & 15; {
	case c == 0:
	case c < 3 && family != nil:
		n.add(family, s)
	default:
		if w := Pick(End, at, r>>4); w.Ur != own.Ur {
			n.add(w, s)
		}
	}
	return n
}

// WriteEn writes the name in Roman letters.
func (n *Name) WriteEn(to *strings.Builder) {
	for i := range n.n {
		if i > 0 {
			to.WriteByte(' ')
		}
		if v := n.en[i]; v > 0 {
			to.WriteString(n.words[i].AlsoEn[v-1])
		} else {
			to.WriteString(n.words[i].En)
		}
	}
}

// WriteUr writes the name in Urdu letters.
func (n *Name) WriteUr(to *strings.Builder) {
	for i := range n.n {
		if i > 0 {
			to.WriteByte(' ')
		}
		if v := n.ur[i]; v > 0 {
			to.WriteString(n.words[i].AlsoUr[v-1])
		} else {
			to.WriteString(n.words[i].Ur)
		}
	}
}

// En gives the name in Roman letters.
func (n Name) En() string {
	var b strings.Builder
	n.WriteEn(&b)
	return b.String()
}

// Ur gives the name in Urdu letters.
func (n Name) Ur() string {
	var b strings.Builder
	n.WriteUr(&b)
	return b.String()
}

// RespellEn gives the same name with one word spelled otherwise in Roman letters, and
// false if none of its words has another spelling.
func (n Name) RespellEn(r uint64) (Name, bool) {
	for i := range uint64(n.n) {
		k := (r + i) % uint64(n.n)
		if also := len(n.words[k].AlsoEn); also > 0 {
			n.en[k] = other(n.en[k], also, r>>8)
			return n, true
		}
	}
	return n, false
}

// RespellUr is RespellEn for Urdu letters.
func (n Name) RespellUr(r uint64) (Name, bool) {
	for i := range uint64(n.n) {
		k := (r + i) % uint64(n.n)
		if also := len(n.words[k].AlsoUr); also > 0 {
			n.ur[k] = other(n.ur[k], also, r>>8)
			return n, true
		}
	}
	return n, false
}

// other gives one of 0 to also that is not v.
func other(v uint8, also int, r uint64) uint8 {
	to := uint8(r % uint64(also))
	if to >= v {
		to++
	}
	return to
}

// Shorten gives the name without its first word if that is one that is often left out
// (Muhammad), or else without its last; false if only one word is there.
func (n Name) Shorten() (Name, bool) {
	if n.n < 2 {
		return n, false
	}
	n.n--
	for i := range Words(Prefix) {
		if n.words[0] == &Words(Prefix)[i] {
			copy(n.words[:], n.words[1:])
			copy(n.en[:], n.en[1:])
			copy(n.ur[:], n.ur[1:])
			return n, true
		}
	}
	return n, true
}

// Namesake tells whether both have the same own name, whatever stands before and after.
func (n *Name) Namesake(o *Name) bool { return n.own == o.own }
