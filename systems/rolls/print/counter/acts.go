package counter

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // that scans can be read
	_ "image/png"
	"io"
	"net/http"
	"slices"
	"strconv"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/print"
	"intikhab/systems/rolls/print/copies"
)

// block prints the roll of a block and gives the file.
func (c *Counter) block(w http.ResponseWriter, r *http.Request) {
	f, ok := c.read(w, r, blockForm)
	if !ok {
		return
	}
	by, _ := office.From(r.Context())
	purpose, _ := print.ParsePurpose(f.Text("purpose"))
	want := copies.BlockPrint{Block: blockCode(f), Purpose: purpose, Language: words.Language(f.Text("language")), Photographs: slices.Contains(f.Chosen("with"), withPhotographs),
		Supplement: slices.Contains(f.Chosen("with"), withSupplement), Reason: f.Text("reason")}
	made, pdf, err := c.cfg.Copies.PrintBlock(r.Context(), by, want)
	if err != nil {
		c.wrong(w, r, blockForm, f, err)
		return
	}
	file(w, "application/pdf", fmt.Sprintf("roll-%v-%s-copy-%d.pdf", want.Block, want.Language, made.Number))
	w.Write(pdf)
}

func (c *Counter) supplement(w http.ResponseWriter, r *http.Request) {
	f, ok := c.read(w, r, supplementForm)
	if !ok {
		return
	}
	by, _ := office.From(r.Context())
	s, err := c.cfg.Copies.IssueSupplement(r.Context(), by, blockCode(f), f.Text("reason"))
	if err != nil {
		c.wrong(w, r, supplementForm, f, err)
		return
	}
	web.SetNotice(w, r, "counter.notice.issued", "n", int(s.Number))
	web.SeeOther(w, r, "/rolls/print")
}

func (c *Counter) ask(w http.ResponseWriter, r *http.Request) {
	f, ok := c.read(w, r, askForm)
	if !ok {
		return
	}
	by, _ := office.From(r.Context())
	seat, _ := geography.ParseConstituency(f.Text("seat"))
	want := copies.Copy{Kind: copies.Kind(f.Text("kind")), Recipient: f.Text("recipient"), Seat: seat, Photographs: slices.Contains(f.Chosen("with"), withPhotographs), Reason: f.Text("reason")}
	for _, l := range f.Chosen("languages") {
		want.Languages = append(want.Languages, words.Language(l))
	}
	var made copies.Copy
	err := c.cfg.Copies.Do(r.Context(), by, func(tx *database.Tx) (err error) {
		made, err = c.cfg.Copies.Ask(tx, by, want)
		return err
	})
	if err != nil {
		c.wrong(w, r, askForm, f, err)
		return
	}
	web.SetNotice(w, r, "counter.notice.asked", "n", int(made.Number))
	web.SeeOther(w, r, "/rolls/print/copies")
}

// copied is the view of one copy.
type copied struct {
	led
	Number  uint32
	Rows    []form.Row
	Ready   bool // and a constituency's: it can be handed over
	Hand    *form.Filled
	HandAt  string
	Receipt string
}

func number(r *http.Request) uint32 {
	n, _ := strconv.ParseUint(r.PathValue("n"), 10, 32)
	return uint32(n)
}

func (c *Counter) copy(w http.ResponseWriter, r *http.Request) {
	c.showCopy(w, r, http.StatusOK, nil, nil)
}

// showCopy shows a copy with its recipient, which is written down.
func (c *Counter) showCopy(w http.ResponseWriter, r *http.Request, status int, hand *form.Filled, read []form.Row) {
	by, _ := office.From(r.Context())
	one, err := c.cfg.Copies.Shown(r.Context(), by, number(r))
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	at := "/rolls/print/copies/" + strconv.FormatUint(uint64(one.Number), 10)
	v := copied{Number: one.Number, Rows: append(read, rows(one)...), Ready: one.State == copies.Ready && one.Block == 0, Hand: hand, HandAt: at + "/hand", Receipt: at + "/receipt"}
	if v.Hand == nil {
		v.Hand = handForm.form.Empty()
	}
	c.page(w, r, status, "copy", &v)
}

// rows tells all of a copy.
func rows(c copies.Copy) []form.Row {
	row := func(key string, value any) form.Row { return form.Row{Label: words.Say(key), Value: value} }
	yes := words.Say("counter.without_photographs")
	if c.Photographs {
		yes = words.Say("counter.with_photographs")
	}
	all := []form.Row{row("counter.state", tag(c.State)), row("counter.kind", words.Say("counter.kind."+string(c.Kind))), row("counter.recipient", words.Plain(c.Recipient)),
		row("counter.about", words.Plain(about(c))), row("counter.purpose", words.Say("print.purpose."+string(c.Purpose))), row("counter.photographs", yes),
		row("counter.reason", words.Plain(c.Reason)), row("counter.asked", c.Asked)}
	if c.Approval != "" {
		all = append(all, row("counter.approval", web.Link{Href: "/approvals/" + c.Approval, Text: words.Say("counter.approval_see")}))
	}
	if c.SHA256 != "" {
		all = append(all, row("counter.pages", c.Pages), row("counter.voters", c.Voters), row("counter.sha256", words.Plain(c.SHA256)))
	}
	if c.Place >= 0 {
		all = append(all, row("counter.ledger", c.Place))
	}
	return all
}

// hand gives the bundle of a copy, to be handed over.
func (c *Counter) hand(w http.ResponseWriter, r *http.Request) {
	f, err := handForm.form.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !f.OK() {
		c.showCopy(w, r, http.StatusUnprocessableEntity, f, nil)
		return
	}
	by, _ := office.From(r.Context())
	bundle, one, err := c.cfg.Copies.Bundle(r.Context(), by, number(r), f.Text("reason"))
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	defer bundle.Close()
	file(w, "application/zip", fmt.Sprintf("rolls-%s-copy-%d.zip", one.Seat, one.Number))
	if info, err := bundle.Stat(); err == nil {
		w.Header().Set("Content-Length", strconv.FormatInt(info.Size(), 10))
	}
	io.Copy(w, bundle) // whoever has left gets it again
}

func (c *Counter) receipt(w http.ResponseWriter, r *http.Request) {
	by, _ := office.From(r.Context())
	one, err := c.cfg.Copies.Shown(r.Context(), by, number(r))
	var b []byte
	if err == nil {
		b, err = c.cfg.Copies.Receipt(one)
	}
	if err != nil {
		c.refuse(w, r, err)
		return
	}
	file(w, "application/json", fmt.Sprintf("receipt-copy-%d.json", one.Number))
	w.Write(b)
}

// trace reads whose copy a scanned page is from.
func (c *Counter) trace(w http.ResponseWriter, r *http.Request) {
	f, ok := c.read(w, r, traceForm)
	if !ok {
		return
	}
	scan, _, err := image.Decode(bytes.NewReader(f.Document("scan").Content))
	if err != nil {
		f.Wrong("scan", words.Say("counter.no_picture"))
		c.again(w, r, http.StatusUnprocessableEntity, traceForm, f)
		return
	}
	by, _ := office.From(r.Context())
	reading, one, err := c.cfg.Copies.Trace(r.Context(), by, scan, f.Text("reason"))
	if err != nil {
		c.wrong(w, r, traceForm, f, err)
		return
	}
	sure := form.Row{Label: words.Say("counter.chance"), Value: words.Plain(fmt.Sprintf("%.2g", reading.Chance))}
	c.page(w, r, http.StatusOK, "copy", &copied{Number: one.Number, Rows: append([]form.Row{sure}, rows(one)...)})
}
