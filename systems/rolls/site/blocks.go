package site

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"intikhab/domain/geography"
	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/phase"
)

// blocksPage is the view of the list of electoral areas.
type blocksPage struct {
	Table  listing.Table
	Choose bool // so many that one district is to be chosen first
}

// blockList is the list of the electoral areas of some parts.
func blockList(where []form.Option) *listing.Listing {
	return &listing.Listing{
		Caption: words.Say("site.blocks"), Path: "/rolls/blocks", Empty: words.Say("site.no_blocks"), Sort: "code",
		Columns: []listing.Column{
			{Key: "code", Label: words.Say("site.block"), SQL: "code"}, {Key: "tehsil", Label: words.Say("site.tehsil"), SQL: "tehsil"},
			{Key: "seat", Label: words.Say("site.seats"), SQL: "na"},
			{Label: words.Say("site.list.men"), Number: true}, {Label: words.Say("site.list.women"), Number: true}, {Label: words.Say("site.list.x"), Number: true},
			{Label: words.Say("site.station")}, {Key: "edition", Label: words.Say("site.edition"), SQL: "edition", Number: true}, {Label: words.Say("site.phase")},
		},
		Filters: []listing.Filter{{Key: "area", Label: words.Say("site.where"), Options: where}, {Key: "seat", Label: words.Say("site.seat")}, {Key: "code", Label: words.Say("site.code")}},
	}
}

// blocks lists the electoral areas of the officer's jurisdiction.
func (t *turn) blocks() {
	var keep []string
	t.Show(http.StatusOK, "blocks", func(l *counter.Look) (any, error) {
		own, err := t.areas(l.Tx, ActRead)
		if err != nil {
			return nil, err
		}
		choice := parts(own)
		list := blockList(options(choice))
		keep = list.Keep()
		q := list.Read(t.R)
		scopes, few := blockScopes(own, choice, q.Filter("area"), q.Filter("seat"), q.Filter("code"))
		if !few {
			return blocksPage{Table: q.Table(0, nil), Choose: true}, nil
		}
		found, err := t.blocksIn(l, scopes, q.Filter("code"))
		if err != nil {
			return nil, err
		}
		by, down := q.Sort()
		sortBlocks(found, by, down)
		rows, err := t.blockRows(l, found[min(q.Offset(), len(found)):min(q.Offset()+q.Limit(), len(found))])
		return blocksPage{Table: q.Table(len(found), rows)}, err
	}, append(keep, "area", "seat", "code", "sort", "page")...)
}

// blockScopes are the scopes to read: of the part that was chosen, or of all that the
// officer has; few is false where that would be more than a district and nothing narrows
// it. What the officer has decides in any case: see blocksIn.
func blockScopes(own, choice []area.Area, part, seat, begin string) (all []rolls.Scope, few bool) {
	var c rolls.Scope
	narrow := false
	if s, err := geography.ParseConstituency(seat); err == nil {
		c.Seat, narrow = s, true
	} else if seat != "" {
		return nil, true
	}
	if n, err := geography.ParseBlockCode(begin); err == nil {
		c.Blocks, narrow = []geography.BlockCode{n}, true
	}
	if a, err := area.Parse(part); err == nil && slices.Contains(choice, a) {
		own, narrow = []area.Area{a}, true
	}
	for _, a := range own {
		one, whole := scopeOf(a)
		switch {
		case whole && a != area.Country:
		case narrow:
			one = rolls.Scope{}
		default:
			return nil, false
		}
		if c.Seat != "" {
			if one.Seat != "" && one.Seat != c.Seat {
				all = append(all, one) // blocks of both are found by looking at each
				continue
			}
			one.Seat = c.Seat
		}
		if c.Blocks != nil {
			one.Blocks = c.Blocks
		}
		all = append(all, one)
	}
	return all, true
}

// blocksIn are the electoral areas of scopes for which the officer has the act, each once.
func (t *turn) blocksIn(l *counter.Look, scopes []rolls.Scope, begin string) (all []rolls.Block, err error) {
	seen := map[geography.BlockCode]bool{}
	for _, c := range scopes {
		some, err := t.cfg.Store.Blocks(l.Tx, c)
		if err != nil {
			return nil, err
		}
		for i := range some {
			b := &some[i]
			if !seen[b.Code] && strings.HasPrefix(b.Code.String(), begin) && t.mayLook(l, b) {
				seen[b.Code] = true
				all = append(all, *b)
			}
		}
	}
	return all, nil
}

// mayLook tells whether the officer may see a block's figures, without a statement more.
func (t *turn) mayLook(l *counter.Look, b *rolls.Block) bool {
	return slices.ContainsFunc(b.Areas(), func(a area.Area) bool { return l.May(ActRead, in(a)) })
}

func sortBlocks(all []rolls.Block, by string, down bool) {
	slices.SortStableFunc(all, func(a, b rolls.Block) int {
		n := 0
		switch by {
		case "tehsil":
			n = cmp.Compare(a.TehsilEn, b.TehsilEn)
		case "seat":
			n = cmp.Or(cmp.Compare(a.NA, b.NA), cmp.Compare(a.PA, b.PA))
		case "edition":
			n = cmp.Compare(a.Edition, b.Edition)
		}
		if n = cmp.Or(n, cmp.Compare(a.Code, b.Code)); down {
			return -n
		}
		return n
	})
}

// blockRows are rows of one page.
func (t *turn) blockRows(l *counter.Look, some []rolls.Block) (rows []listing.Row, err error) {
	rules, err := t.cfg.Phases.Rules(l.Tx)
	if err != nil {
		return nil, err
	}
	now := t.Book.Now()
	for i := range some {
		b := &some[i]
		n, err := t.cfg.Store.Count(l.Tx, b.Code)
		if err != nil {
			return nil, err
		}
		state := rules.At(phase.AreasOf(b), now)
		rows = append(rows, listing.Row{
			web.Hint{Value: web.Link{Href: "/rolls/blocks/" + b.Code.String(), Text: code(b.Code.String())}, Below: blockName(b)},
			words.Both{En: b.TehsilEn, Ur: b.TehsilUr}, seatsOf(b), n[0], n[1], n[2], stationsOf(b), b.Edition, words.Say(state.Phase.Key())})
	}
	return rows, nil
}

// code is a number or code as a message, which keeps its own direction in Urdu.
func code(text string) words.Message { return words.Say("site.n", "n", text) }

func blockName(b *rolls.Block) words.Both { return words.Both{En: b.NameEn, Ur: b.NameUr} }

func seatsOf(b *rolls.Block) []any {
	var all []any
	for _, seat := range []geography.Constituency{b.NA, b.PA} {
		if seat != "" {
			all = append(all, seat)
		}
	}
	return all
}

// stationsOf are the stations of a block's lists, each once.
func stationsOf(b *rolls.Block) any {
	var all []any
	for i, s := range b.Station {
		if s != "" && !slices.Contains(b.Station[:i], s) {
			all = append(all, s)
		}
	}
	if all == nil {
		return words.Say("site.none_yet")
	}
	return all
}
