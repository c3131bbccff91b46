package site

import (
	"bytes"
	"cmp"
	"net/http"
	"net/url"

	"intikhab/domain/geography"
	"intikhab/platform/office"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/paper"
	"intikhab/systems/rolls/claim/receipt"
)

// claimsPage is the view of the list of claims.
type claimsPage struct {
	Table    listing.Table
	None     bool   // what was typed is no receipt number
	CauseEn  string // addresses of the cause list of the day that was chosen, "" without one
	CauseUr  string
	Sittings []sitting
}

// sitting is the cause list of one officer at one place.
type sitting struct {
	Text words.Message
	Href string
}

// claimList is the list of claims. Its filters are no personal data: whoever looks for a
// person's claims finds them at his entry.
var claimList = &listing.Listing{
	Caption: words.Say("site.claims"), Path: "/rolls/claims", Empty: words.Say("site.no_claims"), Sort: "received",
	Columns: []listing.Column{
		{Key: "number", Label: words.Say("site.claim.number")}, {Key: "asked", Label: words.Say("site.claim.asked")}, {Key: "state", Label: words.Say("site.claim.state")},
		{Key: "block", Label: words.Say("site.block_short")}, {Key: "received", Label: words.Say("site.claim.received"), SQL: "received"}, {Key: "hearing", Label: words.Say("site.claim.hearing")},
	},
	Filters: []listing.Filter{
		{Key: "state", Label: words.Say("site.claim.state"), Options: stateOptions()},
		{Key: "form", Label: words.Say("site.claim.form"), Options: formOptions()},
		{Key: "block", Label: words.Say("site.block_short")},
		{Key: "day", Label: words.Say("site.claim.day"), Day: true},
		{Key: "mine", Label: words.Say("site.claim.which"), Options: []form.Option{{Value: "mine", Text: words.Say("site.claim.mine")},
			{Value: "conflict", Text: words.Say("site.claim.conflict")}, {Value: "leaving", Text: words.Say("site.claim.leaving")}}},
	},
}

func stateOptions() (all []form.Option) {
	for _, s := range claim.States() {
		all = append(all, form.Option{Value: string(s), Text: words.Say(s.Key())})
	}
	return all
}

func formOptions() (all []form.Option) {
	for _, f := range claim.Forms() {
		all = append(all, form.Option{Value: words.Number(words.English, int(f)), Text: words.Say("site.form_n", "form", int(f), "what", words.Say(f.Key()))})
	}
	return all
}

// claims lists the claims of the officer's jurisdiction.
func (t *turn) claims() {
	typed := t.R.URL.Query().Get("receipt")
	if n, err := receipt.Parse(typed); err == nil {
		web.SeeOther(t.W, t.R, "/rolls/claims/"+string(n))
		return
	}
	q := claimList.Read(t.R)
	t.Show(http.StatusOK, "claims", func(l *counter.Look) (any, error) {
		query := claim.Query{Limit: q.Limit(), Skip: q.Offset(), On: office.Day(q.Filter("day"))}
		if s := q.Filter("state"); s != "" {
			query.States = []claim.State{claim.State(s)}
		}
		for _, f := range claim.Forms() {
			if q.Filter("form") == words.Number(words.English, int(f)) {
				query.Forms = []claim.Form{f}
			}
		}
		unknown := false
		if text := q.Filter("block"); text != "" {
			code, err := geography.ParseBlockCode(text)
			query.Block, unknown = code, err != nil
		}
		switch q.Filter("mine") {
		case "mine":
			query.Officer = t.By.Officer
		case "conflict":
			query.Conflict = true
		case "leaving":
			query.Leaving = true
		}
		_, query.Newest = q.Sort()
		v := claimsPage{None: typed != ""}
		if day := q.Filter("day"); day != "" {
			mine := ""
			if query.Officer != "" {
				mine = "&mine=mine"
			}
			v.CauseEn, v.CauseUr = "/rolls/claims/causelist.pdf?lang=en&day="+day+mine, "/rolls/claims/causelist.pdf?lang=ur&day="+day+mine
		}
		if unknown {
			v.Table = q.Table(0, nil)
			return v, nil
		}
		page, total, err := t.cfg.Claims.Find(l.Tx, t.By, query)
		if err != nil {
			return nil, err
		}
		v.Table = q.Table(total, claimRows(page))
		if v.CauseEn != "" {
			v.Sittings, err = sittings(l, page, "/rolls/claims/causelist.pdf?lang="+string(t.Lang)+"&day="+q.Filter("day"))
		}
		return v, err
	}, claimList.Keep()...)
}

