package likeness

import "unicode/utf8"

// most is how many sounds of a part, and how many parts of a name, are looked at:
// beyond it nothing is compared. TestPairs has no part near it.
const (
	mostSounds = 20
	mostParts  = 8
)

// Part is one part of a name as sounds. Parts are equal (==) when they are read alike.
type Part struct {
	sound   [mostSounds]uint8
	n       uint8
	script  uint8 // 0 Roman, 1 Urdu
	class   class
	initial bool // one letter that stands for a part: "G. Mustafa"
}

// add puts a sound on the end.
func (p *Part) add(s uint8) {
	if s == 0 || int(p.n) == mostSounds {
		return
	}
	p.sound[p.n] = s
	p.n++
}

// addOnce is add for Roman, where two letters are one sound (Muhammad, and the two r
// of Abdur Rehman). Urdu writes a doubled letter once: its two m of ممتاز are two.
func (p *Part) addOnce(s uint8) {
	if p.n == 0 || p.sound[p.n-1] != s {
		p.add(s)
	}
}

// read adds the sounds of a folded word of one script.
func (p *Part) read(word []byte) {
	if len(word) == 0 {
		return
	}
	if word[0] < utf8.RuneSelf {
		p.readRoman(word)
	} else {
		p.script = 1
		p.readUrdu(word)
	}
}

func romanVowel(c byte) bool {
	return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u'
}

// readRoman reads the spelling of Pakistan's registers, which is no standard: two
// letters for one sound where English has them, w for v, y for i.
func (p *Part) readRoman(word []byte) {
	at := func(i int) byte {
		if i < 0 || i >= len(word) {
			return 0
		}
		return word[i]
	}
	for i := 0; i < len(word); i++ {
		c, next := word[i], at(i+1)
		if next == 'h' {
			if s := aspirated[c]; s != 0 {
				p.addOnce(s)
				i++
				continue
			}
		}
		if c == 'q' && next == 'u' && at(i+2) == 'e' && i+3 == len(word) { // Rafique
			i += 2
		}
		switch c {
		case 'h':
			if before := at(i - 1); i == len(word)-1 && romanVowel(before) && before != 'e' && before != 'i' {
				continue // Fatimah, Shah: the Urdu letter is silent too; not so Fateh, Masih
			}
			p.addOnce(soundH)
		case 'c':
			switch {
			case next == 'k':
			case next == 'e' || next == 'i':
				p.addOnce(soundS)
			default:
				p.addOnce(soundK)
			}
		case 'x':
			p.addOnce(soundK)
			p.addOnce(soundS)
		case 'y':
			if romanVowel(next) {
				p.addOnce(soundY)
			} else {
				p.addOnce(soundI)
			}
		case 'i':
			switch {
			case romanVowel(next) && next != 'i' && next != 'e': // Zia, Riaz: ye is written
				p.addOnce(soundY)
			default:
				p.addOnce(soundI)
			}
		case 'e':
			switch {
			case next == 'e':
				p.addOnce(soundYe)
				i++
			case next == 'i' || next == 'y':
				p.addOnce(soundI)
				i++
			default:
				p.addOnce(soundE)
			}
		case 'o', 'u':
			switch {
			case next == 'o':
				p.addOnce(soundWau)
				i++
			case next == 'w' && !romanVowel(at(i+2)) || next == 'u':
				p.addOnce(soundU)
				i++
			default:
				p.addOnce(soundU)
			}
		case 'a':
			switch {
			case (next == 'i' || next == 'y') && !romanVowel(at(i+2)): // Hussain
				p.addOnce(soundA)
				p.addOnce(soundI)
				i++
			case next == 'w' && (!romanVowel(at(i+2)) || at(i+2) == 'o'): // Nawshad, Dawood
				p.addOnce(soundA)
				p.addOnce(soundWau)
				i++
				for at(i+1) == 'o' {
					i++
				}
			default:
				p.addOnce(soundA)
			}
		default:
			p.addOnce(roman[c])
		}
	}
}

// roman are the letters that have one sound; aspirated the pairs with h.
var roman, aspirated = func() (single, withH [256]uint8) {
	for c, s := range map[byte]uint8{
		'b': soundB, 'p': soundP, 't': soundT, 'j': soundJ, 'd': soundD, 'r': soundR, 'z': soundZ, 's': soundS, 'g': soundG,
		'f': soundF, 'k': soundK, 'q': soundQ, 'l': soundL, 'm': soundM, 'n': soundN, 'w': soundW, 'v': soundW,
	} {
		single[c] = s
	}
	for c, s := range map[byte]uint8{
		'b': soundB, 'p': soundF, 't': soundT, 'j': soundJ, 'd': soundD, 'g': soundG, 'k': soundKh, 's': soundSh, 'c': soundC,
	} {
		withH[c] = s
	}
	return single, withH
}()

// readUrdu reads folded Urdu. A he at the end, after a consonant, is the vowel of
// فاطمہ; after a vowel it is silent.
func (p *Part) readUrdu(word []byte) {
	var before rune
	for i := 0; i < len(word); {
		r, size := utf8.DecodeRune(word[i:])
		i += size
		if r < 0x0600 || r > 0x06FF {
			continue
		}
		s := urdu[r-0x0600]
		switch {
		case r == 'ھ': // folded: it stands behind a letter that it is part of
			if before == 'ک' && p.n > 0 {
				p.sound[p.n-1] = soundKh
			}
			before = r
			continue
		case r == 'ہ' && i == len(word):
			if before == 'ا' || before == 'و' {
				continue
			}
			s = soundA
		}
		if r == 'ل' && before == 'ل' {
			continue // اللہ
		}
		before = r
		p.add(s)
	}
}

var urdu = func() (table [256]uint8) {
	for r, s := range map[rune]uint8{
		'ا': soundA, 'ب': soundB, 'پ': soundP, 'ت': soundT, 'ٹ': soundT, 'ث': soundS, 'ج': soundJ, 'چ': soundC, 'ح': soundH, 'خ': soundKh,
		'د': soundD, 'ڈ': soundD, 'ذ': soundZ, 'ر': soundR, 'ڑ': soundRR, 'ز': soundZ, 'ژ': soundZ, 'س': soundS, 'ش': soundSh, 'ص': soundS,
		'ض': soundZ, 'ط': soundT, 'ظ': soundZ, 'ع': soundAin, 'غ': soundG, 'ف': soundF, 'ق': soundQ, 'ک': soundK, 'گ': soundG, 'ل': soundL,
		'م': soundM, 'ن': soundN, 'و': soundWau, 'ہ': soundH, 'ی': soundYe, 'ے': soundI,
	} {
		table[r-0x0600] = s
	}
	return table
}()
