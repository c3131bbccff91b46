package doubles

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/test/need"
)

// word is a part of a name: its Urdu form and the Roman spellings that candidates of
// 2024 had for it, with how many had each.
type word struct {
	urdu   string
	other  []string // other Urdu spellings that go with the same Roman one
	roman  []string
	counts []int
	all    int
}

// parts are all words, men's and women's, with the sums of their counts to draw from.
type parts struct {
	men, women       []word
	menSum, womenSum []int
}

// womenWords are the parts of the list that women bear. They are few, since nine in ten
// candidates are men: women's names are commoner here than in a roll, and harder.
const womenWords = " Bibi Begum Parveen Kausar Nasreen Yasmin Yasmeen Shaheen Khatoon Noreen Nargis Mai Bano Jabeen Zeenat Nighat Riffat " +
	"Sultana Akhtar Maryam Shahnaz Naz Gul Kiran Saima Fozia Fatima Aisha Ayesha Nazia Shazia Sadia Rehana Tahira Naila Khadija Faiza Rabia Sobia Sidra " +
	"Najma Saira Farzana Rukhsana Robina Rubina Samina Tayyaba Zahida Shahida Nadia Uzma Asma Sana Sumaira Shagufta Naheed Shabana Ghazala Saeeda Hina Iqra " +
	"Zainab Nusrat Musarrat Tasleem Shamim Ruqia Maria Humaira Bushra Farah Amna Amina Rashida Sajida Khalida Zubaida Fouzia Sumera Talat Nabila Andleeb Mehwish Faryal Nosheen "

