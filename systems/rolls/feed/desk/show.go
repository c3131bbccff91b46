package desk

import (
	"net/http"
	"slices"
	"strconv"

	"intikhab/platform/database"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
)

// onPage is how many batches the list shows.
const onPage = 50

type list struct {
	Table listing.Table
	More  string
}

func (d *Desk) list(w http.ResponseWriter, r *http.Request) {
	before, err := strconv.ParseInt(r.URL.Query().Get("before"), 10, 64)
	if err != nil || before < 0 {
		before = 0
	}
	var all []feed.Batch
	err = d.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		all, err = d.cfg.Feed.Batches(tx, feed.ID(before), onPage+1)
		return err
	})
	if err != nil {
		web.Broken(w, r, d.cfg.Log, err)
		return
	}
	v := list{}
	if len(all) > onPage {
		all = all[:onPage]
		v.More = "/rolls/feed?before=" + all[onPage-1].ID.String()
	}
	var rows []listing.Row
	for _, b := range all {
		rows = append(rows, listing.Row{
			web.Hint{Value: web.Link{Href: "/rolls/feed/" + b.ID.String(), Text: words.Plain(b.Manifest.Batch)}, Below: words.Plain(b.Manifest.Authority)},
			b.Received, tag(b.State), b.Manifest.Rows, b.Rejected})
	}
	v.Table = listing.Plain(words.Say("feed.title"), []listing.Column{
		{Label: words.Say("feed.batch")}, {Label: words.Say("feed.received")}, {Label: words.Say("feed.state")},
		{Label: words.Say("feed.rows"), Number: true}, {Label: words.Say("feed.rejected"), Number: true}}, rows)
	v.Table.Empty = words.Say("feed.none")
	d.page(w, r, http.StatusOK, "list", v, "before")
}

func tag(s feed.State) web.Tag {
	kind := web.Quiet
	switch s {
	case feed.Applied:
		kind = web.Good
	case feed.Refused:
		kind = web.Bad
	case feed.Previewed, feed.Applying, feed.Reversing, feed.Receiving:
		kind = web.Warn
	}
	return web.Tag{Kind: kind, Text: words.Say("feed.state." + string(s))}
}

// one is the view of one batch.
type one struct {
	ID        string
	Rows      []form.Row
	Refused   words.Message
	Waiting   *web.Notice
	Outcomes  *listing.Table
	Bars      *listing.Table
	Rejects   *listing.Table
	Districts *listing.Table
	Samples   []listing.Table
	Did       *listing.Table
	Acts      []act
}

// An act is what can be done to the batch, with the form that asks for a reason.
type act struct {
	ID, Name    string
	Title, Text words.Message
	Form        *form.Filled
}

func (d *Desk) batch(w http.ResponseWriter, r *http.Request) { d.show(w, r, http.StatusOK, nil) }

// show draws a batch; answers are those of one of its forms that were not right.
func (d *Desk) show(w http.ResponseWriter, r *http.Request, status int, answers *form.Filled) {
	var b feed.Batch
	err := d.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		b, err = d.cfg.Feed.Batch(tx, id(r))
		return err
	})
	if err != nil {
		d.failed(w, r, err)
		return
	}
	row := func(key string, value any) form.Row { return form.Row{Label: words.Say("feed." + key), Value: value} }
	m := b.Manifest
	v := one{ID: b.ID.String(), Rows: []form.Row{
		row("batch", words.Plain(m.Batch)), row("authority", words.Plain(m.Authority)), row("sequence", m.Sequence), row("file", words.Plain(m.File)),
		row("digest", words.Plain(m.SHA256)), row("made", m.Made), row("received", b.Received), row("state", tag(b.State)), row("rows", m.Rows), row("rejected", b.Rejected)}}
	if b.State == feed.Applying && b.Until > 0 {
		v.Rows = append(v.Rows, row("progress", words.Say("feed.progress_of", "done", b.Reached, "all", b.Until)))
	}
	if b.Reason != "" && b.State != feed.Refused {
		v.Rows = append(v.Rows, row("last_reason", words.Plain(b.Reason)))
	}
	if b.State == feed.Refused {
		v.Refused = words.Say("feed.why." + b.Why)
	}
	d.difference(&v, &b)
	forms(&v, &b, answers)
	d.page(w, r, status, "batch", v)
}

// forms are what can be done to a batch as it stands.
func forms(v *one, b *feed.Batch, answers *form.Filled) {
	add := func(name string, f *form.Form) {
		filled := f.Empty()
		if answers != nil && answers.Form == f {
			filled = answers
		}
		v.Acts = append(v.Acts, act{v.ID, name, words.Say("feed.do." + name), words.Say("feed.do_text." + name), filled})
	}
	waits := b.State == feed.Applied && b.Waiting > 0
	if waits {
		v.Waiting = &web.Notice{Kind: web.Warn, Title: words.Say("feed.waiting", "n", b.Waiting), Text: words.Say("feed.waiting_text")}
	}
	if b.Rejected > 0 && b.State != feed.Discarded && b.State != feed.Reversed && b.State != feed.Refused {
		add("rejects", rejectsForm)
	}
	if b.State == feed.Previewed || waits {
		add("apply", applyForm)
	}
	if b.State == feed.Previewed || b.State == feed.Receiving {
		add("discard", discardForm)
	}
	if b.State == feed.Applied {
		add("reverse", reverseForm)
	}
}