// sittings are the hearings that a page lists, by officer and place, each with its cause
// list.
func sittings(l *counter.Look, page []claim.Listing, address string) (all []sitting, err error) {
	seen, known := map[claim.Hearing]bool{}, names{}
	for _, c := range page {
		h := claim.Hearing{Place: c.Hearing.Place, Officer: c.Hearing.Officer}
		if c.Hearing.At.IsZero() || seen[h] {
			continue
		}
		seen[h] = true
		name, err := known.of(l, h.Officer)
		if err != nil {
			return nil, err
		}
		all = append(all, sitting{words.Say("site.sitting", "place", h.Place, "officer", name),
			address + "&officer=" + url.QueryEscape(string(h.Officer)) + "&place=" + url.QueryEscape(cmp.Or(h.Place.En, h.Place.Ur))})
	}
	return all, nil
}

func claimRows(page []claim.Listing) (rows []listing.Row) {
	for _, c := range page {
		state := []any{web.Tag{Kind: stateKind(c.State), Text: words.Say(c.State.Key())}}
		if c.Outcome != "" {
			state = append(state, words.Say(c.Outcome.Key()))
		}
		if len(c.Conflicts) > 0 && c.State.Open() {
			state = append(state, web.Tag{Kind: web.Warn, Text: words.Say("site.look_first")})
		}
		var hearing any
		if !c.Hearing.At.IsZero() {
			hearing = web.Hint{Value: c.Hearing.At, Below: c.Hearing.Place}
		}
		rows = append(rows, listing.Row{web.Hint{Value: web.Link{Href: "/rolls/claims/" + string(c.Number), Text: code(string(c.Number))}, Below: code(c.Name)},
			words.Say(c.Asked.Key()), state, code(c.Block.String()), c.Received, hearing})
	}
	return rows
}

func stateKind(s claim.State) web.Kind {
	switch s {
	case claim.Received, claim.Appealed:
		return web.Warn
	case claim.Listed, claim.Heard, claim.Returned:
		return web.Info
	}
	return web.Quiet
}

// claimsOf lists the open claims about an entry that the officer may read.
func (t *turn) claimsOf(l *counter.Look, id voterID) (listing.Table, error) {
	page, _, err := t.cfg.Claims.Find(l.Tx, t.By, claim.Query{Voter: id, Limit: 100, Newest: true})
	if err != nil {
		return listing.Table{}, err
	}
	table := listing.Plain(words.Say("site.claims_about"), claimList.Columns, claimRows(page))
	table.Empty = words.Say("site.no_claims_about")
	return table, nil
}

// causeList sends the cause list of a day as PDF: all sittings, those of one officer or of
// who asks, and of one place.
func (t *turn) causeList() {
	day, err := words.ParseDay(t.R.URL.Query().Get("day"))
	if err != nil {
		t.Fail(errMissing)
		return
	}
	officer := office.OfficerID(t.R.URL.Query().Get("officer"))
	if t.R.URL.Query().Get("mine") == "mine" {
		officer = t.By.Officer
	}
	var sittings []claim.Sitting
	if !t.ReadSeen(func(l *counter.Look) (err error) {
		sittings, err = t.cfg.Claims.CauseList(l.Tx, t.By, day, officer)
		return err
	}) {
		return
	}
	if place := t.R.URL.Query().Get("place"); place != "" {
		var some []claim.Sitting
		for _, s := range sittings {
			if s.Place.En == place || s.Place.Ur == place {
				some = append(some, s)
			}
		}
		sittings = some
	}
	var out bytes.Buffer
	if err := paper.CauseList(&out, t.Lang, t.Book.Now(), sittings); err != nil {
		t.Fail(err)
		return
	}
	t.file("application/pdf", "causelist-"+day.String()+".pdf", out.Bytes())
}

// document sends a document of a claim: a picture to be shown, a PDF to be saved, since it
// is as it came.
func (t *turn) document() {
	n, err := t.receiptNumber()
	if err != nil {
		t.Fail(err)
		return
	}
	var kind, name string
	var content []byte
	if !t.ReadSeen(func(l *counter.Look) error {
		d, err := t.cfg.Claims.Document(l.Tx, t.By, n, t.R.PathValue("id"), "shown with the claim")
		kind, content = string(d.Kind), d.Content
		return err
	}) {
		return
	}
	if kind != "image/jpeg" && kind != "image/png" {
		kind, name = "application/pdf", "claim-"+string(n)+".pdf"
	}
	t.file(kind, name, content)
}

// receiptNumber is the number in an address.
func (t *turn) receiptNumber() (receipt.Number, error) {
	n, err := receipt.Parse(t.R.PathValue("receipt"))
	if err != nil {
		return "", claim.ErrMissing
	}
	return n, nil
}
