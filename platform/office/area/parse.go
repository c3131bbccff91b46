package area

import (
	"fmt"
	"slices"
	"strings"

	"intikhab/domain/geography"
	"intikhab/platform/spelling"
)

// longestKey is above every key; what is longer is not looked at.
const longestKey = 120

// kinds are the words before the colon, for an error that names them.
var kinds = []string{"province", "division", "district", "tehsil", "constituency", "station", "block"}

// Parse reads an area's key. Capital and small letters of the kind and of a name
// are the same to it. It refuses what the tables do not have, and names the nearest
// that they have; also the territories of Azad Jammu and Kashmir and
// Gilgit-Baltistan, which have rolls and election commissions of their own.
func Parse(key string) (Area, error) {
	text := strings.TrimSpace(key)
	if text == "" {
		return Area{}, fmt.Errorf(`area: no key; write it as "district:lahore", or "pk" for the whole country`)
	}
	if len(text) > longestKey {
		return Area{}, fmt.Errorf("area %q…: a key has at most %d bytes", clip(text), longestKey)
	}
	if strings.EqualFold(text, string(CountryKind)) {
		return Country, nil
	}
	word, name, colon := strings.Cut(text, ":")
	kind := strings.ToLower(word)
	if !colon || !slices.Contains(kinds, kind) {
		return Area{}, fmt.Errorf(`area %q: it must be "pk" or begin with one of %s and a colon, as in "district:lahore"`,
			clip(text), strings.Join(kinds, ", "))
	}
	if name == "" {
		return Area{}, fmt.Errorf("area %q: nothing stands after the colon", text)
	}
	switch Kind(kind) {
	case Constituency:
		c, err := geography.ParseConstituency(name)
		if err != nil {
			return Area{}, fmt.Errorf("area %q: %w", clip(text), err)
		}
		return OfConstituency(c), nil
	case Station:
		s, err := geography.ParseStationID(name)
		if err != nil {
			return Area{}, fmt.Errorf("area %q: %w", clip(text), err)
		}
		return OfStation(s), nil
	case Block:
		b, err := geography.ParseBlockCode(name)
		if err != nil {
			return Area{}, fmt.Errorf("area %q: %w", clip(text), err)
		}
		return OfBlock(b), nil
	}
	a := Area{Kind(kind), strings.ToLower(name)}
	if _, ok := places()[a]; ok {
		return a, nil
	}
	if reason, ok := elsewhere()[a]; ok {
		return Area{}, fmt.Errorf("area %q: %s has a roll and an election commission of its own", text, reason)
	}
	return Area{}, unknown(a)
}

// unknown names the known area of the same kind that was most likely meant.
func unknown(a Area) error {
	var names []string
	for known := range places() {
		if known.kind == a.kind {
			names = append(names, known.name)
		}
	}
	slices.Sort(names) // so that of two equally near ones it is always the same
	nearest := spelling.Nearest(a.name, names)
	return fmt.Errorf("area %q: there is no such %s; the nearest name is %q", clip(a.String()), a.kind, string(a.kind)+":"+nearest)
}

// clip keeps an error about a key from holding a whole file.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
