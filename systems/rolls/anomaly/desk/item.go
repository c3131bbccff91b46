package desk

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/chart"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/anomaly"
)

// itemPage is the view of one thing that was found.
type itemPage struct {
	Kind        anomaly.Kind
	Title, Name words.Message
	Query       words.Message
	Gone        bool // the last run did not find it
	Rows        []form.Row
	Finding     []form.Row
	Ages        *chart.Chart
	Sexes       *chart.Chart
	Form        *form.Filled // of a finding, nil where he may not write one
	FormAt      string
	Persons     *form.Filled // nil where he may not see them
	PersonsAt   string
	Seen        *listing.Table
	More        int    // persons that are not shown
	Block       string // its page
}

// item shows one thing; filled and asked are forms that were not right.
func (d *Desk) item(t *counter.Turn, status int, filled, asked *form.Filled) {
	t.Show(status, "item", func(l *counter.Look) (any, error) { return d.view(l, filled, asked) })
}

func (d *Desk) view(l *counter.Look, filled, asked *form.Filled) (*itemPage, error) {
	k, _, err := d.one(l.Turn, l.Tx, anomaly.ActRead)
	if err != nil {
		return nil, err
	}
	last, err := d.cfg.Found.Last(l.Tx)
	if err != nil {
		return nil, err
	}
	v := &itemPage{Kind: k.Kind, Title: title(k.Kind), Name: name(&k), Query: words.Say("anomaly.query."+string(k.Kind), last.Settings.Thresholds(k.Kind)...), Gone: k.Run != last.Number}
	row := func(key string, value any) {
		v.Rows = append(v.Rows, form.Row{Label: words.Say("anomaly." + key), Value: value})
	}
	row("measure."+string(k.Kind), figure(k.Kind, k.Measure))
	row("beside."+string(k.Kind), beside(&k))
	row("since", k.Since)
	if err := d.figures(l, v, &k); err != nil {
		return nil, err
	}
	if k.Finding != anomaly.Open {
		by, err := d.cfg.Book.Officer(l.Tx, office.OfficerID(k.Officer))
		if err != nil && !errors.Is(err, office.ErrMissing) {
			return nil, err
		}
		v.Finding = []form.Row{{Label: words.Say("anomaly.finding"), Value: tag(&k)}, {Label: words.Say("anomaly.reason"), Value: words.Plain(k.Reason)},
			{Label: words.Say("anomaly.by"), Value: words.Named(by.Name())}, {Label: words.Say("anomaly.at_time"), Value: k.At}}
	}
	if d.may(l, anomaly.ActDecide, &k) {
		if v.Form, v.FormAt = filled, address(&k)+"/finding"; filled == nil {
			v.Form = findingForm.Empty().Set("version", strconv.FormatInt(k.Version, 10))
		}
	}
	if k.Kind.Persons() && d.may(l, anomaly.ActPersons, &k) {
		if v.Persons, v.PersonsAt = asked, address(&k)+"/persons"; asked == nil {
			v.Persons = personsForm.Empty()
		}
	}
	return v, nil
}

func (d *Desk) may(l *counter.Look, act office.Act, k *anomaly.Kept) bool {
	_, err := d.must(l.Tx, l.By, act, k)
	return err == nil
}

// figures fills in those of the block or the constituency, beside its district's.
func (d *Desk) figures(l *counter.Look, v *itemPage, k *anomaly.Kept) error {
	row := func(key string, value any) {
		v.Rows = append(v.Rows, form.Row{Label: words.Say("anomaly." + key), Value: value})
	}
	if k.Block == 0 {
		a, err := d.cfg.Found.Area(l.Tx, "constituency:"+k.ID)
		if err != nil {
			return err
		}
		row("blocks", a.Blocks)
		v.Sexes = sexes(a.Voters, nil, words.Plain(k.ID), words.Message{})
		return nil
	}
	b, err := d.cfg.Roll.Block(l.Tx, k.Block)
	if err != nil {
		return err
	}
	if l.Somewhere("rolls.read") {
		v.Block = "/rolls/blocks/" + k.Block.String()
	}
	row("block", words.Plain(k.Block.String()))
	row("block_name", words.Named(words.Both{En: b.NameEn, Ur: b.NameUr}))
	row("district", words.Named(words.Both{En: b.DistrictEn, Ur: b.DistrictUr}))
	f, err := d.cfg.Found.Block(l.Tx, k.Block)
	if errors.Is(err, anomaly.ErrMissing) {
		return nil
	}
	if err != nil {
		return err
	}
	row("voters", f.All())
	row("households", f.Households)
	row("largest", f.Largest)
	row("fresh", f.Fresh)
	v.Ages = ages(&f)
	district, err := d.cfg.Found.Area(l.Tx, k.District)
	if err != nil && !errors.Is(err, anomaly.ErrMissing) {
		return err
	}
	v.Sexes = sexes(f.Voters, &district.Voters, words.Say("anomaly.block_n", "block", k.Block.String()), words.Named(words.Both{En: b.DistrictEn, Ur: b.DistrictUr}))
	return nil
}

// sexes draws how many of a hundred are men and women, here and in the district.
func sexes(here [geography.Genders]int64, there *[geography.Genders]int64, name, around words.Message) *chart.Chart {
	share := func(v [geography.Genders]int64, list geography.Gender) float64 {
		return 100 * float64(v[list]) / float64(max(1, v[0]+v[1]+v[2]))
	}
	data := chart.Data{Title: words.Say("anomaly.chart.sexes"), Axis: words.Say("anomaly.what"), Names: []words.Message{name}, Places: 1,
		Series: []chart.Series{{Name: words.Say("anomaly.women"), Values: []float64{share(here, geography.Female)}}, {Name: words.Say("anomaly.men"), Values: []float64{share(here, geography.Male)}}}}
	if there != nil && there[0]+there[1]+there[2] > 0 {
		data.Names = append(data.Names, around)
		data.Series[0].Values = append(data.Series[0].Values, share(*there, geography.Female))
		data.Series[1].Values = append(data.Series[1].Values, share(*there, geography.Male))
	}
	c := chart.Rows(data)
	return &c
}

