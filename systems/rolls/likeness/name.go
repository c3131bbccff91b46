package likeness

import (
	"bytes"
	"unicode/utf8"
)

// Name is a name read into sounds, to be compared with many.
type Name struct {
	parts [mostParts]Part
	n     int
}

// Key stands for the consonants of one part of a name: the same for the usual
// spellings of the part, in Urdu and in Roman letters, and for some other names too.
// 0 is no key.
type Key uint64

// Read reads a name. A name without a letter of either script has no part and is
// like none.
func Read(name string) (n Name) {
	var room [128]byte
	n.read(appendFold(room[:0], name))
	return n
}

// Empty says that the name has no part that could be read.
func (n *Name) Empty() bool { return n.n == 0 }

// Parts gives the parts of a name, in their order. They are the name's own.
func (n *Name) Parts() []Part { return n.parts[:n.n] }

// Of makes a name of parts; of more than eight it takes the first eight.
func Of(parts ...Part) (n Name) {
	n.n = copy(n.parts[:], parts)
	return n
}

// Key is the part's key: that of a telling, weak or title part alike, 0 of an initial.
func (p *Part) Key() Key {
	if p.initial {
		return 0
	}
	return p.key()
}

// Tells says whether the part tells persons apart: it is no title, and not borne by so
// many that it says little.
func (p *Part) Tells() bool { return p.class == telling && !p.initial }

// IsTitle says whether the part is written by some hands and not by others, and is no
// part of the name.
func (p *Part) IsTitle() bool { return p.class == title }

// Keys gives the keys of a name's telling parts, in their order, each once: of "Syed
// Muhammad Aslam Khan" that of Aslam only. Where no part tells (Muhammad Khan), those
// of the weak ones, else of the titles. At most four.
func Keys(name string) []Key {
	n := Read(name)
	return n.AppendKeys(nil)
}

// AppendKeys is Keys for a name that has been read. Two parts that no rule knows as a
// compound have another key when they are written joined (Gulzaman): such a name is
// not found by its keys, only told by Like.
func (n *Name) AppendKeys(dst []Key) []Key {
	start := len(dst)
	for c := telling; c <= title && len(dst) == start; c++ {
		for i := range n.parts[:n.n] {
			p := &n.parts[i]
			if p.class != c || p.initial {
				continue
			}
			k := p.key()
			if k == 0 || len(dst)-start == 4 {
				continue
			}
			dst = appendOnce(dst, start, k)
		}
	}
	return dst
}

func appendOnce(dst []Key, start int, k Key) []Key {
	for _, have := range dst[start:] {
		if have == k {
			return dst
		}
	}
	return append(dst, k)
}

// class of consonants in keys: those that spellings take for one another are one.
var keyClass = [sounds]uint8{
	soundB: 1, soundP: 2, soundT: 3, soundJ: 4, soundC: 5, soundD: 6, soundR: 7, soundRR: 7, soundZ: 8, soundS: 9, soundSh: 10,
	soundG: 11, soundF: 12, soundK: 13, soundQ: 13, soundKh: 13, soundL: 14, soundM: 15, soundN: 16,
}

const (
	keyVowel = 17 + iota // begins with a vowel or ain
	keyW
	keyY
	keyH
)

// key packs up to twelve classes of five bits. Weak sounds count only at the start.
func (p *Part) key() (k Key) {
	var last uint8
	count := 0
	for i, s := range p.sound[:p.n] {
		c := keyClass[s]
		if i == 0 && c == 0 {
			switch s {
			case soundW, soundWau:
				c = keyW
			case soundY, soundYe:
				c = keyY
			case soundH:
				c = keyH
			default:
				c = keyVowel
			}
		}
		if c == 0 || c == last || count == 12 {
			continue
		}
		k, last = k<<5|Key(c), c
		count++
	}
	return k
}

// String shows a key's consonants, for tests and for the curious.
func (k Key) String() string {
	var text []byte
	for ; k != 0; k >>= 5 {
		text = append(text, "?BPTJCDRZSXGFKLMNAWYH??????????"[k&31])
	}
	for i, j := 0, len(text)-1; i < j; i, j = i+1, j-1 {
		text[i], text[j] = text[j], text[i]
	}
	return string(text)
}

// read cuts a folded name into parts and joins compounds.
func (n *Name) read(folded []byte) {
	var word [16][]byte
	words := 0
	for len(folded) > 0 && words < len(word) {
		w := folded
		if i := bytes.IndexByte(folded, ' '); i >= 0 {
			w, folded = folded[:i], folded[i+1:]
		} else {
			folded = nil
		}
		if readable(w) {
			word[words] = w
			words++
		}
	}
	for i := 0; i < words && n.n < mostParts; {
		i += n.take(word[i:words])
	}
}

