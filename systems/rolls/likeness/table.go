package likeness

// The sounds that both scripts are read into. Three of them are Urdu letters that
// are read in two ways: wau, ye, and ain, which Roman spelling mostly leaves out.
const (
	_ uint8 = iota
	soundB
	soundP
	soundT
	soundJ
	soundC // ch
	soundD
	soundR
	soundRR // the r that is near d: ڑ
	soundZ
	soundS
	soundSh
	soundG
	soundF
	soundK
	soundQ
	soundKh
	soundL
	soundM
	soundN
	soundH
	soundW
	soundY
	soundWau
	soundYe
	soundAin
	soundA
	soundE
	soundI
	soundU
	sounds
)

// isWeak: the sounds that keys leave out, since hands differ on them.
func isWeak(s uint8) bool { return s >= soundH }

func isVowel(s uint8) bool { return s >= soundA }

// Costs are in hundredths of the cost of a consonant too many. They are judgements
// on the two orthographies: how often do two hands differ so in one name?
const (
	whole  = 100
	turned = 60 // two neighbours changed places: a slip of the hand
	first  = 40 // a vowel at the start tells Aslam from Saleem
	last   = 45 // and one at the end, written in both scripts, Nadir from Nadira
)

// drop is what a sound costs that only one of two parts has, by the script of its
// own part and of the other: Urdu does not write short vowels, so a Roman vowel that
// Urdu lacks says little, and one that another Roman spelling lacks more; the vowels
// that Urdu does write are long and seldom left out.
var drop = func() (table [2][2][sounds]int32) {
	for own := range 2 {
		for other := range 2 {
			t := &table[own][other]
			for s := range t {
				t[s] = whole
			}
			t[soundH], t[soundW], t[soundY], t[soundWau], t[soundYe], t[soundAin] = 30, 40, 35, 35, 30, 6
			vowel := int32(15)
			switch {
			case own == 0 && other == 1:
				vowel = 4
			case own == 1 && other == 1:
				vowel, t[soundWau], t[soundYe], t[soundAin], t[soundH] = 50, 60, 60, 40, 60
			case own == 1 && other == 0:
				vowel = 30
			}
			for s := soundA; s < sounds; s++ {
				t[s] = vowel
			}
		}
	}
	return table
}()

// swap is what it costs that one part has the one sound where the other has
// the other. The second table is for two Urdu parts, where a written vowel is no
// matter of taste.
var swap = func() (tables [2][sounds][sounds]int32) {
	table := &tables[0]
	for a := range sounds {
		for b := range sounds {
			x, y := isWeak(a), isWeak(b)
			switch {
			case a == b:
			case x && y:
				table[a][b] = 40
			case x != y:
				table[a][b] = 120
			default:
				table[a][b] = whole
			}
		}
	}
	for _, c := range []struct {
		a, b uint8
		cost int32
	}{
		{soundK, soundQ, 8}, {soundK, soundKh, 20}, {soundQ, soundKh, 25}, {soundG, soundK, 50}, {soundG, soundQ, 50},
		{soundG, soundKh, 50}, {soundR, soundRR, 2}, {soundD, soundRR, 20}, {soundT, soundD, 50}, {soundP, soundB, 60},
		{soundP, soundF, 25}, {soundS, soundSh, 40}, {soundS, soundZ, 40}, {soundJ, soundZ, 40}, {soundC, soundSh, 50},
		{soundC, soundJ, 50}, {soundD, soundZ, 40}, {soundC, soundK, 60}, {soundM, soundN, 60}, {soundG, soundJ, 60},
		{soundT, soundS, 70}, {soundB, soundW, 60}, {soundF, soundW, 70}, {soundB, soundWau, 60},
		{soundW, soundWau, 0}, {soundW, soundU, 12}, {soundY, soundYe, 0}, {soundY, soundI, 5}, {soundY, soundE, 15},
		{soundWau, soundU, 0}, {soundWau, soundA, 35}, {soundYe, soundI, 0}, {soundYe, soundE, 3}, {soundYe, soundA, 30},
		{soundAin, soundA, 4}, {soundAin, soundE, 4}, {soundAin, soundI, 5}, {soundAin, soundU, 5},
		{soundAin, soundYe, 20}, {soundAin, soundY, 20}, {soundAin, soundWau, 25}, {soundAin, soundH, 40},
		{soundA, soundE, 5}, {soundE, soundI, 5}, {soundA, soundI, 22}, {soundA, soundU, 25}, {soundE, soundU, 15}, {soundI, soundU, 15},
	} {
		table[c.a][c.b], table[c.b][c.a] = c.cost, c.cost
	}
	tables[1] = *table
	for a := soundH; a < sounds; a++ {
		for b := soundH; b < sounds; b++ {
			if a != b {
				tables[1][a][b] = 70
			}
		}
	}
	for _, c := range [][3]uint8{{soundA, soundAin, 35}, {soundYe, soundI, 15}, {soundYe, soundAin, 50}} {
		tables[1][c[0]][c[1]], tables[1][c[1]][c[0]] = int32(c[2]), int32(c[2])
	}
	return tables
}()