// difference fills in what a batch would do, and what it did.
func (d *Desk) difference(v *one, b *feed.Batch) {
	if p := b.Preview; p != nil {
		v.Outcomes = counted("feed.difference", "feed.outcome.", feed.Outcomes(), p.Outcomes)
		v.Bars = counted("feed.bars", "feed.bar.", rolls.Bars(), p.Bars)
		if len(p.Rejects) > 0 {
			var rows []listing.Row
			for _, code := range sorted(p.Rejects) {
				rows = append(rows, listing.Row{words.Plain(code), p.Rejects[code]})
			}
			t := listing.Plain(words.Say("feed.rejected"), []listing.Column{{Label: words.Say("feed.code")}, {Label: words.Say("feed.rows"), Number: true}}, rows)
			v.Rejects = &t
		}
		v.Districts = districts(p)
		for _, o := range feed.Outcomes() {
			if s := p.Samples[o]; len(s) > 0 && o != feed.Same {
				v.Samples = append(v.Samples, samples(o, s))
			}
		}
	}
	if len(b.Done.Outcomes) > 0 {
		v.Did = counted("feed.did", "feed.outcome.", feed.Outcomes(), b.Done.Outcomes)
	}
	if b.State == feed.Reversing || b.State == feed.Reversed {
		add := func(key string, n int64) {
			v.Rows = append(v.Rows, form.Row{Label: words.Say("feed." + key), Value: n})
		}
		add("restored", b.Done.Restored)
		add("unloaded", b.Done.Unloaded)
		add("left", b.Done.Left)
	}
}

// counted is a table of counts by a word of the catalogue.
func counted[K ~string](caption, prefix string, order []K, counts map[K]int64) *listing.Table {
	var rows []listing.Row
	for _, k := range order {
		if n := counts[k]; n > 0 {
			rows = append(rows, listing.Row{words.Say(prefix + string(k)), n})
		}
	}
	if rows == nil {
		return nil
	}
	t := listing.Plain(words.Say(caption), []listing.Column{{Label: words.Say("feed.what")}, {Label: words.Say("feed.rows"), Number: true}}, rows)
	return &t
}

// districts is the difference by district, with the outcomes that there are.
func districts(p *feed.Preview) *listing.Table {
	columns := []listing.Column{{Label: words.Say("feed.district")}}
	var outcomes []feed.Outcome
	for _, o := range feed.Outcomes() {
		if p.Outcomes[o] > 0 {
			outcomes = append(outcomes, o)
			columns = append(columns, listing.Column{Label: words.Say("feed.outcome." + string(o)), Number: true})
		}
	}
	var rows []listing.Row
	for _, name := range p.DistrictNames() {
		row := listing.Row{words.Plain(name)}
		if name == "" {
			row[0] = words.Say("feed.no_district")
		}
		for _, o := range outcomes {
			row = append(row, p.Districts[name][o])
		}
		rows = append(rows, row)
	}
	if rows == nil {
		return nil
	}
	t := listing.Plain(words.Say("feed.by_district"), columns, rows)
	return &t
}

// samples is a page of masked rows of one outcome.
func samples(o feed.Outcome, all []feed.Sample) listing.Table {
	var rows []listing.Row
	for _, s := range all {
		what := any(words.Plain(s.Block))
		switch {
		case s.Bar != "":
			what = words.Say("feed.bar." + string(s.Bar))
		case s.Before != "":
			what = words.Say("feed.from_to", "from", s.Before, "to", s.Block)
		}
		if len(s.Changed) > 0 && o == feed.Corrected {
			what = web.Hint{Value: what, Below: fields(s.Changed)}
		}
		rows = append(rows, listing.Row{s.Line, words.Plain(s.CNIC), words.Plain(s.Name), what})
	}
	return listing.Plain(words.Say("feed.outcome."+string(o)), []listing.Column{{Label: words.Say("feed.line"), Number: true}, {Label: words.Say("feed.cnic")},
		{Label: words.Say("feed.name")}, {Label: words.Say("feed.where")}}, rows)
}

func sorted(m map[string]int64) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// fields names the fields of a correction, the first three by name.
func fields(changed []string) words.Message {
	switch len(changed) {
	case 1:
		return words.Say("feed.field." + changed[0])
	case 2:
		return words.Say("feed.fields_two", "a", words.Say("feed.field."+changed[0]), "b", words.Say("feed.field."+changed[1]))
	}
	return words.Say("feed.fields_many", "n", len(changed), "a", words.Say("feed.field."+changed[0]))
}
