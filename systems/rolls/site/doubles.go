package site

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/doubles"
)

// findings are what an officer may find, and that nobody has.
var findings = []struct {
	finding doubles.Finding
	value   string // in addresses
	kind    web.Kind
}{{doubles.Open, "open", web.Warn}, {doubles.SamePerson, "same", web.Bad}, {doubles.TwoPersons, "two", web.Good}, {doubles.LookedAt, "looked", web.Info}}

// doublesPage is the view of the report of likely doubles.
type doublesPage struct {
	Run    *web.Notice // there is no report yet
	Made   []form.Row
	Tabs   []web.Tab
	Table  listing.Table
	Older  string
	First  string
	Filter string
}

func findingValue(f doubles.Finding) (value string, kind web.Kind) {
	for _, one := range findings {
		if one.finding == f {
			return one.value, one.kind
		}
	}
	return "open", web.Quiet
}

// doubles lists the likely pairs of which an entry is the officer's.
func (t *turn) doubles() {
	asked := t.R.URL.Query()
	t.Show(http.StatusOK, "doubles", func(l *counter.Look) (any, error) {
		v := doublesPage{}
		run, err := t.cfg.Doubles.Last(l.Tx)
		if errors.Is(err, doubles.ErrNoRun) {
			v.Run = &web.Notice{Kind: web.Warn, Title: words.Say("site.no_run"), Text: words.Say("site.no_run_text")}
			return v, nil
		}
		if err != nil {
			return nil, err
		}
		v.Made = []form.Row{{Label: words.Say("site.run_at"), Value: run.At}, {Label: words.Say("site.voters"), Value: run.Voters}, {Label: words.Say("site.pairs"), Value: run.Reported}}
		areas, err := t.areas(l.Tx, ActDoubles)
		if err != nil {
			return nil, err
		}
		q := doubles.Query{Areas: areas}
		if n, err := strconv.ParseInt(asked.Get("voter"), 10, 64); err == nil && n > 0 {
			q.Voter = rolls.VoterID(n)
		}
		counts, err := t.cfg.Doubles.Count(l.Tx, q)
		if err != nil {
			return nil, err
		}
		address := func(pairs ...string) string {
			u := url.Values{}
			if q.Voter != 0 {
				u.Set("voter", q.Voter.String())
			}
			for i := 0; i+1 < len(pairs); i += 2 {
				u.Set(pairs[i], pairs[i+1])
			}
			if len(u) == 0 {
				return "/rolls/doubles"
			}
			return "/rolls/doubles?" + u.Encode()
		}
		chosen := ""
		for _, one := range findings {
			if asked.Get("finding") == one.value {
				chosen, q.Findings = one.value, []doubles.Finding{one.finding}
			}
		}
		v.Tabs = append(v.Tabs, web.Tab{Href: address(), Text: words.Say("site.finding.all"), Here: chosen == ""})
		for _, one := range findings {
			v.Tabs = append(v.Tabs, web.Tab{Href: address("finding", one.value), Text: words.Say("site.finding_n", "finding", words.Say("site.finding."+one.value), "n", counts[one.finding]), Here: chosen == one.value})
		}
		if err := t.doublesTable(l, &v, q, asked.Get("after"), func(after string) string {
			if chosen == "" {
				return address("after", after)
			}
			return address("finding", chosen, "after", after)
		}); err != nil {
			return nil, err
		}
		if asked.Get("after") != "" {
			v.First = address()
		}
		return v, nil
	}, "finding", "voter", "after")
}

// doublesTable fills in one page of pairs.
func (t *turn) doublesTable(l *counter.Look, v *doublesPage, q doubles.Query, after string, older func(string) string) error {
	if a, b, ok := parsePair(after); ok {
		last, err := t.cfg.Doubles.Get(l.Tx, a, b)
		if err != nil && !errors.Is(err, doubles.ErrNoPair) {
			return err
		}
		if err == nil {
			q.After = &last
		}
	}
	page, more, err := t.cfg.Doubles.List(l.Tx, q)
	if err != nil {
		return err
	}
	var rows []listing.Row
	for _, k := range page {
		value, kind := findingValue(k.Finding)
		rows = append(rows, listing.Row{
			web.Link{Href: "/rolls/doubles/" + pairText(k.A, k.B), Text: code(pairText(k.A, k.B))}, oddsText(k.Score),
			[]any{code(k.Blocks[0].String()), code(k.Blocks[1].String())}, reasonTexts(k.Reasons, false),
			web.Tag{Kind: kind, Text: words.Say("site.finding." + value)}})
	}
	v.Table = listing.Plain(words.Say("site.room.doubles"), []listing.Column{{Label: words.Say("site.pair")}, {Label: words.Say("site.odds")}, {Label: words.Say("site.blocks")},
		{Label: words.Say("site.agree")}, {Label: words.Say("site.finding")}}, rows)
	v.Table.Empty = words.Say("site.no_pairs")
	if more && len(page) > 0 {
		last := page[len(page)-1]
		v.Older = older(pairText(last.A, last.B))
	}
	return nil
}

