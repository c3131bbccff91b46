package site

import (
	"net/http"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
)

type voterID = rolls.VoterID

// claimPage is the view of one claim.
type claimPage struct {
	Crumbs    []web.Link
	Title     words.Message
	State     web.Tag
	Conflicts []web.Notice
	Rows      []form.Row
	Beside    listing.Table // what is asked beside what the roll says
	Text      string        // in the claimant's own words
	Documents []documentRow
	History   listing.Table
	Ways      []way
	Entry     string // address of the entry that it is about, "" if there is none
}

type documentRow struct {
	What  words.Message
	Href  string
	Shown bool // a picture
	Size  int64
	Added any
}

func claimCrumbs(n string) []web.Link {
	return []web.Link{{Href: "/rolls", Text: words.Say("site.rolls")}, {Href: "/rolls/claims", Text: words.Say("site.claims")}, {Href: "/rolls/claims/" + n, Text: code(n)}}
}

// claim shows a claim: what is asked beside what the roll says.
func (t *turn) claim() {
	n, err := t.receiptNumber()
	if err != nil {
		t.Fail(err)
		return
	}
	var v claimPage
	if t.ReadSeen(func(l *counter.Look) error {
		f, err := t.cfg.Claims.Read(l.Tx, t.By, n, "work on the claim")
		if err != nil {
			return err
		}
		v = claimPage{Crumbs: claimCrumbs(string(n)), Title: words.Say("site.claim_n", "number", string(n)), State: web.Tag{Kind: stateKind(f.State), Text: words.Say(f.State.Key())}, Text: f.GroundText}
		v.Crumbs[2].Href = ""
		if f.State.Open() {
			for _, c := range f.Conflicts {
				v.Conflicts = append(v.Conflicts, web.Notice{Kind: web.Warn, Title: words.Say("site.look_first"), Text: words.Say(c.Key())})
			}
		}
		known := names{}
		if v.Rows, err = t.aboutClaim(l, &f, known); err != nil {
			return err
		}
		if v.Beside, err = t.beside(l, &f.Claim, &v); err != nil {
			return err
		}
		for _, d := range f.Documents {
			v.Documents = append(v.Documents, documentRow{words.Say(d.What.Key()), "/rolls/claims/" + string(n) + "/documents/" + d.ID, d.Kind != attachment.PDF, d.Size, d.Added})
		}
		if v.History, err = claimHistory(l, f.Events, known); err != nil {
			return err
		}
		v.Ways, err = t.claimWays(l, &f.Claim)
		return err
	}) {
		t.page(http.StatusOK, "claim", v)
	}
}

// aboutClaim is what is known of a claim.
func (t *turn) aboutClaim(l *counter.Look, f *claim.File, known names) (rows []form.Row, err error) {
	add := func(key string, value any) { rows = append(rows, form.Row{Label: words.Say(key), Value: value}) }
	b, err := t.cfg.Store.Block(l.Tx, f.Block)
	if err != nil {
		return nil, err
	}
	add("site.claim.form", words.Say("site.form_n", "form", int(f.Form), "what", words.Say(f.Form.Key())))
	add("site.claim.asked", words.Say(f.Asked.Key()))
	add("site.claimant", append(twoLines(f.Claimant.NameEn, f.Claimant.NameUr), f.Claimant.CNIC))
	if f.Claimant.Agent != "" {
		add("site.agent", words.Named(words.Both{En: f.Claimant.Agent, Ur: f.Claimant.Agent}))
	}
	if f.Claimant.Telephone.Reveal() != "" {
		add("site.telephone", code(words.Telephone(f.Claimant.Telephone.String())))
	}
	switch {
	case f.Other.IsZero():
	case f.Form.Kind() == claim.Objection:
		add("site.against", f.Other)
	default:
		add("site.person", f.Other)
	}
	if f.Ground != "" {
		add("site.ground", words.Say(f.Ground.Key()))
	}
	add("site.block", web.Hint{Value: web.Link{Href: "/rolls/blocks/" + b.Code.String(), Text: code(b.Code.String())}, Below: blockName(&b)})
	if f.From != 0 && f.From != f.Block {
		add("site.from_block", code(f.From.String()))
	}
	add("site.claim.received", web.Hint{Value: f.Received, Below: words.Say(f.Source.Key())})
	if f.Source == claim.Centre {
		add("site.filled", f.Filled)
	}
	if f.EnteredBy != "" {
		name, err := known.of(l, f.EnteredBy)
		if err != nil {
			return nil, err
		}
		add("site.entered_by", name)
	}
	if !f.Hearing.At.IsZero() {
		name, err := known.of(l, f.Hearing.Officer)
		if err != nil {
			return nil, err
		}
		add("site.claim.hearing", []any{f.Hearing.At, f.Hearing.Place, name})
	}
	if f.State == claim.Returned {
		add("site.missing", words.Named(words.Both{En: f.Missing, Ur: f.Missing}))
	}
	if !f.Due.IsZero() {
		add("site.due", f.Due)
	}
	rows, err = decisions(l, f, known, rows)
	return rows, err
}

