package desk

import (
	"encoding/csv"
	"errors"
	"net/http"
	"strconv"

	"intikhab/platform/office/area"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/anomaly"
)

type home struct {
	Run   []form.Row
	None  bool // no pass was made yet
	Asked bool
	May   bool // ask for one
	Table listing.Table
}

func (d *Desk) home(t *counter.Turn) {
	t.Show(http.StatusOK, "home", func(l *counter.Look) (any, error) {
		v := home{May: l.Somewhere(anomaly.ActRun)}
		last, err := d.cfg.Found.Last(l.Tx)
		v.None = errors.Is(err, anomaly.ErrNoRun)
		if err != nil && !v.None {
			return nil, err
		}
		if v.Asked, err = d.cfg.Found.Wished(l.Tx); err != nil || v.None {
			return v, err
		}
		row := func(key string, value any) form.Row {
			return form.Row{Label: words.Say("anomaly." + key), Value: value}
		}
		v.Run = []form.Row{row("at", last.At), row("voters", last.Voters), row("blocks", last.Blocks), row("took", words.Say("anomaly.seconds", "n", int64(last.Took.Seconds()+1)))}
		mine, err := areas(l, anomaly.ActRead)
		if err != nil {
			return nil, err
		}
		counts, err := d.cfg.Found.Count(l.Tx, mine, last.Number)
		if err != nil {
			return nil, err
		}
		var rows []listing.Row
		for _, k := range anomaly.Kinds() {
			rows = append(rows, listing.Row{web.Hint{Value: web.Link{Href: "/rolls/anomalies/" + string(k), Text: title(k)}, Below: words.Say("anomaly.text." + string(k))},
				counts[k].All, counts[k].Open})
		}
		v.Table = listing.Plain(words.Say("anomaly.yours"), []listing.Column{{Label: words.Say("anomaly.kind")}, {Label: words.Say("anomaly.found"), Number: true}, {Label: words.Say("anomaly.open"), Number: true}}, rows)
		return v, nil
	})
}

func title(k anomaly.Kind) words.Message { return words.Say("anomaly.kind." + string(k)) }

// listingOf is the list of one kind.
func listingOf(k anomaly.Kind) *listing.Listing {
	options := []form.Option{{Value: "open", Text: words.Say("anomaly.open")}}
	return &listing.Listing{Caption: title(k), Path: "/rolls/anomalies/" + string(k), Tie: "id", Sort: "measure", Descending: down(k), Empty: words.Say("anomaly.none"),
		Columns: []listing.Column{
			{Key: "what", Label: words.Say("anomaly.what"), SQL: "block"},
			{Key: "district", Label: words.Say("anomaly.district"), SQL: "district"},
			{Key: "measure", Label: words.Say("anomaly.measure." + string(k)), SQL: "measure", Number: true},
			{Key: "beside", Label: words.Say("anomaly.beside." + string(k)), SQL: "beside", Number: true},
			{Key: "since", Label: words.Say("anomaly.since"), SQL: "since"},
			{Key: "finding", Label: words.Say("anomaly.finding"), SQL: "finding"},
		},
		Filters: []listing.Filter{{Key: "finding", Label: words.Say("anomaly.finding"), Options: append(options, findings()...)}}}
}

// down tells whether the largest figure is the worst.
func down(k anomaly.Kind) bool {
	switch k {
	case anomaly.WomenBlock, anomaly.WomenSeat, anomaly.TooYoung, anomaly.Under:
		return false
	}
	return true
}

// kindPage is the view of one kind.
type kindPage struct {
	Kind  anomaly.Kind
	Title words.Message
	Text  words.Message
	Query words.Message
	Table listing.Table
	File  string
}

// asked reads what of a kind an address asks for.
func (d *Desk) asked(t *counter.Turn, l *counter.Look) (k anomaly.Kind, q listing.Query, asked anomaly.Query, settings anomaly.Settings, err error) {
	if k, err = kind(t); err != nil {
		return
	}
	last, err := d.cfg.Found.Last(l.Tx)
	if errors.Is(err, anomaly.ErrNoRun) {
		last.Settings, err = anomaly.Standard(), nil
	}
	if err != nil {
		return
	}
	q = listingOf(k).Read(t.R)
	asked = anomaly.Query{Kind: k, Finding: q.Filter("finding"), Order: q.OrderBy(), Limit: q.Limit(), Offset: q.Offset()}
	asked.Areas, err = areas(l, anomaly.ActRead)
	return k, q, asked, last.Settings, err
}