func pairText(a, b rolls.VoterID) string { return a.String() + "-" + b.String() }

func parsePair(text string) (a, b rolls.VoterID, ok bool) {
	first, second, found := strings.Cut(text, "-")
	x, err1 := strconv.ParseInt(first, 10, 64)
	y, err2 := strconv.ParseInt(second, 10, 64)
	return rolls.VoterID(x), rolls.VoterID(y), found && err1 == nil && err2 == nil && x > 0 && y > 0
}

// oddsText is a score of bits as odds.
func oddsText(bits float64) words.Message {
	n := int64(math.Round(math.Exp2(min(math.Abs(bits), 40))))
	if bits < 0 {
		return words.Say("site.odds_against", "n", n)
	}
	return words.Say("site.odds_for", "n", n)
}

// reasonTexts tell how the two of a pair agree; all of it, or what speaks for one person.
func reasonTexts(reasons []doubles.Reason, whole bool) (all []any) {
	for _, r := range reasons {
		if whole || r.Bits > 0 {
			all = append(all, words.Say("site.agrees", "field", words.Say("site.agree."+r.Field), "how", words.Say("site.how."+strings.ReplaceAll(r.How, " ", "_"))))
		}
	}
	return all
}

// pairPage is the view of one pair.
type pairPage struct {
	Crumbs  []web.Link
	Title   words.Message
	Form    *form.Filled // that asks for the reason
	Beside  listing.Table
	Reasons []any
	Rows    []form.Row
	Decide  string
}

func pairCrumbs(text string) []web.Link {
	return []web.Link{{Href: "/rolls", Text: words.Say("site.rolls")}, {Href: "/rolls/doubles", Text: words.Say("site.room.doubles")}, {Href: "/rolls/doubles/" + text, Text: code(text)}}
}

// kept is the pair of the address, if one of its entries is the officer's.
func (t *turn) kept(tx *database.Tx, act office.Act) (k doubles.Kept, d office.Decision, err error) {
	a, b, ok := parsePair(t.R.PathValue("pair"))
	if !ok {
		return k, d, doubles.ErrNoPair
	}
	if k, err = t.cfg.Doubles.Get(tx, a, b); err != nil {
		return k, d, err
	}
	var first error
	for _, code := range k.Blocks {
		b, err := t.cfg.Store.Block(tx, code)
		if err != nil {
			return k, d, err
		}
		if d, err = t.must(tx, t.By, act, &b); err == nil {
			return k, d, nil
		}
		if r := (*office.Refusal)(nil); !errors.As(err, &r) {
			return k, d, err
		}
		if first == nil {
			first = err
		}
	}
	return k, d, first
}

// pair shows both entries beside each other to whoever has given a reason.
func (t *turn) pair() {
	text := t.R.PathValue("pair")
	v := pairPage{Title: words.Say("site.pair_n", "pair", text), Crumbs: pairCrumbs(text), Form: voterForm.Empty()}
	v.Crumbs[2].Href = ""
	if t.Sent() {
		var err error
		if v.Form, err = voterForm.Read(t.R); err != nil {
			form.Failed(t.W, t.R, err)
			return
		}
	}
	if !t.Sent() || !v.Form.OK() {
		if !t.Read(func(l *counter.Look) error {
			_, _, err := t.kept(l.Tx, ActDoubles)
			return err
		}) {
			return
		}
		status := http.StatusOK
		if t.Sent() {
			status = http.StatusUnprocessableEntity
		}
		t.page(status, "pair", v)
		return
	}
	reason := v.Form.Text("reason")
	v.Form = nil
	if t.ReadSeen(func(l *counter.Look) error { return t.pairSeen(l, reason, &v) }) {
		t.page(http.StatusOK, "pair", v)
	}
}

