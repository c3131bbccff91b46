package site

import (
	"bytes"
	"net/http"
	"slices"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
)

// voterPage is the view of one entry.
type voterPage struct {
	Crumbs     []web.Link
	Title      words.Message
	Form       *form.Filled // that asks for the reason; nil when it was given
	Rows       []form.Row
	Off        bool
	Photograph string // its address, or ""
	History    listing.Table
	Claims     listing.Table
	Doubles    string
}

var voterForm = &form.Form{Name: "rolls.voter", Submit: words.Say("site.open_entry"), Fields: []form.Field{reasonField()}}

// voter shows one entry to whoever has given a reason.
func (t *turn) voter() {
	id, err := voterNamed(t.R)
	if err != nil {
		t.Fail(err)
		return
	}
	v := voterPage{Title: words.Say("site.entry_n", "id", id.String()),
		Crumbs: []web.Link{{Href: "/rolls", Text: words.Say("site.rolls")}, {Text: words.Say("site.entry_n", "id", id.String())}}}
	v.Form = voterForm.Empty()
	if t.Sent() {
		if v.Form, err = voterForm.Read(t.R); err != nil {
			form.Failed(t.W, t.R, err)
			return
		}
	}
	if !t.Sent() || !v.Form.OK() {
		if !t.Read(func(l *counter.Look) error {
			_, _, _, err := t.entry(l.Tx, id)
			return err
		}) {
			return
		}
		status := http.StatusOK
		if t.Sent() {
			status = http.StatusUnprocessableEntity
		}
		t.page(status, "voter", v)
		return
	}
	reason := v.Form.Text("reason")
	v.Form = nil
	if t.ReadSeen(func(l *counter.Look) error { return t.seen(l, id, reason, &v) }) {
		t.page(http.StatusOK, "voter", v)
	}
}

// entry is an entry that the officer may see, with its block.
func (t *turn) entry(tx *database.Tx, id rolls.VoterID) (e rolls.Entry, b rolls.Block, d office.Decision, err error) {
	if e, err = t.cfg.Store.Get(tx, id); err != nil {
		return e, b, d, err
	}
	if b, err = t.cfg.Store.Block(tx, e.Block); err != nil {
		return e, b, d, err
	}
	d, err = t.must(tx, t.By, ActEntry, &b)
	return e, b, d, err
}

// seen fills the page, and writes first that it was seen.
func (t *turn) seen(l *counter.Look, id rolls.VoterID, reason string, v *voterPage) error {
	e, b, d, err := t.entry(l.Tx, id)
	if err != nil {
		return err
	}
	if err := audit.Seen(l.Tx, t.Book.Now(), d.Entry(t.By, ActEntry, "voter:"+id.String(), reason)); err != nil {
		return err
	}
	v.Off = e.Standing == rolls.Off
	v.Rows = append(aboutPerson(&e.Particulars), aboutEntry(&e, &b)...)
	if v.Photograph = ""; e.Photograph != "" {
		v.Photograph = "/rolls/voters/" + id.String() + "/photograph"
	}
	history, err := t.cfg.Store.History(l.Tx, id)
	if err != nil {
		return err
	}
	v.History = historyTable(&e, history)
	if v.Doubles = ""; l.Somewhere(ActDoubles) {
		v.Doubles = "/rolls/doubles?voter=" + id.String()
	}
	v.Claims = listing.Table{}
	if l.Somewhere(claim.ActRead) {
		v.Claims, err = t.claimsOf(l, id)
	}
	return err
}

// aboutPerson are a person's particulars as the card has them, the CNIC masked.
func aboutPerson(p *rolls.Particulars) (rows []form.Row) {
	add := func(key string, value any) { rows = append(rows, form.Row{Label: words.Say(key), Value: value}) }
	add("site.name", twoLines(p.NameEn, p.NameUr))
	add("site.relation."+p.Relation.String(), twoLines(p.ParentEn, p.ParentUr))
	add("site.cnic", p.CNIC)
	add("site.born", dateText(p.Born))
	for _, one := range []struct {
		key  string
		kind rolls.AddressKind
		a    rolls.Address
	}{{"site.address.permanent", rolls.PermanentAddress, p.Permanent}, {"site.address.temporary", rolls.TemporaryAddress, p.Temporary}, {"site.address.posting", rolls.PostingAddress, p.Posting}} {
		if one.a.IsZero() {
			continue
		}
		value := twoLines(one.a.En, one.a.Ur)
		if one.kind == p.Chosen {
			value = append(value, web.Tag{Kind: web.Info, Text: words.Say("site.votes_here")})
		}
		add(one.key, value)
	}
	return rows
}

// twoLines are the texts of both scripts below each other.
func twoLines(en, ur string) (all []any) {
	if en != "" {
		all = append(all, words.Both{En: en})
	}
	if ur != "" {
		all = append(all, words.Both{Ur: ur})
	}
	return all
}