func (d *Desk) list(t *counter.Turn) {
	k, _ := kind(t)
	t.Show(http.StatusOK, "list", func(l *counter.Look) (any, error) {
		k, q, asked, settings, err := d.asked(t, l)
		if err != nil {
			return nil, err
		}
		found, total, err := d.cfg.Found.List(l.Tx, asked)
		if err != nil {
			return nil, err
		}
		v := kindPage{Kind: k, Title: title(k), Text: words.Say("anomaly.why." + string(k)), Query: words.Say("anomaly.query."+string(k), settings.Thresholds(k)...)}
		v.File = "/rolls/anomalies/" + string(k) + "/list.csv?" + q.Values().Encode()
		var rows []listing.Row
		for i := range found {
			one := &found[i]
			rows = append(rows, listing.Row{web.Link{Href: address(one), Text: name(one)}, districtName(one.District), figure(k, one.Measure), beside(one), one.Since, tag(one)})
		}
		v.Table = q.Table(total, rows)
		return v, nil
	}, listingOf(k).Keep()...)
}

func address(k *anomaly.Kept) string { return "/rolls/anomalies/" + string(k.Kind) + "/" + k.ID }

// name is how a thing is called: a block by its code, a constituency by its number.
func name(k *anomaly.Kept) words.Message {
	switch {
	case k.Block == 0:
		return words.Plain(k.ID)
	case k.Kind.Persons():
		return words.Say("anomaly.voter_in", "id", k.ID, "block", k.Block.String())
	}
	return words.Say("anomaly.block_n", "block", k.Block.String())
}

func districtName(key string) words.Message {
	a, err := area.Parse(key)
	if err != nil {
		return words.Plain("—")
	}
	en, ur := a.Names()
	return words.Named(words.Both{En: en, Ur: ur})
}

// figure writes what a kind measures.
func figure(k anomaly.Kind, n int64) any {
	switch k {
	case anomaly.WomenBlock, anomaly.WomenSeat, anomaly.Growth:
		return words.Plain(words.Percent(words.English, float64(n), 1000))
	case anomaly.Deaths:
		if n < 0 {
			return words.Say("anomaly.unknown")
		}
	}
	return n
}

func beside(k *anomaly.Kept) any {
	if k.Kind == anomaly.Deaths {
		return words.Say("anomaly.basis." + k.Basis)
	}
	return figure(k.Kind, k.Beside)
}

func tag(k *anomaly.Kept) any {
	if k.Finding == anomaly.Open {
		return web.Tag{Kind: web.Warn, Text: words.Say("anomaly.open")}
	}
	return web.Tag{Kind: web.Quiet, Text: words.Say("anomaly.finding." + string(k.Finding))}
}

// mostRows is how many rows a file has at most.
const mostRows = 1_000_000

// file gives the list as CSV (RFC 4180): no person's data, and no reasons, in which an
// officer may have written of somebody.
func (d *Desk) file(t *counter.Turn) {
	var found []anomaly.Kept
	ok := t.Read(func(l *counter.Look) error {
		_, _, asked, _, err := d.asked(t, l)
		if err != nil {
			return err
		}
		asked.Limit, asked.Offset = mostRows, 0
		found, _, err = d.cfg.Found.List(l.Tx, asked)
		return err
	})
	if !ok {
		return
	}
	h := t.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="`+t.R.PathValue("kind")+`.csv"`)
	h.Set("Cache-Control", "no-store")
	out := csv.NewWriter(t.W)
	out.Write([]string{"kind", "id", "block", "district", "tehsil", "na", "pa", "measure", "beside", "basis", "since", "finding", "finding_at"})
	for i := range found {
		k := &found[i]
		block, at := "", ""
		if k.Block != 0 {
			block = k.Block.String()
		}
		if !k.At.IsZero() {
			at = k.At.UTC().Format("2006-01-02T15:04:05Z")
		}
		out.Write([]string{string(k.Kind), k.ID, block, k.District, k.Tehsil, string(k.NA), string(k.PA), strconv.FormatInt(k.Measure, 10), strconv.FormatInt(k.Beside, 10),
			k.Basis, k.Since.UTC().Format("2006-01-02T15:04:05Z"), string(k.Finding), at})
	}
	out.Flush()
}