func readParts(t testing.TB) *parts {
	f, err := os.Open(need.Shared(t, "data", "names-pk", "name_token_pairs_roman_urdu.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at, byRoman := map[string]*word{}, map[string][]string{}
	var order []string
	for _, r := range rows[1:] {
		roman, urdu := r[0], r[1]
		count, err := strconv.Atoi(r[2])
		if err != nil {
			t.Fatal(err)
		}
		if len(roman) < 3 || len([]rune(urdu)) < 2 {
			continue
		}
		w := at[urdu]
		if w == nil {
			w = &word{urdu: urdu}
			at[urdu], order = w, append(order, urdu)
		}
		w.roman, w.counts, w.all = append(w.roman, roman), append(w.counts, count), w.all+count
		byRoman[roman] = append(byRoman[roman], urdu)
	}
	p := &parts{}
	for _, urdu := range order {
		w := at[urdu]
		for _, o := range byRoman[w.roman[0]] {
			if o != urdu {
				w.other = append(w.other, o)
			}
		}
		if strings.Contains(womenWords, " "+w.roman[0]+" ") {
			p.women = append(p.women, *w)
		}
		if w.all >= 4 {
			p.men = append(p.men, *w)
		}
	}
	sum := func(words []word, flat int) (sums []int) {
		total := 0
		for _, w := range words {
			total += min(w.all, flat)
			sums = append(sums, total)
		}
		return sums
	}
	// Muhammad is put before names below; so often it is not drawn.
	p.menSum, p.womenSum = sum(p.men, 900), sum(p.women, 60)
	return p
}

func draw(r *rand.Rand, words []word, sums []int) *word {
	n := r.IntN(sums[len(sums)-1])
	return &words[sort.SearchInts(sums, n+1)]
}

// made is a name as words, and as one clerk spells it.
type made []*word

func (m made) spell(r *rand.Rand) (en, ur string) {
	var e, u []string
	for _, w := range m {
		n, i := r.IntN(w.all), 0
		for n >= w.counts[i] {
			n -= w.counts[i]
			i++
		}
		e, u = append(e, w.roman[i]), append(u, w.urdu)
	}
	return strings.Join(e, " "), strings.Join(u, " ")
}

// society makes families: voter numbers are family*16 and the member.
type society struct {
	*parts
	*rand.Rand
	muhammad *word
	blocks   int
}

func newSociety(p *parts, seed uint64, voters int) *society {
	s := &society{parts: p, Rand: rand.New(rand.NewPCG(seed, 7)), blocks: max(1, voters/1000)}
	for i := range p.men {
		if p.men[i].urdu == "محمد" {
			s.muhammad = &p.men[i]
		}
	}
	return s
}

func (s *society) man() made {
	m := made{draw(s.Rand, s.men, s.menSum)}
	if s.Float64() < 0.75 {
		m = append(m, draw(s.Rand, s.men, s.menSum))
	}
	if s.Float64() < 0.3 {
		m = append(made{s.muhammad}, m...)
	}
	return m
}

func (s *society) woman() made {
	m := made{draw(s.Rand, s.women, s.womenSum)}
	if s.Float64() < 0.8 {
		m = append(m, draw(s.Rand, s.women, s.womenSum))
	}
	return m
}

func (s *society) block() geography.BlockCode { return s.blockOf(s.IntN(s.blocks)) }

// blockOf numbers blocks so that they fill circles, charges and districts.
func (s *society) blockOf(i int) geography.BlockCode {
	c, err := geography.MakeBlockCode(100+i/500, 1+i/50%10, 1+i/5%10, 1+i%5)
	if err != nil {
		panic(err)
	}
	return c
}

func (s *society) born(from, to int) rolls.Date {
	d := rolls.Date{Year: from + s.IntN(to-from+1), Month: 1 + s.IntN(12), Day: 1 + s.IntN(28)}
	switch n := s.Float64(); {
	case n < 0.10: // the birthday of who does not know it
		d.Month, d.Day = 1, 1
	case n < 0.13:
		d.Month, d.Day = 0, 0
	case n < 0.2:
		d.Day = 1
	}
	return d
}

func (s *society) address() string {
	return fmt.Sprintf("مکان %d گلی %d محلہ %s", 1+s.IntN(400), 1+s.IntN(40), s.men[s.IntN(len(s.men))].urdu)
}

type member struct {
	Record
	name, parent made
}

// family makes parents and children of one house. Brothers often have names with one
// part alike; one birth in 60 is of twins, half of them with like names.
func (s *society) family(number int64, father made) (all []member) {
	block, address := s.block(), s.address()
	start := 1930 + s.IntN(55)
	add := func(list rolls.List, name, parent made, relation rolls.Relation, born rolls.Date) {
		m := member{Record{ID: rolls.VoterID(number*16 + int64(len(all))), Block: block, List: list, Relation: relation, Born: born, Address: address}, name, parent}
		m.NameEn, m.NameUr = name.spell(s.Rand)
		m.ParentEn, m.ParentUr = parent.spell(s.Rand)
		all = append(all, m)
	}
	add(geography.Male, father, s.man(), rolls.Father, s.born(start, start+5))
	add(geography.Female, s.woman(), father, rolls.Husband, s.born(start, start+8))
	common := draw(s.Rand, s.men, s.menSum)
	boys := s.Float64() < 0.4 // who all have the common part
	year := start + 22
	for range s.IntN(6) {
		year += 1 + s.IntN(3)
		if year > 2007 {
			break
		}
		born, twins := s.born(year, year), s.IntN(60) == 0
		first := made(nil)
		for twin := 0; twin < 1 || twin < 2 && twins; twin++ {
			var name made
			list := geography.Male
			if s.IntN(2) == 0 {
				list, name = geography.Female, s.woman()
			} else if name = s.man(); boys {
				name = append(append(made{}, name[:max(1, len(name)-1)]...), common)
			}
			if twin == 1 && s.IntN(2) == 0 {
				name, list = append(made{}, first...), all[len(all)-1].List
				for at := s.IntN(len(name)); name[at] == first[at]; {
					if list == geography.Female {
						name[at] = draw(s.Rand, s.women, s.womenSum)
					} else {
						name[at] = draw(s.Rand, s.men, s.menSum)
					}
				}
			}
			add(list, name, father, rolls.Father, born)
			first = name
		}
	}
	return all
}

// again makes the second entry of a member, as a second card may have it, and says what
// is otherwise in it.
func (s *society) again(m member, id rolls.VoterID) (Record, []string) {
	var how []string
	r := m.Record
	r.ID = id
	chance := func(p float64, what string) bool {
		if s.Float64() >= p {
			return false
		}
		how = append(how, what)
		return true
	}
	r.NameEn, r.NameUr = m.name.spell(s.Rand)
	r.ParentEn, r.ParentUr = m.parent.spell(s.Rand)
	if r.NameEn != m.NameEn || r.ParentEn != m.ParentEn {
		how = append(how, "spelt otherwise")
	}
	if m.name[0].other != nil && chance(0.3, "other Urdu") {
		r.NameUr = strings.Replace(r.NameUr, m.name[0].urdu, m.name[0].other[s.IntN(len(m.name[0].other))], 1)
	}
	if chance(0.06, "Urdu typed wrong") {
		r.NameUr = s.slip(r.NameUr)
	}
	if chance(0.06, "Roman typed wrong") {
		r.NameEn = s.slip(r.NameEn)
	}
	if len(m.parent) > 1 && m.List == geography.Male && chance(0.15, "parent shortened") {
		cut := m.parent[:len(m.parent)-1]
		if m.parent[0] == s.muhammad {
			cut = m.parent[1:]
		}
		r.ParentEn, r.ParentUr = cut.spell(s.Rand)
	}
	if m.List == geography.Female && m.Relation == rolls.Father && chance(0.35, "married") {
		r.Relation = rolls.Husband
		r.ParentEn, r.ParentUr = s.man().spell(s.Rand)
		r.Block, r.Address = r.Block/1e6*1e6+s.block()%1e6, s.address()
	} else if chance(0.3, "moved") {
		r.Address = s.address()
		if s.IntN(2) == 0 {
			r.Block = s.block()
		} else {
			r.Block = r.Block/1e4*1e4 + s.block()%1e4
		}
	}
	switch d := &r.Born; {
	case d.Month == 0:
	case d.Day <= 12 && d.Day != d.Month && chance(0.1, "day and month swapped"):
		d.Day, d.Month = d.Month, d.Day
	case chance(0.08, "a year off"):
		d.Year += 1 - 2*s.IntN(2)
	case chance(0.04, "another day"):
		d.Day = 1 + (d.Day+s.IntN(26))%28
	case chance(0.03, "year only"):
		d.Month, d.Day = 0, 0
	}
	if how == nil {
		how = []string{"alike"}
	}
	return r, how
}

// slip is a slip of the hand: a letter left out, doubled, or changed with its neighbour.
func (s *society) slip(name string) string {
	letters := []rune(name)
	if len(letters) < 4 {
		return name
	}
	i := 1 + s.IntN(len(letters)-2)
	if letters[i] == ' ' || letters[i+1] == ' ' {
		return name
	}
	switch s.IntN(3) {
	case 0:
		return string(append(letters[:i:i], letters[i+1:]...))
	case 1:
		return string(append(letters[:i+1:i+1], letters[i:]...))
	}
	letters[i], letters[i+1] = letters[i+1], letters[i]
	return string(letters)
}

// again0 is what a double's number is above the first's.
const again0 = 1_000_000_000

type pairOf [2]rolls.VoterID

// roll makes about so many voters, with doubles of some, and gives which those are. Each
// fourth family's father is a brother of another's, of whose name he has a part.
func (s *society) roll(voters int, doubles float64, add func(*Record)) map[pairOf][]string {
	known := map[pairOf][]string{}
	var father made
	for n, family := 0, int64(1); n < voters; family++ {
		next := s.man()
		if father != nil && s.IntN(4) == 0 && len(father) > 1 {
			next = append(made{next[0]}, father[1:]...)
		}
		father = next
		all := s.family(family, father)
		for i := range all {
			m := &all[i]
			add(&m.Record)
			n++
			if s.Float64() < doubles {
				r, how := s.again(*m, m.ID+again0)
				known[pairOf{m.ID, r.ID}] = how
				add(&r)
				n++
			}
		}
	}
	return known
}