func (t *turn) pairSeen(l *counter.Look, reason string, v *pairPage) error {
	k, d, err := t.kept(l.Tx, ActDoubles)
	if err != nil {
		return err
	}
	if err := audit.Seen(l.Tx, t.Book.Now(), d.Entry(t.By, ActDoubles, "doubles:"+pairText(k.A, k.B), reason)); err != nil {
		return err
	}
	var both [2][]form.Row
	for i, id := range []rolls.VoterID{k.A, k.B} {
		e, err := t.cfg.Store.Get(l.Tx, id)
		if err != nil {
			return err
		}
		b, err := t.cfg.Store.Block(l.Tx, e.Block)
		if err != nil {
			return err
		}
		both[i] = append(pairRows(&e), aboutEntry(&e, &b)...)
	}
	var rows []listing.Row
	for i := range both[0] {
		rows = append(rows, listing.Row{both[0][i].Label, both[0][i].Value, both[1][i].Value})
	}
	v.Beside = listing.Plain(words.Say("site.beside_pair"), []listing.Column{{Label: words.Say("site.particular")}, {Label: words.Say("site.entry_n", "id", k.A.String())}, {Label: words.Say("site.entry_n", "id", k.B.String())}}, rows)
	v.Reasons = reasonTexts(k.Reasons, true)
	value, kind := findingValue(k.Finding)
	v.Rows = []form.Row{{Label: words.Say("site.odds"), Value: oddsText(k.Score)}, {Label: words.Say("site.finding"), Value: web.Tag{Kind: kind, Text: words.Say("site.finding." + value)}}}
	if k.Finding != doubles.Open {
		name, err := (names{}).of(l, office.OfficerID(k.Officer))
		if err != nil {
			return err
		}
		v.Rows = append(v.Rows, form.Row{Label: words.Say("site.found_by"), Value: []any{name, k.At, k.Reason}})
	}
	if v.Decide = ""; l.Somewhere(doubles.ActDecide) {
		if _, _, err := t.kept(l.Tx, doubles.ActDecide); err == nil {
			v.Decide = "/rolls/doubles/" + pairText(k.A, k.B) + "/finding"
		}
	}
	return nil
}

// pairRows are a person's particulars in rows that are the same for everybody.
func pairRows(e *rolls.Entry) []form.Row {
	row := func(key string, value any) form.Row { return form.Row{Label: words.Say(key), Value: value} }
	p := &e.Particulars
	return []form.Row{row("site.name", twoLines(p.NameEn, p.NameUr)),
		row("site.parent", append(twoLines(p.ParentEn, p.ParentUr), words.Say("site.relation."+p.Relation.String()))), row("site.cnic", p.CNIC), row("site.born", dateText(p.Born)),
		row("site.address", twoLines(p.Address().En, p.Address().Ur))}
}

// finding writes what an officer has found of a pair. It changes nothing in the roll.
func (t *turn) finding() {
	text := t.R.PathValue("pair")
	t.ask(func(l *counter.Look) (*asked, error) {
		k, _, err := t.kept(l.Tx, doubles.ActDecide)
		if err != nil {
			return nil, err
		}
		var may []form.Option
		for _, one := range findings[1:] {
			may = append(may, form.Option{Value: one.value, Text: words.Say("site.finding." + one.value), Hint: words.Say("site.finding." + one.value + "_hint")})
		}
		return &asked{ID: "form-finding", Title: words.Say("site.finding_of", "pair", text), Lead: words.Say("site.finding_text"), Crumbs: pairCrumbs(text),
			Rows: []form.Row{{Label: words.Say("site.odds"), Value: oddsText(k.Score)}, {Label: words.Say("site.agree"), Value: reasonTexts(k.Reasons, true)}},
			form: &form.Form{Name: "rolls.finding", Submit: words.Say("site.finding_do"), Fields: []form.Field{
				{Name: "finding", Kind: form.Radios, Label: words.Say("site.finding"), Options: may},
				{Name: "reason", Kind: form.Long, Label: words.Say("site.finding_reason"), Hint: words.Say("site.text.reason_hint"), Most: 500}}},
			held: map[string]string{"version": fmt.Sprint(k.Version)},
			do: func(tx *database.Tx, f *form.Filled) error {
				k, d, err := t.kept(tx, doubles.ActDecide)
				if err != nil {
					return err
				}
				version, _ := strconv.ParseInt(f.Text("version"), 10, 64)
				finding := doubles.Finding(f.Text("finding"))
				_, err = t.cfg.Doubles.Decide(tx, k.A, k.B, version, finding, f.Text("reason"), d.Entry(t.By, doubles.ActDecide, "", ""))
				return err
			},
			after: func(*form.Filled) { t.Done("site.notice.finding", "/rolls/doubles/"+text) }}, nil
	})
}
