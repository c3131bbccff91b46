// Package people makes synthetic people for an electoral roll: voters who do not exist,
// in families and households, in census blocks of the real districts and constituencies,
// with names in Urdu and Roman letters, dates of birth, addresses and identity card
// numbers, for demonstrations, measurements and tests.
//
// What is as in a real roll: how voters are spread over constituencies and districts,
// block and household sizes, the ages of voters, the gap between women and men in each
// province and how it differs between blocks. TestPyramid and TestGap show it. What is
// not: everybody. A number's last digit is odd for men and even for women as the
// authority gives them, but nothing may be concluded from it.
//
// The same Config gives the same people on every machine, whatever its processors: no
// floating point and no clock decides anything. Nobody is remembered; any person can be
// made again from his number alone ([Population.At]).
package people

import (
	"fmt"
	"sort"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/people/names"
)

// MaxVoters is the most that a population can have; beyond it families might run out of
// numbers.
const MaxVoters = 150_000_000

// Config says which people to make.
type Config struct {
	Voters    int
	Seed      uint64
	Districts []string // English names of the only districts to have blocks in; none: all
	Blocks    []Block  // the blocks to live in; none: they are made up. Their Voters are not read
	On        Date     // the day on which ages are counted and the roll stands; zero: 1 January 2026
	Peculiar  Peculiar
}

// Relation is whose name stands beside a voter's own.
type Relation uint8

// The relations that cards have.
const (
	Father Relation = iota
	Husband
)

// AddressKind says which of a person's addresses is meant.
type AddressKind uint8

// The addresses of a card, and the posting of a government servant.
const (
	PermanentAddress AddressKind = iota
	TemporaryAddress
	PostingAddress
)

// Address is a block and the words of a place in it; the zero Address is none.
type Address struct {
	Block  geography.BlockCode
	En, Ur string
}

// Person is one voter. Its strings share memory with those of persons made at about the
// same time; who keeps a few of many should clone them.
type Person struct {
	CNIC               cnic.Number
	NameEn, NameUr     string
	ParentEn, ParentUr string
	Relation           Relation
	Gender             geography.Gender
	Born               Date   // month and day 0 where only the year is known
	Family             string // six letters and digits, alike for who live as one family
	Household          int    // number in the block, from 1

	Permanent, Temporary, Posting Address
	Chosen                        AddressKind   // where the vote is
	Service                       rolls.Service // by whose post it may be where somebody is posted
	Block                         geography.BlockCode
	Since                         Date // when the person came onto the roll
	Died                          Date // when the death was notified; zero but for Peculiar.Dead
}

// Population is people who can be made. It does not change and may be used by many
// goroutines at once.
type Population struct {
	cfg      Config
	on       int // the day Config.On
	homes    []home
	areas    []area
	extras   []extra
	doubles  []Double
	stations []geography.PollingStation
	movers   movers
}

// New plans a population; it makes nobody yet.
func New(c Config) (*Population, error) {
	if c.Voters < 1 || c.Voters > MaxVoters {
		return nil, fmt.Errorf("people: %d voters: from 1 to %d can be made", c.Voters, MaxVoters)
	}
	if c.On == (Date{}) {
		c.On = Date{2026, 1, 1}
	}
	p := &Population{cfg: c, on: c.On.number()}
	if err := p.plan(); err != nil {
		return nil, err
	}
	return p, p.placePeculiar()
}

// Each makes n people of a seed, in all districts, with no peculiarities.
func Each(n int, seed uint64, f func(i int, p Person) error) error {
	p, err := New(Config{Voters: n, Seed: seed})
	if err != nil {
		return err
	}
	return p.Range(0, n, f)
}

// Len is how many people there are.
func (p *Population) Len() int { return p.cfg.Voters }

// Each makes everybody, in order: block by block, household by household, those of
// Config.Peculiar at the end of their block. It stops at the first error and gives it.
func (p *Population) Each(f func(i int, p Person) error) error { return p.Range(0, p.Len(), f) }

// Range makes the people from one number to before another, so that several goroutines
// can share the work.
func (p *Population) Range(from, to int, f func(i int, p Person) error) error {
	if from < 0 || to > p.Len() || from > to {
		return fmt.Errorf("people: persons %d to %d of %d", from, to, p.Len())
	}
	m := maker{pop: p, arena: arena{chunk: 32 << 10}}
	at := p.areaOf(from)
	for ; at < len(p.areas) && p.areas[at].first < to; at++ {
		a := &p.areas[at]
		sizes := p.sizes(at)
		for i := a.first; i < a.first+a.voters; {
			h := sizes.next(i - a.first)
			if i+h.people > from {
				m.household(at, h)
				for k := range h.people {
					if i+k < from {
						continue
					}
					if i+k >= to {
						return nil
					}
					if err := f(i+k, m.people[k]); err != nil {
						return err
					}
				}
			}
			i += h.people
		}
	}
	return nil
}

// At makes the person with a number from 0 to Len-1; it panics for another, as a slice
// does.
func (p *Population) At(i int) Person {
	m := maker{pop: p, arena: arena{chunk: 1 << 10}}
	at, h, k := p.find(i)
	m.household(at, h)
	return m.people[k]
}

// find gives the area of a person, the household, and the place in it.
func (p *Population) find(i int) (at int, h household, k int) {
	at = p.areaOf(i)
	a := &p.areas[at]
	sizes := p.sizes(at)
	for first := a.first; ; first += h.people {
		h = sizes.next(first - a.first)
		if i < first+h.people {
			return at, h, i - first
		}
	}
}

func (p *Population) areaOf(i int) int {
	if i < 0 || i > p.Len() {
		panic(fmt.Sprintf("people: person %d of %d", i, p.Len()))
	}
	return sort.Search(len(p.areas), func(k int) bool { return p.areas[k].first+p.areas[k].voters > i })
}

// arena is text that persons share: it is written once and never moves.
type arena struct {
	b     strings.Builder
	chunk int
}

// room makes sure that n bytes can be written without moving what is there.
func (a *arena) room(n int) {
	if a.b.Cap()-a.b.Len() < n {
		a.b = strings.Builder{}
		a.b.Grow(max(n, a.chunk))
	}
}

// names writes a name in both scripts.
func (a *arena) name(n *names.Name) (en, ur string) {
	a.room(512)
	from := a.b.Len()
	n.WriteEn(&a.b)
	middle := a.b.Len()
	n.WriteUr(&a.b)
	s := a.b.String()
	return s[from:middle], s[middle:]
}
