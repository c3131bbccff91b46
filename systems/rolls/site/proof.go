package site

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"intikhab/platform/database"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/frozen"
)

// proofPage is the view of a voter's own proof.
type proofPage struct {
	Form   *form.Filled // that asks for the CNIC
	Notice *web.Notice
	Rows   []form.Row   // what the proof says
	File   *form.Filled // by which it is saved, with the answers carried along
	None   bool         // nothing was frozen yet
}

// proofForm asks for a CNIC and, where there are several rolls, for one of them.
func proofForm(all []frozen.Roll) *form.Form {
	var rolls []form.Option
	for _, r := range all {
		rolls = append(rolls, form.Option{Value: r.ID, Text: words.Say("site.roll_of", "name", r.Name, "day", r.Day)})
	}
	return &form.Form{Name: "rolls.proof", Action: "/rolls/proof", Submit: words.Say("site.proof_do"), Fields: []form.Field{
		{Name: "cnic", Kind: form.CNIC, Label: words.Say("site.own_cnic"), Hint: words.Say("site.own_cnic_hint")},
		{Name: "roll", Kind: form.Select, Label: words.Say("site.which_roll"), Options: rolls}}}
}

// proof gives a voter the proof of his own entry. It tells no more than 8300 does to who
// knows a CNIC, and so asks for no code; but it may not be asked without end.
func (t *turn) proof() {
	f, p, v, ok := t.prove()
	if !ok {
		return
	}
	if p == nil {
		status := http.StatusOK
		if t.Sent() {
			status = http.StatusUnprocessableEntity
		}
		t.page(status, "proof", v)
		return
	}
	row := func(key string, value any) { v.Rows = append(v.Rows, form.Row{Label: words.Say(key), Value: value}) }
	row("site.cnic", code(maskedCNIC(p.CNIC)))
	row("site.block", code(p.Block))
	row("site.serial", words.Say("site.serial_in", "serial", p.Serial, "list", words.Say(listOfProof(p))))
	row("site.household", p.Household)
	row("site.ledger_entry", ledgerEntry(p))
	carried := f.Form.Carried()
	v.File = (&form.Form{Name: "rolls.proof", Action: "/rolls/proof/file", Fields: carried, Submit: words.Say("site.proof_save")}).With(f.Values())
	v.Form = nil
	t.page(http.StatusOK, "proof", v)
}

func ledgerEntry(p *frozen.Proof) any {
	if p.Entry < 0 {
		return words.Say("site.not_in_ledger")
	}
	return words.Say("site.entry_of_ledger", "n", p.Entry)
}

func listOfProof(p *frozen.Proof) string {
	switch p.List {
	case "M":
		return "site.list.men"
	case "F":
		return "site.list.women"
	}
	return "site.list.x"
}

// proofFile sends the proof as a file.
func (t *turn) proofFile() {
	if !t.Sent() {
		web.SeeOther(t.W, t.R, "/rolls/proof")
		return
	}
	_, p, v, ok := t.prove()
	switch {
	case !ok:
		return
	case p == nil:
		t.page(http.StatusUnprocessableEntity, "proof", v)
		return
	}
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		t.Fail(err)
		return
	}
	t.file("application/json", "voter-proof.json", append(b, '\n'))
}

// prove reads the form and makes the proof; without one the page says why. ok is false
// when it has answered.
func (t *turn) prove() (f *form.Filled, p *frozen.Proof, v proofPage, ok bool) {
	var all []frozen.Roll
	if !t.Read(func(l *counter.Look) (err error) {
		all, err = t.cfg.Keeper.All(l.Tx, frozen.Frozen, 50)
		return err
	}) {
		return nil, nil, v, false
	}
	ask := proofForm(all)
	v.Form, v.None = ask.Empty(), len(all) == 0
	if v.None {
		return nil, nil, v, true
	}
	if !t.Sent() {
		v.Form.Set("roll", all[0].ID)
		return v.Form, nil, v, true
	}
	f, err := ask.Read(t.R)
	if err != nil {
		form.Failed(t.W, t.R, err)
		return nil, nil, v, false
	}
	if v.Form = f; !f.OK() {
		return f, nil, v, true
	}
	if !t.within() {
		return nil, nil, v, false
	}
	select {
	case t.proving <- struct{}{}:
		defer func() { <-t.proving }()
	case <-t.Context().Done():
		return nil, nil, v, false
	}
	n, _ := f.CNIC("cnic")
	err = t.DB.View(t.Context(), func(tx *database.Tx) (err error) {
		p, err = t.cfg.Keeper.Prove(tx, f.Text("roll"), n)
		return err
	})
	switch {
	case errors.Is(err, frozen.ErrNotInRoll):
		p, v.Notice = nil, &web.Notice{Kind: web.Warn, Title: words.Say("site.not_in_roll"), Text: words.Say("site.not_in_roll_text")}
	case err != nil:
		t.Fail(err)
		return nil, nil, v, false
	}
	return f, p, v, true
}

