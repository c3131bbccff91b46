package desk

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"io"
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/sheet"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// A list travels with the preview's form, packed, so that what is taken in is what was
// looked at, and nobody keeps the CNICs of a list that is never taken in. mostPacked
// bounds it: base64 of a file that gzip makes no smaller.
const mostPacked = sheet.MaxBytes*4/3 + 64<<10

// list is a kind of list.
type list struct {
	key, path, back string
	act             office.Act
	read            func(l *look, text []byte) (*preview, error)
	take            func(t *turn, tx *database.Tx, text []byte, mark, reason string) (taken, error)
}

// taken is what taking a list in did, for the notice, and where it is looked at.
type taken struct {
	notice, to  string
	added, more int
}

// preview is the view of a list before it is taken in.
type preview struct {
	ID       string
	Crumbs   []web.Link
	Title    words.Message
	Problems *listing.Table
	Counts   []form.Row
	Lines    []listing.Table
	Mark     string
	Nothing  bool // it would change nothing
	Form     *form.Filled
}

func (d *Desk) sheetRoutes() (all []web.Route) {
	for _, k := range []list{officerSheet, officeSheet} {
		all = append(all, d.both(k.path, k.act, sheet.MaxBytes+64<<10, func(t *turn) { t.bring(k) })...)
		all = append(all, d.posts(k.path+"/take", k.act, mostPacked+64<<10, k.path, func(t *turn) { t.takeIn(k) })...)
	}
	return all
}

// bringForm asks for a file.
func bringForm(k list) *form.Form {
	return &form.Form{Name: "desk.sheet", Submit: words.Say("desk.sheet_look"), Cancel: k.back, Fields: []form.Field{
		{Name: "file", Kind: form.File, Label: words.Say("desk.sheet_file"), Hint: words.Say("desk.sheet." + k.key), Most: sheet.MaxBytes}}}
}

func takeForm(k list) *form.Form {
	return &form.Form{Name: "desk.take", Action: k.path + "/take", Submit: words.Say("desk.sheet_take"), Cancel: k.back, Fields: []form.Field{
		{Name: "text", Kind: form.Hidden, Label: words.Say("desk.sheet_file"), Most: mostPacked},
		{Name: "mark", Kind: form.Hidden, Label: words.Say("desk.sheet_file")}, reasonField("desk.reason")}}
}

// bring asks for a list and shows what it would do.
func (t *turn) bring(k list) {
	f := bringForm(k).Empty()
	if t.sent() {
		var err error
		if f, err = bringForm(k).Read(t.r); err != nil {
			form.Failed(t.w, t.r, err)
			return
		}
		if f.OK() {
			t.preview(k, http.StatusOK, f.Document("file").Content, takeForm(k).Empty())
			return
		}
	}
	status := http.StatusOK
	if t.sent() {
		status = http.StatusUnprocessableEntity
	}
	t.page(status, "ask", &asked{ID: "form-sheet", Title: words.Say("desk.import." + k.key), Lead: words.Say("desk.sheet_text"), Form: f,
		Crumbs: []web.Link{{Href: k.back, Text: words.Say("desk." + k.key)}, {Text: words.Say("desk.import." + k.key)}}})
}

// preview shows what a list would do, with the form that takes it in.
func (t *turn) preview(k list, status int, text []byte, f *form.Filled) {
	t.show(status, "sheet", func(l *look) (any, error) {
		v, err := k.read(l, text)
		if err != nil {
			return nil, err
		}
		v.ID, v.Title = "form-take", words.Say("desk.import."+k.key)
		v.Crumbs = []web.Link{{Href: k.back, Text: words.Say("desk." + k.key)}, {Href: k.path, Text: v.Title}, {Text: words.Say("desk.preview")}}
		if v.Problems == nil && !v.Nothing {
			packed, err := pack(text)
			if err != nil {
				return nil, err
			}
			v.Form = f.Set("text", packed).Set("mark", v.Mark)
		}
		return v, nil
	})
}

// takeIn takes a list in that was looked at.
func (t *turn) takeIn(k list) {
	f, err := takeForm(k).Read(t.r)
	if err != nil {
		form.Failed(t.w, t.r, err)
		return
	}
	text, err := unpack(f.Text("text"))
	if err != nil {
		form.Failed(t.w, t.r, form.ErrMalformed)
		return
	}
	if !f.OK() {
		t.preview(k, http.StatusUnprocessableEntity, text, f)
		return
	}
	var done taken
	err = t.do(func(tx *database.Tx) (err error) {
		done, err = k.take(t, tx, text, f.Text("mark"), f.Text("reason"))
		return err
	})
	if err != nil {
		t.fail(err)
		return
	}
	t.done(done.notice, done.to, "n", done.added, "m", done.more)
}

// pack and unpack carry a list in a field of a form.
func pack(text []byte) (string, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(text)
	err = errors.Join(err, w.Close())
	return base64.RawURLEncoding.EncodeToString(b.Bytes()), err
}

func unpack(packed string) ([]byte, error) {
	b, err := base64.RawURLEncoding.DecodeString(packed)
	if err != nil {
		return nil, err
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(r, sheet.MaxBytes+1))
	if err == nil && len(text) > sheet.MaxBytes {
		err = form.ErrMalformed
	}
	return text, err
}

// problems are the faults of a list as a table; nil when there are none.
func problems(all sheet.Problems) *listing.Table {
	if len(all) == 0 {
		return nil
	}
	var rows []listing.Row
	for _, p := range all {
		line := lineN(p.Line)
		if p.Line == 0 {
			line = words.Say("desk.sheet_whole")
		}
		rows = append(rows, listing.Row{line, words.Plain(p.Column), p.Say})
	}
	table := listing.Plain(words.Say("desk.sheet_problems"), []listing.Column{{Label: words.Say("desk.sheet_line")}, {Label: words.Say("desk.sheet_column")}, {Label: words.Say("desk.sheet_mend")}}, rows)
	return &table
}

// lineN names a line of a file.
func lineN(n int) words.Message { return words.Say("desk.sheet_line_n", "n", n) }

func counts(label string, c sheet.Counts) form.Row {
	return form.Row{Label: words.Say(label), Value: words.Say("desk.sheet_counts", "new", c.New, "changed", c.Changed, "same", c.Same)}
}

func changeTag(c sheet.Change) web.Tag {
	kind := map[sheet.Change]web.Kind{sheet.New: web.Good, sheet.Changed: web.Warn}[c]
	if kind == "" {
		kind = web.Quiet
	}
	return web.Tag{Kind: kind, Text: words.Say(c.Key())}
}