// decisions adds how a claim was decided, and what became of an appeal.
func decisions(l *counter.Look, f *claim.File, known names, rows []form.Row) ([]form.Row, error) {
	add := func(key string, d *claim.Decision) error {
		name, err := known.of(l, d.By)
		rows = append(rows, form.Row{Label: words.Say(key), Value: []any{words.Say(d.Outcome.Key()), words.Both{En: d.Reasons, Ur: d.Reasons}, name, d.At}})
		return err
	}
	if f.Decision.Outcome != "" {
		if err := add("site.decision", &f.Decision); err != nil {
			return nil, err
		}
	}
	if !f.Appellation.At.IsZero() {
		rows = append(rows, form.Row{Label: words.Say("site.appeal_by"), Value: []any{words.Say(f.Appellation.By.Key()),
			words.Both{En: f.Appellation.Grounds, Ur: f.Appellation.Grounds}, f.Appellation.At}})
	}
	if f.Appellation.Final.Outcome != "" {
		return rows, add("site.final", &f.Appellation.Final)
	}
	return rows, nil
}

// beside sets what is asked for beside what the roll says, and marks what differs.
func (t *turn) beside(l *counter.Look, c *claim.Claim, v *claimPage) (table listing.Table, err error) {
	e, found, err := t.cfg.Claims.Entry(l.Tx, c)
	if err != nil {
		return table, err
	}
	if found {
		if b, err := t.cfg.Store.Block(l.Tx, e.Block); err != nil {
			return table, err
		} else if may, err := t.may(l.Tx, t.By, ActEntry, &b); err != nil {
			return table, err
		} else if may {
			v.Entry = "/rolls/voters/" + e.ID.String()
		}
	}
	var rows []listing.Row
	add := func(label words.Message, asked, is string) {
		mark := any(words.Say("site.same"))
		switch {
		case asked == "":
			mark = words.Say("site.not_asked")
		case !found:
			mark = words.Say("site.new")
		case asked != is:
			mark = web.Tag{Kind: web.Warn, Text: words.Say("site.differs")}
		}
		rows = append(rows, listing.Row{label, plain(asked), plain(is), mark})
	}
	roll := rolls.Particulars{}
	if found {
		roll = e.Particulars
	}
	text := func(f claim.Field) string {
		if !found {
			return ""
		}
		return fieldText(&roll, f)
	}
	switch c.Form.Kind() {
	case claim.Enrolment:
		for _, f := range claim.Fields() {
			add(words.Say(f.Key()), fieldText(&c.Card.Particulars, f), text(f))
		}
		add(words.Say("site.votes_at"), c.Card.Chosen.String(), chosenText(found, &roll))
		add(words.Say("site.block"), c.Block.String(), blockText(found, &e))
	default:
		asked := map[claim.Field]string{}
		for _, w := range c.Wishes {
			asked[w.Field] = w.Value
		}
		for _, f := range claim.Fields() {
			value := asked[f]
			if f == claim.FieldCNIC && value != "" {
				value = maskedCNIC(value)
			}
			add(words.Say(f.Key()), value, text(f))
		}
		add(words.Say("site.block"), "", blockText(found, &e))
	}
	table = listing.Plain(words.Say("site.beside"), []listing.Column{{Label: words.Say("site.particular")}, {Label: words.Say("site.asked")}, {Label: words.Say("site.roll_says")}, {Label: words.Say("site.mark")}}, rows)
	return table, nil
}

// plain is text of a form in whatever language it is.
func plain(s string) any {
	if s == "" {
		return words.Say("site.nothing")
	}
	switch s {
	case "father", "husband", "mother", "guardian":
		return words.Say("site.relation." + s)
	case "permanent", "temporary", "posting":
		return words.Say("site.address." + s)
	}
	return s
}

func chosenText(found bool, p *rolls.Particulars) string {
	if !found {
		return ""
	}
	return p.Chosen.String()
}