// readable: a word of letters of one of the two scripts. Any other is no part of a name.
func readable(w []byte) bool {
	r, _ := utf8.DecodeRune(w)
	return 'a' <= r && r <= 'z' || 0x0600 <= r && r <= 0x06FF && urdu[r-0x0600] != 0
}

// take reads one part from the start of the words and says how many words it took.
func (n *Name) take(word [][]byte) int {
	w := word[0]
	if n.n > 0 && n.parts[n.n-1].class != title {
		last := &n.parts[n.n-1]
		if is, only := isAllah(w); is && (only || len(word) == 1 || !afterAllah(word[1])) {
			last.class = telling
			last.readAllah(w)
			return 1
		}
		if half := compound(word); half > 0 {
			last.class = telling
			last.readHalf(word[half-1])
			return half
		}
	}
	if isArticle(w) && len(word) > 1 {
		return 1
	}
	p := &n.parts[n.n]
	n.n++
	if len(word) > 1 {
		if isAbd(w) {
			p.readAbd(w)
			p.readHalf(word[1])
			return 2
		}
		if is, _ := isAllah(w); is && afterAllah(word[1]) {
			p.readAllah(w)
			p.read(word[1])
			return 2
		}
		// Habibur Rehman
		if stem := len(w) - 2; stem >= 3 && articleBefore(w, word[1]) {
			p.read(w[:stem])
			p.read(word[1])
			return 2
		}
		if string(w) == "بی" && string(word[1]) == "بی" { // one word written apart
			p.read([]byte("بیبی"))
			p.class = weak
			return 2
		}
	}
	if m := meant(w); m != "" {
		w = []byte(m)
	}
	p.class = classOf(w)
	p.initial = len(w) == 1 && w[0] < utf8.RuneSelf
	p.readWhole(w)
	if p.n == 0 {
		n.n--
	}
	return 1
}

// compound: the words go on the part before them, as the article and a second half
// ("ul Haq", "الحق", "uddin"); how many words that takes, 0 if they do not.
func compound(word [][]byte) int {
	w := word[0]
	if isArticle(w) && len(word) > 1 && secondHalf(word[1]) {
		return 2
	}
	switch string(w) {
	case "uddin", "uddeen", "udin", "udeen", "unnisa", "unisa", "ulhaq", "ulislam", "urrehman":
		return 1
	}
	if rest, ok := bytes.CutPrefix(w, []byte("ال")); ok && secondHalf(rest) {
		return 1
	}
	return 0
}

func (p *Part) readAbd(w []byte) {
	if w[0] < utf8.RuneSelf {
		p.read([]byte("abd"))
	} else {
		p.read([]byte("عبد"))
	}
}

// readAllah reads the name of God as it sounds within a name.
func (p *Part) readAllah(w []byte) {
	if w[0] < utf8.RuneSelf {
		p.read([]byte("ulla"))
	} else {
		p.read([]byte("اللہ"))
	}
}

// readHalf reads a second half without the article that it may carry.
func (p *Part) readHalf(w []byte) {
	if rest, ok := bytes.CutPrefix(w, []byte("ال")); ok && len(rest) > 2 && string(w) != "اللہ" {
		w = rest
	} else if w[0] == 'u' && len(w) > 4 && secondHalf(w[2:]) {
		w = w[2:]
	} else if w[0] == 'u' && len(w) > 4 && w[1] == w[2] && secondHalf(w[2:]) {
		w = w[2:]
	}
	p.read(w)
}

// readWhole reads a word that may be a compound written joined, without its article.
func (p *Part) readWhole(w []byte) {
	if w[0] >= utf8.RuneSelf {
		if rest, ok := bytes.CutPrefix(w, []byte("ال")); ok && secondHalf(rest) {
			p.read(rest)
			return
		}
		if rest, ok := bytes.CutPrefix(w, []byte("عبدال")); ok && len(rest) >= 4 {
			p.read([]byte("عبد"))
			p.read(rest)
			return
		}
		for i := 4; i+6 < len(w); i += 2 {
			if w[i] == 0xD8 && w[i+1] == 0xA7 && w[i+2] == 0xD9 && w[i+3] == 0x84 && secondHalf(w[i+4:]) {
				p.read(w[:i])
				p.read(w[i+4:])
				return
			}
		}
		p.read(w)
		return
	}
	if len(w) >= 8 && string(w[:3]) == "abd" && (w[3] == 'u' || w[3] == 'e' || w[3] == 'a') && isArticle(w[3:5]) {
		p.read(w[:3])
		p.read(w[5:])
		return
	}
	for i := 0; i+4 < len(w); i++ {
		if (i == 0 || i > 2) && articleBefore(w[:i+2], w[i+2:]) {
			p.read(w[:i]) // nothing, where the word begins with it
			p.read(w[i+2:])
			return
		}
	}
	p.read(w)
}