func dateText(d rolls.Date) any {
	if d.IsZero() {
		return words.Say("site.unknown")
	}
	if day, ok := words.MakeDay(d.Year, d.Month, d.Day); ok {
		return day
	}
	return code(d.String())
}

// aboutEntry is where an entry stands.
func aboutEntry(e *rolls.Entry, b *rolls.Block) []form.Row {
	row := func(key string, value any) form.Row { return form.Row{Label: words.Say(key), Value: value} }
	standing := web.Tag{Kind: web.Good, Text: words.Say("site.on")}
	if e.Standing == rolls.Off {
		standing = web.Tag{Kind: web.Warn, Text: words.Say("site.off")}
	}
	return []form.Row{
		row("site.standing", standing),
		row("site.block", web.Hint{Value: web.Link{Href: "/rolls/blocks/" + b.Code.String(), Text: code(b.Code.String())}, Below: blockName(b)}),
		row("site.serial", words.Say("site.serial_in", "serial", e.Serial, "list", words.Say(listKey(e.List)))),
		row("site.household", e.Household), row("site.entered", e.Entered), row("site.cause", code(string(e.Cause))),
	}
}

// historyTable is what an entry was before, the newest first, with what each change made
// different.
func historyTable(e *rolls.Entry, history []rolls.Change) listing.Table {
	var rows []listing.Row
	after := *e
	for _, c := range slices.Backward(history) {
		what := []any{words.Say("site.why." + string(c.Why))}
		what = append(what, differences(&c.Before, &after)...)
		rows = append(rows, listing.Row{c.At, words.Say("site.change." + string(c.Kind)), what, code(string(c.Cause))})
		after = c.Before
	}
	table := listing.Plain(words.Say("site.history"), []listing.Column{{Label: words.Say("site.when")}, {Label: words.Say("site.change")}, {Label: words.Say("site.what")}, {Label: words.Say("site.cause")}}, rows)
	table.Empty = words.Say("site.no_history")
	return table
}

// differences tells how an entry differs from what it was.
func differences(was, is *rolls.Entry) (all []any) {
	for _, f := range claim.Fields() {
		if f == claim.FieldCNIC {
			if was.CNIC != is.CNIC {
				all = append(all, words.Say("site.was_is", "field", words.Say(f.Key()), "was", was.CNIC.String(), "is", is.CNIC.String()))
			}
			continue
		}
		a, b := fieldText(&was.Particulars, f), fieldText(&is.Particulars, f)
		if a != b {
			all = append(all, words.Say("site.was_is", "field", words.Say(f.Key()), "was", a, "is", b))
		}
	}
	if was.Block != is.Block || was.List != is.List || was.Serial != is.Serial {
		all = append(all, words.Say("site.stood", "block", was.Block.String(), "list", words.Say(listKey(was.List)), "serial", was.Serial))
	}
	return all
}

// fieldText is a particular as the forms have it.
func fieldText(p *rolls.Particulars, f claim.Field) string {
	switch f {
	case claim.FieldCNIC:
		return p.CNIC.String()
	case claim.FieldNameEn:
		return p.NameEn
	case claim.FieldNameUr:
		return p.NameUr
	case claim.FieldParentEn:
		return p.ParentEn
	case claim.FieldParentUr:
		return p.ParentUr
	case claim.FieldRelation:
		return p.Relation.String()
	case claim.FieldBorn:
		return p.Born.String()
	case claim.FieldAddressEn:
		return p.Address().En
	case claim.FieldAddressUr:
		return p.Address().Ur
	}
	return ""
}

// photograph sends the picture of an entry that the officer may see.
func (t *turn) photograph() {
	id, err := voterNamed(t.R)
	if err != nil {
		t.Fail(err)
		return
	}
	var picture []byte
	if !t.ReadSeen(func(l *counter.Look) error {
		e, _, d, err := t.entry(l.Tx, id)
		if err != nil {
			return err
		}
		if picture, err = t.cfg.Store.Photograph(l.Tx, e.Photograph); err != nil {
			return err
		}
		if e.Photograph == "" || picture == nil {
			return errMissing
		}
		return audit.Seen(l.Tx, t.Book.Now(), d.Entry(t.By, ActEntry, "voter:"+id.String()+"/photograph", "shown with the entry"))
	}) {
		return
	}
	kind := "image/jpeg"
	if bytes.HasPrefix(picture, []byte("\x89PNG")) {
		kind = "image/png"
	}
	t.file(kind, "", picture)
}

// file answers with bytes that came from outside: nothing that a browser may run, keep, or
// take for something else. With a name it is to be saved, not shown.
func (t *turn) file(kind, name string, content []byte) {
	h := t.W.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "no-store")
	if name != "" {
		h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	}
	http.ServeContent(t.W, t.R, "", time.Time{}, bytes.NewReader(content))
}
