package site

import (
	"errors"
	"slices"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
)

// must refuses an act on a block, unless it may be done in one of the block's areas: the
// smallest that the tables of geography place, or any other for an officer whose
// jurisdiction is a constituency or the block itself. The refusal is that of the first.
func (s *Site) must(tx *database.Tx, by office.Acting, act office.Act, b *rolls.Block) (office.Decision, error) {
	var first error
	targets := []area.Area{b.Area()}
	for _, a := range b.Areas() {
		if a != b.Area() {
			targets = append(targets, a)
		}
	}
	for _, a := range targets {
		d, err := s.cfg.Book.Must(tx, by, act, office.In(a))
		if err == nil {
			return d, nil
		}
		if r := (*office.Refusal)(nil); !errors.As(err, &r) {
			return d, err
		}
		if first == nil {
			first = err
		}
	}
	return office.Decision{}, first
}

// may is must as a question.
func (s *Site) may(tx *database.Tx, by office.Acting, act office.Act, b *rolls.Block) (bool, error) {
	_, err := s.must(tx, by, act, b)
	if r := (*office.Refusal)(nil); errors.As(err, &r) {
		return false, nil
	}
	return err == nil, err
}

// blockNamed is the block of an address, if the officer may do the act there.
func (t *turn) blockNamed(tx *database.Tx, act office.Act) (b rolls.Block, err error) {
	code, err := geography.ParseBlockCode(t.R.PathValue("code"))
	if err != nil {
		return b, errMissing
	}
	if b, err = t.cfg.Store.Block(tx, code); err == nil {
		_, err = t.must(tx, t.By, act, &b)
	}
	return b, err
}

// areas are those for which the officer may do an act now, without those that lie in
// another of them.
func (t *turn) areas(tx *database.Tx, act office.Act) (all []area.Area, err error) {
	found, err := t.cfg.Claims.Jurisdiction(tx, t.By, act)
	for i, a := range found {
		within := func(j int, b area.Area) bool { return j != i && area.Within(a, b) && (a != b || j < i) }
		inside := false
		for j, b := range found {
			inside = inside || within(j, b)
		}
		if !inside {
			all = append(all, a)
		}
	}
	return all, err
}

// parts are the districts, tehsils, constituencies and blocks that an officer may choose
// one of, of areas that he has: of what is larger than a district, its districts.
func parts(areas []area.Area) (all []area.Area) {
	add := func(a area.Area) {
		if !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	for _, a := range areas {
		switch a.Kind() {
		case area.CountryKind, area.Province, area.Division:
			for _, d := range geography.Districts() {
				if one := area.OfDistrict(d); d.Voters > 0 && area.Within(one, a) {
					add(one)
				}
			}
		case area.District:
			add(a)
			for _, one := range geography.Tehsils() {
				if tehsil := area.OfTehsil(one); area.Within(tehsil, a) {
					add(tehsil)
				}
			}
		case area.Tehsil, area.Constituency, area.Block:
			add(a)
		}
	}
	return all
}

// options are areas to choose one of.
func options(areas []area.Area) (all []form.Option) {
	for _, a := range areas {
		all = append(all, form.Option{Value: a.String(), Text: areaName(a)})
	}
	return all
}

// areaName is how an officer reads an area.
func areaName(a area.Area) words.Message {
	en, ur := a.Names()
	name := words.Both{En: en, Ur: ur}
	switch a.Kind() {
	case area.CountryKind:
		return words.Named(name)
	case area.Constituency:
		return code(string(a.Seat()))
	}
	return words.Say("site.area."+string(a.Kind()), "name", name)
}

// scopeOf is an area as the store takes it; ok is false of one that holds no blocks by
// itself.
func scopeOf(a area.Area) (c rolls.Scope, ok bool) {
	switch a.Kind() {
	case area.CountryKind:
	case area.District:
		c.District = a
	case area.Tehsil:
		c.Tehsil = a
	case area.Constituency:
		c.Seat = a.Seat()
	case area.Block:
		code, err := geography.ParseBlockCode(a.String()[len("block:"):])
		if err != nil {
			return c, false
		}
		c.Blocks = []geography.BlockCode{code}
	default:
		return c, false
	}
	return c, true
}

// names gives officers' names, each read once.
type names map[office.OfficerID]words.Both

func (n names) of(l *counter.Look, id office.OfficerID) (words.Both, error) {
	if id == "" {
		return words.Both{}, nil
	}
	name, known := n[id]
	if !known {
		o, err := l.Book.Officer(l.Tx, id)
		if err != nil && !errors.Is(err, office.ErrMissing) {
			return name, err
		}
		name = o.Name()
		n[id] = name
	}
	return name, nil
}
