// Package board is the public pages of the figures of frozen rolls: which rolls there are,
// the voters of one by area, sex and age as tables and charts, the gap between men and
// women of each constituency (section 47 of the Elections Act 2017), what its revision
// added and deleted, and all of it as open data. Anybody may see them; small numbers are
// hidden as package figures says. TestPages goes through them in both languages.
package board

import (
	"cmp"
	"embed"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/chart"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
	"intikhab/systems/rolls/figures"
)

//go:embed pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, office.Words)
	pages     = web.MustPages(catalogue, nil, files)
)

// ActRead is the act of the table of permissions: anybody may.
const ActRead office.Act = "figures.read"

// Config is what the pages need. DB and Figures must be set.
type Config struct {
	DB      *database.DB
	Figures *figures.Store
	Log     *slog.Logger
}

// Board is the pages.
type Board struct{ cfg Config }

// New makes the pages.
func New(cfg Config) *Board {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Board{cfg}
}

// Routes is the table of the pages: /figures/{roll} is a page, and with .csv or .json behind
// it a file.
func (b *Board) Routes() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/figures", Act: ActRead, Handler: b.home},
		{Method: http.MethodGet, Path: "/figures/{roll}", Act: ActRead, Handler: b.roll},
		{Method: http.MethodGet, Path: "/figures/{roll}/revision", Act: ActRead, Handler: b.revision},
	}
}

func (b *Board) page(w http.ResponseWriter, r *http.Request, name string, view any, keep ...string) {
	pages.Render(w, r, http.StatusOK, name, web.ChooseLanguage(r, words.Urdu), view, keep...)
}

func (b *Board) read(w http.ResponseWriter, r *http.Request, f func(*database.Tx) error) bool {
	err := b.cfg.DB.View(r.Context(), f)
	switch {
	case errors.Is(err, figures.ErrNoRoll):
		web.Fail(w, r, http.StatusNotFound)
	case err != nil:
		web.Broken(w, r, b.cfg.Log, err)
	}
	return err == nil
}

func (b *Board) home(w http.ResponseWriter, r *http.Request) {
	var all []figures.Roll
	if !b.read(w, r, func(tx *database.Tx) (err error) {
		all, err = b.cfg.Figures.Rolls(tx)
		return err
	}) {
		return
	}
	var rows []listing.Row
	for _, one := range all {
		rows = append(rows, listing.Row{web.Link{Href: "/figures/" + one.ID, Text: words.Plain(one.Name)}, day(one.Day), areaName(one.Scope, figures.Whole), one.Voters})
	}
	table := listing.Plain(words.Say("board.rolls"), []listing.Column{{Label: words.Say("board.roll")}, {Label: words.Say("board.day")}, {Label: words.Say("board.area")}, {Label: words.Say("board.voters"), Number: true}}, rows)
	table.Empty = words.Say("board.none")
	b.page(w, r, "home", table)
}

func day(text string) any {
	d, err := words.ParseDay(text)
	if err != nil {
		return text
	}
	return d
}

// areaName is how an area is called.
func areaName(key string, level figures.Level) words.Message {
	en, ur := figures.Names(key)
	switch {
	case en == "":
		return words.Say("board.elsewhere")
	case strings.HasPrefix(key, "constituency:"):
		return words.Plain(en)
	}
	return words.Named(words.Both{En: en, Ur: ur})
}

// rollPage is the view of one roll.
type rollPage struct {
	ID, Name string
	Rows     []form.Row
	Hidden   bool
	Levels   []tab
	Ages     *chart.Chart
	Gap      *chart.Chart
	Table    listing.Table
	ByAge    listing.Table
	More     bool // a revision to show
}

type tab struct {
	Href string
	Text words.Message
	Here bool
}

// roll shows a roll's figures, or gives them as a file.
func (b *Board) roll(w http.ResponseWriter, r *http.Request) {
	id, csv := strings.CutSuffix(r.PathValue("roll"), ".csv")
	id, json := strings.CutSuffix(id, ".json")
	var f *figures.Figures
	if !b.read(w, r, func(tx *database.Tx) (err error) {
		f, err = b.cfg.Figures.Get(tx, id)
		return err
	}) {
		return
	}
	switch {
	case csv:
		b.file(w, r, "text/csv; charset=utf-8", id+".csv", f.WriteCSV)
		return
	case json:
		b.file(w, r, "application/json", id+".json", f.WriteJSON)
		return
	}
	level := figures.Level(cmp.Or(r.URL.Query().Get("level"), string(figures.District)))
	v := rollPage{ID: f.ID, Name: f.Name, Hidden: f.Hidden > 0, More: f.Since != ""}
	v.Rows = []form.Row{{Label: words.Say("board.day"), Value: day(f.Day)}, {Label: words.Say("board.area"), Value: areaName(f.Scope, figures.Whole)},
		{Label: words.Say("board.voters"), Value: f.Voters}}
	whole := &f.Areas[0]
	for _, one := range []struct {
		key string
		n   figures.Number
	}{{"women", whole.Women[0]}, {"men", whole.Men[0]}, {"x", whole.X[0]}} {
		v.Rows = append(v.Rows, form.Row{Label: words.Say("board." + one.key), Value: show(one.n)})
	}
	there := map[figures.Level]bool{}
	for i := range f.Areas {
		there[f.Areas[i].Level] = true
	}
	if !there[level] || level == figures.Whole {
		level = figures.NA
		if !there[level] {
			level = figures.PA
		}
	}
	for _, l := range figures.Levels() {
		if there[l] && l != figures.Whole {
			v.Levels = append(v.Levels, tab{"/figures/" + id + "?level=" + string(l), words.Say("board.level." + string(l)), l == level})
		}
	}
	v.Ages = ages(whole)
	b.tables(&v, f, level)
	b.page(w, r, "roll", v, "level")
}

