package design

import (
	"cmp"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/web"
	"intikhab/platform/web/chart"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// districts is the listing of the page of tables. Its rows come from a table in
// memory; SQL stands here as it would for a database.
func districts() *listing.Listing {
	return &listing.Listing{
		Caption: words.Say("design.table.districts"), Path: "/design/tables", Tie: "id", Size: 20, Sort: "district",
		Empty: words.Say("design.table.none"),
		Columns: []listing.Column{
			{Key: "district", Label: words.Say("design.table.district"), SQL: "name"},
			{Key: "province", Label: words.Say("design.table.province"), SQL: "province"},
			{Key: "voters", Label: words.Say("design.table.voters"), SQL: "voters", Number: true},
			{Key: "state", Label: words.Say("design.table.state")},
		},
		Filters: []listing.Filter{
			{Key: "q", Label: words.Say("design.table.search")},
			{Key: "in", Label: words.Say("design.table.province"), Options: provinces()},
		},
	}
}

func (d *Design) tables(w http.ResponseWriter, r *http.Request) {
	l := districts()
	q := l.Read(r)
	all := slices.DeleteFunc(slices.Clone(geography.Districts()), func(x *geography.District) bool {
		return q.Filter("in") != "" && x.Division.Province.Code != q.Filter("in") ||
			!strings.Contains(strings.ToLower(x.NameEn+" "+x.NameUr), strings.ToLower(q.Filter("q")))
	})
	key, down := q.Sort()
	slices.SortStableFunc(all, func(a, b *geography.District) int {
		n := strings.Compare(a.NameEn, b.NameEn)
		switch key {
		case "province":
			n = strings.Compare(a.Division.Province.NameEn, b.Division.Province.NameEn)
		case "voters":
			n = cmp.Compare(a.Voters, b.Voters)
		}
		if down {
			return -n
		}
		return n
	})
	var rows []listing.Row
	for i, x := range all[min(len(all), q.Offset()):min(len(all), q.Offset()+q.Limit())] {
		tag := []web.Tag{{Kind: web.Good, Text: words.Say("design.tag.good")}, {Kind: web.Warn, Text: words.Say("design.tag.warn")},
			{Kind: web.Quiet, Text: words.Say("design.tag.quiet")}}[i%3]
		province := x.Division.Province
		rows = append(rows, listing.Row{words.Both{En: x.NameEn, Ur: x.NameUr}, words.Both{En: province.NameEn, Ur: province.NameUr}, x.Voters, tag})
	}
	d.show(w, r, http.StatusOK, "tables", struct {
		view
		Table listing.Table
	}{newView("tables", "listing"), q.Table(len(all), rows)}, l.Keep()...)
}

func (d *Design) charts(w http.ResponseWriter, r *http.Request) {
	hours := chart.Data{Title: words.Say("design.chart.hours"), Axis: words.Say("design.chart.hour"),
		Series: []chart.Series{{Name: words.Say("design.chart.questions")}}}
	for h := range 24 {
		hours.Names = append(hours.Names, words.Plain(strconv.Itoa(h)))
		hours.Series[0].Values = append(hours.Series[0].Values, float64((h*h*37+h*911)%2300))
	}
	places := chart.Data{Title: words.Say("design.chart.voters"), Axis: words.Say("design.table.province"),
		Series: []chart.Series{{Name: words.Say("design.option.male")}, {Name: words.Say("design.option.female")}}}
	lines := places
	lines.Title, lines.Axis, lines.Names = words.Say("design.chart.turnout"), words.Say("design.chart.hour"), hours.Names[8:18]
	lines.Series = []chart.Series{{Name: words.Say("design.option.male")}, {Name: words.Say("design.option.female")}}
	for i := range lines.Names {
		lines.Series[0].Values = append(lines.Series[0].Values, float64(i*i)*0.45+2)
		lines.Series[1].Values = append(lines.Series[1].Values, float64(i*i)*0.39+1)
	}
	lines.Places = 1
	for _, p := range geography.Provinces() {
		if p.Voters == 0 {
			continue
		}
		places.Names = append(places.Names, words.Named(words.Both{En: p.NameEn, Ur: p.NameUr}))
		places.Series[0].Values = append(places.Series[0].Values, float64(p.Men))
		places.Series[1].Values = append(places.Series[1].Values, float64(p.Voters-p.Men))
	}
	d.show(w, r, http.StatusOK, "charts", struct {
		view
		Charts []chart.Chart
	}{newView("charts", "chart"), []chart.Chart{chart.Columns(hours), chart.Rows(places), chart.Lines(lines), chart.Stacked(lines)}})
}

func (d *Design) notices(w http.ResponseWriter, r *http.Request) {
	v := struct {
		view
		Notices  []web.Notice
		Tags     []web.Tag
		Tabs     []web.Tab
		Failures []int
	}{view: newView("notices", "notice", "failure"), Failures: web.Failures()}
	for _, kind := range []web.Kind{web.Good, web.Info, web.Warn, web.Bad} {
		v.Notices = append(v.Notices, web.Notice{Kind: kind, Title: words.Say("design.note." + string(kind)), Text: words.Say("design.note.text")})
	}
	for _, kind := range []web.Kind{web.Good, web.Warn, web.Bad, web.Info, web.Quiet} {
		v.Tags = append(v.Tags, web.Tag{Kind: kind, Text: words.Say("design.tag." + string(kind))})
	}
	for i, name := range []string{"notices", "dialogs", "live"} {
		v.Tabs = append(v.Tabs, web.Tab{Href: "/design/" + name, Text: words.Say("design.part." + name), Here: i == 0})
	}
	d.show(w, r, http.StatusOK, "notices", v)
}

// say answers the button that shows a notice after a redirect.
func (d *Design) say(w http.ResponseWriter, r *http.Request) {
	web.SetNotice(w, r, "design.notice.rows", "n", 1234)
	web.SeeOther(w, r, "/design/notices")
}

type confirmView struct {
	view
	Confirm web.Confirm
}

func confirmation() web.Confirm {
	return web.Confirm{ID: "freeze", Page: "/design/dialogs/confirm", Action: "/design/dialogs/confirm", Back: "/design/dialogs", Danger: true,
		Open: words.Say("design.dialog.open"), Title: words.Say("design.dialog.title"), Text: words.Say("design.dialog.text"), Yes: words.Say("design.dialog.yes")}
}

func (d *Design) dialogs(w http.ResponseWriter, r *http.Request) {
	d.show(w, r, http.StatusOK, "dialogs", confirmView{newView("dialogs", "dialog"), confirmation()})
}

func (d *Design) confirm(w http.ResponseWriter, r *http.Request) {
	d.show(w, r, http.StatusOK, "confirm", confirmView{newView("dialogs"), confirmation()})
}

func (d *Design) confirmed(w http.ResponseWriter, r *http.Request) {
	web.SetNotice(w, r, "design.notice.sent")
	web.SeeOther(w, r, "/design/dialogs")
}

// mostUpload is the largest file that the page of uploads takes, and throws away.
const mostUpload = 1_000_000

var uploads = &form.Form{Name: "design.upload", Submit: words.Say("design.upload.send"), Fields: []form.Field{
	{Name: "file", Kind: form.File, Label: words.Say("design.field.file"), Hint: words.Say("design.field.file_hint"),
		Types: []string{"text/csv", "application/pdf", "image/png", "image/jpeg"}, Most: mostUpload},
}}

func (d *Design) showUpload(w http.ResponseWriter, r *http.Request) {
	d.show(w, r, http.StatusOK, "upload", formView{view: newView("upload", "upload"), Form: uploads.Empty()})
}

func (d *Design) sendUpload(w http.ResponseWriter, r *http.Request) {
	throwAway := func(_, _, _ string, content io.Reader) (string, error) {
		_, err := io.Copy(io.Discard, content)
		return "", err
	}
	filled, err := form.Reader{Store: throwAway}.Read(uploads, r)
	switch {
	case err != nil:
		form.Failed(w, r, err)
	case !filled.OK():
		d.show(w, r, http.StatusUnprocessableEntity, "upload", formView{view: newView("upload", "upload"), Form: filled})
	default:
		web.SetNotice(w, r, "design.notice.file", "n", int(filled.Document("file").Size))
		web.SeeOther(w, r, "/design/notices")
	}
}

// liveView is what the live part shows.
type liveView struct {
	view
	At    time.Time
	Exact string
}

func (d *Design) liveView() liveView {
	now := d.cfg.Now()
	return liveView{view: newView("live", "live"), At: now, Exact: words.Exact(now)}
}

func (d *Design) live(w http.ResponseWriter, r *http.Request) {
	d.show(w, r, http.StatusOK, "live", d.liveView())
}

func (d *Design) events(w http.ResponseWriter, r *http.Request) {
	lang := d.language(r)
	stream := web.Events(w, r)
	for {
		var part strings.Builder
		if err := pages.Part(&part, "live", "design-clock", lang, d.liveView()); err != nil {
			panic(err)
		}
		tick := make(chan struct{})
		time.AfterFunc(time.Second, func() { close(tick) })
		if !stream.Parts(map[string]string{"clock": part.String()}) || !stream.Wait(tick) {
			return
		}
	}
}

// officer answers with the shell as somebody sees it who has signed in.
func (d *Design) officer(w http.ResponseWriter, r *http.Request) {
	link := func(name string) web.Link {
		return web.Link{Href: "/design/" + name, Text: words.Say("design.part." + name)}
	}
	visitor := web.Visitor{
		Name: "Zahida Parveen", Role: words.Both{En: "Registration Officer", Ur: "رجسٹریشن افسر"},
		Office:  words.Both{En: "District Election Commissioner, Karachi East", Ur: "ضلعی الیکشن کمشنر، کراچی شرقی"},
		Account: "/design/officer", SignOut: "/design/notices", Links: []web.Link{link("officer"), link("tables"), link("forms")},
	}
	d.show(w, r.WithContext(web.WithVisitor(r.Context(), visitor)), http.StatusOK, "officer", newView("officer"))
}

// fail answers with one of the error pages.
func (d *Design) fail(w http.ResponseWriter, r *http.Request) {
	status, err := strconv.Atoi(r.PathValue("status"))
	if err != nil || !slices.Contains(web.Failures(), status) {
		status = http.StatusNotFound
	}
	web.Fail(w, r, status)
}
