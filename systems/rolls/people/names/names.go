// Package names is names of people who do not exist: each is put together from a table of
// words (names.csv) that gives every word in Roman and in Urdu letters, with the other
// spellings in which the same word is met. TestNamesAreShaped shows that no Roman letter
// stands in an Urdu name and no Urdu letter in a Roman one.
//
// Whoever draws a name brings the random number; the same number gives the same name
// everywhere. Where the words come from is in README.md.
package names

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed names.csv
var file string

// Kind says where in a name a word stands.
type Kind uint8

// The kinds: a man's own name, what stands before it (Muhammad), what follows where no
// family name does (Khan, Ali); a woman's own name, what follows that (Bibi, Begum); and
// the family's.
const (
	Man Kind = iota
	Prefix
	Second
	Woman
	End
	Family
	kinds
)

var kindNames = map[string]Kind{"man": Man, "prefix": Prefix, "second": Second, "woman": Woman, "end": End, "family": Family}

// Word is one word, or two that belong together (Abdul Rehman).
type Word struct {
	En, Ur         string
	AlsoEn, AlsoUr []string // other spellings that are met, rarer ones
}

// slots is among how many equal chances the words of a kind are shared out by weight.
const slots = 4096

// provinces are the provinces by the letter that the column "where" has for each:
// Punjab, Sindh, Khyber Pakhtunkhwa, Balochistan, the capital.
const provinces = "PSKBI"

type table struct {
	words  [kinds][]Word
	chance [len(provinces)][kinds][slots]uint16
}

// Place is where in the country a name is from: some are usual in one province only.
type Place uint8

// PlaceOf gives the place for a province's code (PB, SD, KP, BA, IS); Punjab for others.
func PlaceOf(province string) Place {
	if i := strings.Index("PB SD KP BA IS", province); i > 0 && len(province) == 2 {
		return Place(i / 3)
	}
	return 0
}

// Pick gives the word of a kind that the lowest twelve bits of r say, each as often as it
// is met at the place.
func Pick(k Kind, at Place, r uint64) *Word {
	t := all()
	return &t.words[k][t.chance[at][k][r%slots]]
}

// Words gives all words of a kind. The slice is shared and must not be changed.
func Words(k Kind) []Word { return all().words[k] }

// all reads the table once. A fault in it is a fault of the program, found by its tests.
var all = sync.OnceValue(func() *table {
	r := csv.NewReader(strings.NewReader(file))
	r.FieldsPerRecord = 8
	rows, err := r.ReadAll()
	if err != nil {
		panic(fmt.Sprintf("names: names.csv: %v", err))
	}
	t := &table{}
	var weights [len(provinces)][kinds][]int
	for i, f := range rows[1:] {
		k, ok := kindNames[f[0]]
		weight, err := strconv.Atoi(f[3])
		if !ok || err != nil || weight < 1 || strings.Trim(f[4], provinces) != "" {
			panic(fmt.Sprintf("names: names.csv: row %d: kind %q, weight %q, where %q", i+2, f[0], f[3], f[4]))
		}
		w := Word{En: f[1], Ur: f[2]}
		if f[5] != "" {
			w.AlsoEn = strings.Split(f[5], "|")
		}
		if f[6] != "" {
			w.AlsoUr = strings.Split(f[6], "|")
		}
		t.words[k] = append(t.words[k], w)
		for p := range provinces {
			here := weight
			if f[4] != "" && !strings.Contains(f[4], provinces[p:p+1]) {
				here = 0
			}
			weights[p][k] = append(weights[p][k], here)
		}
	}
	for p := range weights {
		for k, ws := range weights[p] {
			share(t.chance[p][k][:], ws)
		}
	}
	return t
})

// share fills to with the numbers of the weights, each as often as its weight asks for.
func share(to []uint16, weights []int) {
	total, cum, at := 0, 0, 0
	for _, w := range weights {
		total += w
	}
	for i, w := range weights {
		cum += w
		for ; at < len(to) && at*total < cum*len(to); at++ {
			to[at] = uint16(i)
		}
	}
}