// file answers with open data. A frozen roll never changes: whoever has the file need not
// fetch it again.
func (b *Board) file(w http.ResponseWriter, r *http.Request, contentType, name string, write func(io.Writer) error) {
	h := w.Header()
	tag := `"` + name + `"`
	h.Set("Cache-Control", "public, max-age=86400")
	h.Set("ETag", tag)
	h.Set("Access-Control-Allow-Origin", "*")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", contentType)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	if err := write(w); err != nil {
		b.cfg.Log.Error("a file of figures ends early", "id", web.RequestID(r.Context()), "error", err)
	}
}

// show writes a number, or that it is hidden.
func show(n figures.Number) any {
	if n.Hidden {
		return words.Say("board.hidden")
	}
	return n.N
}

func ageName(band int) words.Message {
	switch band {
	case 0:
		return words.Say("board.all_ages")
	case 1:
		return words.Say("board.other_age")
	}
	// The mark in front keeps 18–25 from being read as 25–18 in a line of Urdu.
	return words.Plain("\u200e" + strings.Replace(figures.AgeName(band), "-", "–", 1))
}

// ages draws the whole roll's voters by age band.
func ages(a *figures.Area) *chart.Chart {
	d := chart.Data{Title: words.Say("board.chart.ages"), Axis: words.Say("board.age"), Series: []chart.Series{{Name: words.Say("board.women")}, {Name: words.Say("board.others")}}}
	for band := 2; band < figures.AgeNames; band++ {
		if a.Women[band].Hidden || a.Others[band].Hidden {
			return nil
		}
		d.Names = append(d.Names, ageName(band))
		d.Series[0].Values = append(d.Series[0].Values, float64(a.Women[band].N))
		d.Series[1].Values = append(d.Series[1].Values, float64(a.Others[band].N))
	}
	c := chart.Columns(d)
	return &c
}

// mostRows is how many areas a chart draws.
const mostRows = 40

// tables are a level's voters by sex, and by age.
func (b *Board) tables(v *rollPage, f *figures.Figures, level figures.Level) {
	var rows, byAge []listing.Row
	gap := chart.Data{Title: words.Say("board.chart.gap"), Axis: words.Say("board.area"), Series: []chart.Series{{Name: words.Say("board.women")}, {Name: words.Say("board.others")}}, Places: 1}
	for i := range f.Areas {
		a := &f.Areas[i]
		if a.Level != level {
			continue
		}
		name := any(areaName(a.Key, level))
		if a.Part && a.Key != "" {
			name = web.Hint{Value: name, Below: words.Say("board.part")}
		}
		difference := any(words.Say("board.hidden"))
		if n, ok := a.Gap(); ok {
			difference = words.Plain(fmt.Sprintf("%.1f", float64(n)/10))
			if len(gap.Names) < mostRows && a.All[0].N > 0 {
				gap.Names = append(gap.Names, areaName(a.Key, level))
				gap.Series[0].Values = append(gap.Series[0].Values, 100*float64(a.Women[0].N)/float64(a.All[0].N))
				gap.Series[1].Values = append(gap.Series[1].Values, 100*float64(a.Others[0].N)/float64(a.All[0].N))
			}
		}
		line := listing.Row{name, show(a.All[0]), show(a.Women[0]), show(a.Others[0]), difference}
		if a.Told > 0 {
			line = append(line, show(a.X[0]))
		}
		rows = append(rows, line)
		ageLine := listing.Row{areaName(a.Key, level)}
		for band := 2; band < figures.AgeNames; band++ {
			ageLine = append(ageLine, web.Hint{Value: show(a.Women[band]), Below: show(a.Others[band])})
		}
		byAge = append(byAge, ageLine)
	}
	number := func(key string) listing.Column {
		return listing.Column{Label: words.Say("board." + key), Number: true}
	}
	columns := []listing.Column{{Label: words.Say("board.area")}, number("voters"), number("women"), number("others"), number("gap")}
	if level == figures.Province || level == figures.District {
		columns = append(columns, number("x"))
	}
	v.Table = listing.Plain(words.Say("board.by_sex"), columns, rows)
	columns = []listing.Column{{Label: words.Say("board.area")}}
	for band := 2; band < figures.AgeNames; band++ {
		columns = append(columns, listing.Column{Label: ageName(band), Number: true})
	}
	v.ByAge = listing.Plain(words.Say("board.by_age"), columns, byAge)
	if len(gap.Names) > 0 {
		c := chart.Rows(gap)
		v.Gap = &c
	}
}