// ages draws a block's voters by age band.
func ages(f *anomaly.BlockFigures) *chart.Chart {
	data := chart.Data{Title: words.Say("anomaly.chart.ages"), Axis: words.Say("anomaly.age")}
	series := []chart.Series{{Name: words.Say("anomaly.women")}, {Name: words.Say("anomaly.men")}}
	for band := range f.Ages[0] {
		women, men := f.Ages[geography.Female][band], f.Ages[geography.Male][band]
		if band == 0 && women+men == 0 {
			continue
		}
		data.Names = append(data.Names, bandName(band))
		series[0].Values = append(series[0].Values, float64(women))
		series[1].Values = append(series[1].Values, float64(men))
	}
	data.Series = series
	c := chart.Columns(data)
	return &c
}

// bandName begins with a mark that keeps 18–25 from being read as 25–18 in a line of Urdu.
func bandName(band int) words.Message {
	switch {
	case band == 0:
		return words.Say("anomaly.age_other")
	case band == len(anomaly.Bands):
		return words.Plain(fmt.Sprintf("\u200e%d+", anomaly.Bands[band-1]))
	}
	return words.Plain(fmt.Sprintf("\u200e%d–%d", anomaly.Bands[band-1], anomaly.Bands[band]-1))
}

// finding writes what the officer has found.
func (d *Desk) finding(t *counter.Turn) {
	to := "/rolls/anomalies/" + t.R.PathValue("kind") + "/" + t.R.PathValue("id")
	if !t.Sent() {
		web.SeeOther(t.W, t.R, to)
		return
	}
	filled, err := findingForm.Read(t.R)
	if err != nil {
		form.Failed(t.W, t.R, err)
		return
	}
	if !filled.OK() {
		d.item(t, http.StatusUnprocessableEntity, filled, nil)
		return
	}
	version, _ := strconv.ParseInt(filled.Text("version"), 10, 64)
	err = t.Do(func(tx *database.Tx) error {
		k, decision, err := d.one(t, tx, anomaly.ActDecide)
		if err != nil {
			return err
		}
		e := decision.Entry(t.By, anomaly.ActDecide, "", "")
		_, err = d.cfg.Found.Decide(tx, k.Kind, k.ID, version, anomaly.Finding(filled.Text("finding")), filled.Text("reason"), e)
		return err
	})
	if err != nil {
		t.Fail(err)
		return
	}
	t.Done("anomaly.notice.decided", to)
}

// mostPersons is how many persons a page shows.
const mostPersons = 100

// persons shows, masked, whom it is about, for a reason that the audit trail keeps.
func (d *Desk) persons(t *counter.Turn) {
	if !t.Sent() {
		web.SeeOther(t.W, t.R, "/rolls/anomalies/"+t.R.PathValue("kind")+"/"+t.R.PathValue("id"))
		return
	}
	filled, err := personsForm.Read(t.R)
	if err != nil {
		form.Failed(t.W, t.R, err)
		return
	}
	if !filled.OK() {
		d.item(t, http.StatusUnprocessableEntity, nil, filled)
		return
	}
	var v *itemPage
	ok := t.ReadSeen(func(l *counter.Look) error {
		k, decision, err := d.one(t, l.Tx, anomaly.ActPersons)
		if err != nil {
			return err
		}
		if v, err = d.view(l, nil, filled); err != nil {
			return err
		}
		all, err := d.cfg.Found.Persons(l.Tx, &k)
		if err != nil {
			return err
		}
		v.More = max(0, len(all)-mostPersons)
		v.Seen = masked(all[:min(len(all), mostPersons)], d.cfg.Book)
		return audit.Seen(l.Tx, l.Book.Now(), decision.Entry(t.By, anomaly.ActPersons, "anomaly:"+string(k.Kind)+"/"+k.ID, filled.Text("reason")))
	})
	if ok {
		t.W.Header().Set("Cache-Control", "no-store")
		pages.Render(t.W, t.R, http.StatusOK, "item", t.Lang, v)
	}
}

func masked(all []rolls.Entry, book *office.Book) *listing.Table {
	today := rolls.DateOf(book.Now().In(words.Zone))
	var rows []listing.Row
	for i := range all {
		e := &all[i]
		given := e.NameUr
		if given == "" {
			given = e.NameEn
		}
		age := any(words.Say("anomaly.unknown"))
		if !e.Born.IsZero() {
			age = int64(e.Born.Age(today))
		}
		rows = append(rows, listing.Row{web.Link{Href: "/rolls/voters/" + e.ID.String(), Text: words.Plain(e.ID.String())}, words.Plain(words.CNIC(e.CNIC)), words.Plain(audit.Masked(given)),
			words.Say("anomaly.list." + e.List.String()), int64(e.Serial), int64(e.Household), age})
	}
	table := listing.Plain(words.Say("anomaly.persons"), []listing.Column{{Label: words.Say("anomaly.number")}, {Label: words.Say("anomaly.cnic")}, {Label: words.Say("anomaly.name")},
		{Label: words.Say("anomaly.list")}, {Label: words.Say("anomaly.serial"), Number: true}, {Label: words.Say("anomaly.household"), Number: true}, {Label: words.Say("anomaly.age"), Number: true}}, rows)
	return &table
}
