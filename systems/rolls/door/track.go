package door

import (
	"crypto/rand"
	"errors"
	"net/http"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/otp"
	"intikhab/systems/rolls/claim/receipt"
)

// trackForm asks for the receipt and whose it is.
func trackForm() *form.Form {
	return &form.Form{Name: "door.track", Action: "/voters/claim", Submit: words.Say("door.track.send"), Fields: []form.Field{
		{Name: "number", Label: field("number"), Hint: words.Say("door.hint.number", "example", "21-K7M4-2QXP"), Most: 40, Short: true, Check: func(f *form.Filled) words.Message {
			if _, err := receipt.Parse(f.Text("number")); err != nil {
				return words.Say("door.wrong.number")
			}
			return words.Message{}
		}},
		{Name: "cnic", Kind: form.CNIC, Label: field("cnic"), Hint: words.Say("door.hint.cnic", "example", "42301-1234567-1")},
	}}
}

// trackNumber is the page that the receipt's QR code leads to, with its number filled in.
func (t *turn) trackNumber() {
	n, err := receipt.Parse(t.r.PathValue("number"))
	if err != nil {
		web.Fail(t.w, t.r, http.StatusNotFound)
		return
	}
	t.show(http.StatusOK, "track", question{Form: trackForm().Empty().Set("number", string(n))})
}

// track asks which claim, and sends a code to its telephone. Whether there is such a
// claim makes no difference to what is answered.
func (t *turn) track() {
	if !t.sent() {
		t.show(http.StatusOK, "track", question{Form: trackForm().Empty()})
		return
	}
	f, err := trackForm().Read(t.r)
	if err != nil {
		form.Failed(t.w, t.r, err)
		return
	}
	if !right(f) {
		t.show(http.StatusUnprocessableEntity, "track", question{Form: f})
		return
	}
	n, _ := receipt.Parse(f.Text("number")) // the field's check has parsed it
	who, _ := f.CNIC("cnic")
	if !t.within("track", t.cfg.Limits.Track) || !t.withinOf("track", who.Reveal(), t.cfg.Limits.PerCNIC) {
		return
	}
	id, err := t.codeFor(n, who)
	if err != nil {
		t.broken(err)
		return
	}
	err = t.cfg.DB.Update(t.r.Context(), func(tx *database.Tx) error {
		_, err := t.visits.Begin(tx, t.w, t.r, answers{Code: id, Lang: t.lang, Track: &tracked{n, who.Reveal()}})
		return err
	})
	if err != nil {
		t.broken(err)
		return
	}
	t.to("/voters/claim/code")
}

// codeFor sends a code to the telephone of a claim, and gives its name: for a claim that
// is not there, or another's, or when too many were sent, a name that nothing confirms.
func (t *turn) codeFor(n receipt.Number, who cnic.Number) (string, error) {
	var to sms.MSISDN
	lang := t.lang
	err := t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) (err error) {
		to, lang, err = t.cfg.Claims.Reach(tx, n, who)
		return err
	})
	if err == nil {
		var id string
		if id, err = t.cfg.Codes.Send(t.r.Context(), to, web.Client(t.r), lang); err == nil {
			return id, nil
		}
	}
	var limit *otp.LimitError
	if errors.Is(err, claim.ErrMissing) || errors.Is(err, otp.ErrNumber) || errors.As(err, &limit) {
		return rand.Text(), nil
	}
	return "", err
}

// following reads the visit of whoever follows a claim.
func (t *turn) following() bool {
	if !t.found("/voters/claim", nil) {
		return false
	}
	a := &t.v.Answers
	if a.Track == nil || a.Track.CNIC == "" {
		t.to("/voters/claim")
		return false
	}
	return true
}

// trackCode asks for the code that was sent to the claim's telephone, if it was.
func (t *turn) trackCode() {
	if !t.following() {
		return
	}
	f := &form.Form{Name: "door.code", Fields: []form.Field{{Name: "code", Kind: form.Code, Label: field("code"), Hint: hint("code"), Auto: "one-time-code"}}}
	show := func(status int, f *form.Filled) {
		t.show(status, "trackcode", question{Form: f, Visited: true})
	}
	if !t.sent() {
		show(http.StatusOK, f.Empty())
		return
	}
	filled, is := t.tryCode(f, t.v.Answers.Code)
	switch {
	case filled == nil:
	case !is:
		show(http.StatusUnprocessableEntity, filled)
	default:
		t.v.Answers.Confirmed = true
		if err := t.save(nil); err != nil {
			t.broken(err)
			return
		}
		t.to("/voters/claim/state")
	}
}

// own reads the claim that is followed, as long as the confirmation of its telephone
// holds. Where it gives false it has answered.
func (t *turn) own() (st claim.Status, ok bool) {
	if !t.following() {
		return st, false
	}
	a := &t.v.Answers
	if !a.Confirmed {
		t.to("/voters/claim/code")
		return st, false
	}
	err := t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) error { return t.ownIn(tx, &st) })
	switch {
	case errors.Is(err, otp.ErrWrong), errors.Is(err, claim.ErrMissing):
		web.SetNotice(t.w, t.r, "door.notice.confirm")
		t.to("/voters/claim")
	case err != nil:
		t.broken(err)
	}
	return st, err == nil
}

// ownIn asks in a transaction whether the claim is still his who confirmed its telephone.
func (t *turn) ownIn(tx *database.Tx, st *claim.Status) error {
	a := &t.v.Answers
	who, err := cnic.Parse(a.Track.CNIC)
	if err != nil {
		return err
	}
	confirmed, err := t.cfg.Codes.Confirmed(tx, a.Code)
	if err != nil {
		return err
	}
	to, _, err := t.cfg.Claims.Reach(tx, a.Track.Number, who)
	if err != nil {
		return err
	}
	if to != confirmed {
		return otp.ErrWrong
	}
	*st, err = t.cfg.Claims.Own(tx, a.Track.Number, who)
	return err
}