// within tells whether the visitor's network may ask once more; otherwise it has answered.
func (t *turn) within() bool {
	now := t.Book.Now()
	if t.limit.takes(web.Network(web.Client(t.R)), t.cfg.Proofs, now) {
		return true
	}
	wait := 3600 - now.Unix()%3600
	t.W.Header().Set("Retry-After", strconv.FormatInt(wait, 10))
	web.FailBecause(t.W, t.R, http.StatusTooManyRequests, "too_often", catalogue.Both("site.error.too_often", "minutes", (wait+59)/60))
	return false
}

// script sends the script that checks a proof without this program.
func (t *turn) script() {
	t.file("text/x-python; charset=utf-8", "voterproof.py", frozen.Script)
}

// checkPage is the view of the check of a proof.
type checkPage struct {
	Form   *form.Filled
	Notice *web.Notice
	Rows   []form.Row
	Fault  string // what of the proof does not hold, in the words of the program
	Entry  string // what must stand in the ledger
}

var checkForm = &form.Form{Name: "rolls.check", Submit: words.Say("site.check_do"), Fields: []form.Field{
	{Name: "file", Kind: form.File, Label: words.Say("site.proof_file"), Optional: true, Most: 64 << 10},
	{Name: "text", Kind: form.Long, Label: words.Say("site.proof_text"), Optional: true, Most: 64 << 10},
}, Check: func(f *form.Filled) {
	if f.Document("file") == nil && f.Text("text") == "" {
		f.Wrong("file", words.Say("site.error.no_proof"))
	}
}}

// checkProof checks a proof that somebody brings, against the ledger where this node has
// it.
func (t *turn) checkProof() {
	v := checkPage{Form: checkForm.Empty()}
	if !t.Sent() {
		t.page(http.StatusOK, "check-proof", v)
		return
	}
	var err error
	if v.Form, err = checkForm.Read(t.R); err != nil {
		form.Failed(t.W, t.R, err)
		return
	}
	if !v.Form.OK() {
		t.page(http.StatusUnprocessableEntity, "check-proof", v)
		return
	}
	text := []byte(v.Form.Text("text"))
	if d := v.Form.Document("file"); d != nil {
		text = d.Content
	}
	v.Form = checkForm.Empty()
	t.judge(text, &v)
	t.page(http.StatusOK, "check-proof", v)
}

// judge says of a proof whether it holds.
func (t *turn) judge(text []byte, v *checkPage) {
	p, err := frozen.ParseProof(bytes.TrimSpace(text))
	if err != nil {
		v.Notice = &web.Notice{Kind: web.Bad, Title: words.Say("site.no_proof"), Text: words.Say("site.no_proof_text")}
		return
	}
	entry, err := p.Check()
	if err != nil {
		v.Notice, v.Fault = &web.Notice{Kind: web.Bad, Title: words.Say("site.proof_wrong"), Text: words.Say("site.proof_wrong_text")}, err.Error()
		return
	}
	row := func(key string, value any) { v.Rows = append(v.Rows, form.Row{Label: words.Say(key), Value: value}) }
	row("site.cnic", code(maskedCNIC(p.CNIC)))
	row("site.block", code(p.Block))
	row("site.serial", words.Say("site.serial_in", "serial", p.Serial, "list", words.Say(listOfProof(p))))
	row("site.block_has", p.Voters[0]+p.Voters[1]+p.Voters[2])
	row("site.root", code(p.Root))
	v.Entry = string(entry)
	row("site.ledger_entry", ledgerEntry(p))
	v.Notice = &web.Notice{Kind: web.Warn, Title: words.Say("site.proof_holds"), Text: words.Say("site.look_in_ledger")}
	switch {
	case p.Entry < 0:
		v.Notice.Text = words.Say("site.not_yet_in_ledger")
	case t.cfg.Ledger != nil:
		record, err := t.cfg.Ledger.Read(t.Context(), uint64(p.Entry))
		if err == nil && bytes.Equal(record.Entry.Bytes(), entry) {
			v.Notice = &web.Notice{Kind: web.Good, Title: words.Say("site.proof_holds"), Text: words.Say("site.in_ledger")}
			return
		}
		v.Notice = &web.Notice{Kind: web.Bad, Title: words.Say("site.ledger_wrong"), Text: words.Say("site.ledger_wrong_text")}
	}
}
