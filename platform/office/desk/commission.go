package desk

import (
	"bytes"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/sheet"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

// proposal is the view of the commission's own tree before it is opened.
type proposal struct {
	Crumbs []web.Link
	Tree   tree
	Counts []form.Row // by kind
	Form   *form.Filled
	New    int
}

// proposed are the commission's offices as a list, those that are there left out.
func (l *look) proposed() (text []byte, all []office.Office, err error) {
	there, err := l.cfg.Book.Offices(l.tx)
	if err != nil {
		return nil, nil, err
	}
	known := map[office.OfficeID]bool{}
	for _, o := range there {
		known[o.ID] = true
	}
	for _, o := range office.Commission(office.DayOf(l.cfg.Book.Now())) {
		if !known[o.ID] && o.Kind != office.Secretariat {
			all = append(all, o)
		}
	}
	var b bytes.Buffer
	err = sheet.WriteOffices(&b, all)
	return b.Bytes(), all, err
}

func (t *turn) commissionForm() *form.Form {
	return &form.Form{Name: "desk.commission", Submit: words.Say("desk.commission"), Cancel: "/offices", Fields: []form.Field{
		{Name: "mark", Kind: form.Hidden, Label: words.Say("desk.commission")}, reasonField("desk.reason")}}
}

// commission proposes the commission's own offices, and opens them all in one act.
func (t *turn) commission() {
	f := t.commissionForm().Empty()
	if t.sent() {
		var err error
		if f, err = t.commissionForm().Read(t.r); err != nil {
			form.Failed(t.w, t.r, err)
			return
		}
		if f.OK() {
			t.openCommission(f)
			return
		}
	}
	status := http.StatusOK
	if t.sent() {
		status = http.StatusUnprocessableEntity
	}
	t.show(status, "commission", func(l *look) (any, error) {
		text, all, err := l.proposed()
		if err != nil {
			return nil, err
		}
		read, err := sheet.ReadOffices(l.tx, t.cfg.Book, t.by, text)
		if err != nil {
			return nil, err
		}
		f.Set("mark", read.Mark)
		v := proposal{Crumbs: []web.Link{{Href: "/offices", Text: words.Say("desk.offices")}, {Text: words.Say("desk.commission")}}, Form: f, New: len(all),
			Tree: tree{Top: office.Tree(all), Number: len(all), Today: office.DayOf(t.cfg.Book.Now()), Plain: true}}
		for _, k := range office.Kinds() {
			n := 0
			for _, o := range all {
				if o.Kind == k {
					n++
				}
			}
			if n > 0 {
				v.Counts = append(v.Counts, form.Row{Label: words.Say(k.Key()), Value: n})
			}
		}
		return v, nil
	})
}

func (t *turn) openCommission(f *form.Filled) {
	n := 0
	err := t.do(func(tx *database.Tx) error {
		l, err := t.at(tx)
		if err != nil {
			return err
		}
		text, all, err := l.proposed()
		if err != nil {
			return err
		}
		n = len(all)
		_, err = sheet.TakeOffices(tx, t.cfg.Book, t.by, text, f.Text("mark"), f.Text("reason"))
		return err
	})
	if err != nil {
		t.fail(err)
		return
	}
	t.done("desk.notice.opened_all", "/offices", "n", n)
}

// commissionList is the proposal as a file, to be changed and brought back.
func (t *turn) commissionList() {
	var text []byte
	ok := t.read(func(l *look) (err error) {
		if err = l.must("office.change", office.Target{Somewhere: true}); err == nil {
			text, _, err = l.proposed()
		}
		return err
	})
	if ok {
		t.w.Header().Set("Content-Type", "text/csv; charset=utf-8")
		t.w.Header().Set("Content-Disposition", `attachment; filename="offices.csv"`)
		t.w.Header().Set("Cache-Control", "no-store")
		t.w.Write(text)
	}
}