func blockText(found bool, e *rolls.Entry) string {
	if !found {
		return ""
	}
	return e.Block.String()
}

// claimHistory is a claim's steps, the oldest first.
func claimHistory(l *counter.Look, events []claim.Event, known names) (listing.Table, error) {
	var rows []listing.Row
	for _, e := range events {
		name, err := known.of(l, e.Officer)
		if err != nil {
			return listing.Table{}, err
		}
		who := any(name)
		if name.IsZero() {
			who = words.Say("claim.appellant.claimant")
		}
		step := any(words.Say(e.Step.Key()))
		if e.Outcome != "" {
			step = []any{step, words.Say(e.Outcome.Key())}
		}
		rows = append(rows, listing.Row{e.At, step, who, e.Note})
	}
	return listing.Plain(words.Say("site.history"), []listing.Column{{Label: words.Say("site.when")}, {Label: words.Say("site.step")}, {Label: words.Say("site.who")}, {Label: words.Say("site.note")}}, rows), nil
}

// claimWays are the steps that the officer may take now.
func (t *turn) claimWays(l *counter.Look, c *claim.Claim) (ways []way, err error) {
	here := "/rolls/claims/" + string(c.Number)
	for _, one := range steps {
		if _, there := claim.Next(c.State, one.step); !there {
			continue
		}
		may, err := t.cfg.Claims.May(l.Tx, t.By, one.act(c.Form), c)
		if err != nil {
			return nil, err
		}
		if !may || one.step == claim.Decide && len(c.Outcomes()) == 0 {
			continue
		}
		ways = append(ways, way{one.path, here + "/" + one.path, words.Say("site.step." + one.path), one.danger})
	}
	may, err := t.cfg.Claims.May(l.Tx, t.By, claim.ActReveal, c)
	if may {
		ways = append(ways, way{"reveal", here + "/reveal", words.Say("site.reveal"), false})
	}
	return ways, err
}

// revealedPage is the view of what is shown once.
type revealedPage struct {
	Crumbs []web.Link
	Title  words.Message
	Rows   []form.Row
}

// reveal shows CNIC and telephone for a reason that the trail keeps. They are on the
// answer to the form, and on no page with an address.
func (t *turn) reveal() {
	n, err := t.receiptNumber()
	if err != nil {
		t.Fail(err)
		return
	}
	var shown claim.Revealed
	t.askSeen(func(l *counter.Look) (*asked, error) {
		_, b, err := t.claimFor(l.Tx)
		if err == nil {
			_, err = t.must(l.Tx, t.By, claim.ActReveal, &b)
		}
		if err != nil {
			return nil, err
		}
		return &asked{ID: "form-reveal", Title: words.Say("site.reveal"), Lead: words.Say("site.reveal_text"), Crumbs: claimCrumbs(string(n)),
			form: &form.Form{Name: "rolls.reveal", Submit: words.Say("site.reveal"), Fields: []form.Field{reasonField()}},
			do: func(tx *database.Tx, f *form.Filled) (err error) {
				shown, err = t.cfg.Claims.Reveal(tx, t.By, n, f.Text("reason"))
				return err
			},
			after: func(*form.Filled) {
				v := revealedPage{Crumbs: append(claimCrumbs(string(n)), web.Link{Text: words.Say("site.reveal")}), Title: words.Say("site.claim_n", "number", string(n))}
				for _, one := range []struct{ key, value string }{{"site.claimant", shown.Claimant}, {"site.telephone", shown.Telephone}, {"site.person", shown.Person}} {
					if one.value != "" {
						v.Rows = append(v.Rows, form.Row{Label: words.Say(one.key), Value: code(one.value)})
					}
				}
				t.page(http.StatusOK, "revealed", v)
			}}, nil
	})
}

// claimFor is the claim of the address, if the officer may read it, with its block. It
// writes that he saw it.
func (t *turn) claimFor(tx *database.Tx) (c claim.Claim, b rolls.Block, err error) {
	n, err := t.receiptNumber()
	if err != nil {
		return c, b, err
	}
	f, err := t.cfg.Claims.Read(tx, t.By, n, "a step of the claim")
	if err != nil {
		return c, b, err
	}
	b, err = t.cfg.Store.Block(tx, f.Block)
	return f.Claim, b, err
}

// maskedCNIC is a CNIC as it was written on a form, masked.
func maskedCNIC(text string) string {
	n, err := cnic.Parse(text)
	if err != nil {
		return audit.Masked(text)
	}
	return n.String()
}
