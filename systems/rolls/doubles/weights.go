package doubles

import "math"

// The fields that are compared, in the order in which reasons have them.
const (
	nameField = iota
	parentField
	bornField
	placeField
	addressField
	listField
	fields
)

var fieldNames = [fields]string{"name", "parent", "born", "place", "address", "list"}

// How two records agree in a field.
const (
	missing   uint8 = iota // one of them does not have it, or it can't be compared
	same                   // alike but for spelling that no rule would tell apart
	near                   // alike, spelt otherwise
	likely                 // like
	shortened              // all parts of the one are in the other
	some                   // something alike
	different
	swapped  // of dates: day and month changed places
	yearOff  // the year is one off
	partly   // one of day and month is otherwise, or not known
	circle   // of places: not the block, but its circle,
	charge   // its charge,
	district // its district
	husband  // of parents: one has the father's, the other the husband's name
)

var levelNames = [...]string{"missing", "same", "near", "like", "shortened", "somewhat", "different", "swapped", "year off", "partly", "circle", "charge", "district", "other relation"}

// The weights are in bits: by how many doublings the agreement makes it more likely that
// two records are one person (Fellegi and Sunter, A theory for record linkage, 1969). They
// are judgements, held against pairs that are known (docs/doubles.md), but for rarity:
// how many bits it is worth that two share a name, a date or a block is counted in
// the roll at hand.
//
// A person's double is not the only one who is like him: brothers, sisters and cousins
// share parent, block and house. So there are two weights, one against strangers and one
// against relatives, and the one that fits worse decides.
const (
	// share is how many doubles are expected of one voter, and kin how many relatives
	// in the roll have a parent's name like his.
	share = 0.002
	kin   = 5
)

// Names or dates that are different weigh nothing, since such a pair is none: see weigh.

// nameWeight against strangers, of a name with so many bits of rarity.
func nameWeight(level uint8, rarity float64) float64 {
	switch level {
	case same:
		return rarity - 0.5
	case near:
		return rarity - 2
	case shortened:
		return rarity - 5
	case likely:
		return rarity - 4.5
	case some:
		return rarity/2 - 6
	}
	return 0
}

// parentWeight against strangers. A card has the husband's name after a marriage, so
// that another relation says little; then only agreement does.
func parentWeight(level uint8, rarity float64) float64 {
	switch level {
	case same:
		return rarity - 0.7
	case near:
		return rarity - 2.2
	case shortened:
		return rarity - 3.5
	case likely:
		return rarity - 4.5
	case some:
		return max(-5, rarity*0.4-6)
	case missing, husband:
		return 0
	}
	return -5
}

// bornWeight against strangers, of a date with so many bits of rarity: few on a common
// day, fewer on 1 January, which is given to whoever does not know his birthday.
func bornWeight(level uint8, rarity float64) float64 {
	switch level {
	case same:
		return rarity - 0.5
	case swapped:
		return rarity - 4.5
	case yearOff:
		return rarity - 5.3
	case partly:
		return max(-3, rarity-9.4)
	}
	return 0
}

func placeWeight(level uint8, rarity float64) float64 {
	switch level {
	case same:
		return rarity - 1
	case circle, charge:
		return rarity - 3.2
	case district:
		return rarity - 2
	case missing:
		return 0
	}
	return -3
}

func addressWeight(level uint8) float64 {
	switch level {
	case same:
		return 3
	case different:
		return -1
	}
	return 0
}

// kinName and kinBorn are the weights against relatives. Few brothers have one name,
// many have names that begin or end alike; twins have one birthday, and where it is
// 1 January all of a family may.
func kinName(level uint8) float64 {
	switch level {
	case same:
		return 8
	case near:
		return 5.5
	case shortened:
		return 2.5
	case likely:
		return 2
	case some:
		return -2
	}
	return 0
}

func kinBorn(level uint8, newYear bool) float64 {
	switch level {
	case same:
		if newYear {
			return 3.7
		}
		return 5.5
	case swapped:
		return 6.5
	case yearOff:
		if newYear {
			return -0.5
		}
		return 4.5
	case partly:
		return 2.5
	}
	return 0
}

// listWeight: a card of the other sex is a clerk's slip, or another person.
func listWeight(level uint8) float64 {
	if level == different {
		return -7
	}
	return 0.9
}

// levelOf gives the level of a likeness of names.
func levelOf(like float64) uint8 {
	switch {
	case like < 0:
		return missing
	case like >= 0.985:
		return same
	case like >= 0.92:
		return near
	case like >= 0.86:
		return likely
	case like >= 0.76:
		return some
	}
	return different
}

// bornLevel compares dates of birth. Two dates that are not like at all are different;
// a year alone agrees partly with a date in it.
func bornLevel(a, b uint32) uint8 {
	if a == b {
		if a>>9 == 0 {
			return missing
		}
		if a&0x1FF == 0 {
			return partly
		}
		return same
	}
	ya, ma, da := unpackDate(a)
	yb, mb, db := unpackDate(b)
	switch {
	case ya == 0 || yb == 0:
		return missing
	case ya == yb && ma == db && da == mb:
		return swapped
	case ma == mb && da == db && ma != 0 && (ya-yb == 1 || yb-ya == 1):
		return yearOff
	case ya == yb && (ma == mb || da == db || ma == 0 || mb == 0):
		return partly
	}
	return different
}

func placeLevel(a, b uint32) uint8 {
	switch {
	case a == 0 || b == 0:
		return missing
	case a == b:
		return same
	case a/100 == b/100:
		return circle
	case a/1e4 == b/1e4:
		return charge
	case a/1e6 == b/1e6:
		return district
	}
	return different
}

// addressLevel compares the words of two addresses that are near each other; of places
// far apart alike words say nothing.
func addressLevel(a, b *[6]uint16) uint8 {
	i, j, shared, all := 0, 0, 0, 0
	for i < len(a) && a[i] != 0 && j < len(b) && b[j] != 0 {
		all++
		switch {
		case a[i] == b[j]:
			shared, i, j = shared+1, i+1, j+1
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if all == 0 {
		return missing
	}
	for ; i < len(a) && a[i] != 0; i++ {
		all++
	}
	for ; j < len(b) && b[j] != 0; j++ {
		all++
	}
	switch r := float64(shared) / float64(all); {
	case r >= 0.6:
		return same
	case r < 0.2:
		return different
	}
	return some
}

// odds joins the evidence against two explanations, in bits: of odds that it is one
// person against that it is either of two others.
func odds(strangers, relatives float64) float64 {
	low, high := min(strangers, relatives), max(strangers, relatives)
	return low - math.Log2(1+math.Exp2(low-high))
}
