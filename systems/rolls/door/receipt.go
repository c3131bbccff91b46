package door

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"

	"intikhab/platform/document"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/receipt"
)

// receiptView is the page after a claim was sent.
type receiptView struct {
	Number   receipt.Number
	Form     claim.Form
	Kind     words.Message
	Area     words.Both
	Received time.Time
	Track    string
	Code     code
	Next     []words.Message
}

// A code is a QR code as one path of an SVG picture.
type code struct {
	Size int
	Path string
}

// quiet is the white border that ISO/IEC 18004 asks for, in modules.
const quiet = 4

// draw makes the picture of a QR code.
func draw(text string) (code, error) {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return code{}, err
	}
	var path strings.Builder
	for y := range c.Size {
		for x := range c.Size {
			if c.Black(x, y) {
				path.WriteString("M" + strconv.Itoa(x+quiet) + " " + strconv.Itoa(y+quiet) + "h1v1h-1z")
			}
		}
	}
	return code{c.Size + 2*quiet, path.String()}, nil
}

// ofReceipt reads the visit of whoever has sent a claim.
func (t *turn) ofReceipt() (v receiptView, ok bool) {
	if !t.found("/voters", nil) {
		return v, false
	}
	a := &t.v.Answers
	if a.Receipt == "" {
		t.to("/voters")
		return v, false
	}
	v = receiptView{Number: a.Receipt, Form: a.Form, Kind: words.Say(a.Form.Key()), Area: a.Area, Received: a.Received, Track: t.cfg.Claims.Track(a.Receipt)}
	for _, key := range []string{"sms", "look", "hearing", "decision"} {
		v.Next = append(v.Next, words.Say("door.next."+key))
	}
	var err error
	if v.Code, err = draw(v.Track); err != nil {
		t.broken(err)
		return v, false
	}
	return v, true
}

// receipt shows number and code, and what happens next.
func (t *turn) receipt() {
	if v, ok := t.ofReceipt(); ok {
		t.show(http.StatusOK, "receipt", v)
	}
}

// receiptPDF is the receipt to be printed.
func (t *turn) receiptPDF() {
	v, ok := t.ofReceipt()
	if !ok {
		return
	}
	say := func(key string, pairs ...any) string { return catalogue.Text(t.lang, key, pairs...) }
	l := document.Letter{
		Title: say("door.receipt.title"),
		Details: []string{
			say("door.receipt.number"), string(v.Number),
			say("door.receipt.form"), say("claim.form_number", "form", int(v.Form)) + ": " + catalogue.Say(t.lang, v.Kind),
			say("door.field.block"), v.Area.In(t.lang),
			say("door.receipt.received"), words.Instant(t.lang, v.Received),
		},
		QR: v.Track, QRCaption: v.Track,
	}
	for _, m := range v.Next {
		l.Paragraphs = append(l.Paragraphs, catalogue.Say(t.lang, m))
	}
	var out bytes.Buffer
	if err := document.WriteLetter(&out, document.Options{Language: t.lang, Title: l.Title, Created: v.Received}, l); err != nil {
		t.broken(err)
		return
	}
	t.w.Header().Set("Content-Type", "application/pdf")
	t.w.Header().Set("Content-Disposition", `attachment; filename="`+string(v.Number)+`.pdf"`)
	t.w.Header().Set("Cache-Control", "no-store")
	// The receipt was drawn; a reader who has gone away has no further use for it.
	_, _ = t.w.Write(out.Bytes())
}
