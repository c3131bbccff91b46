package desk

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/web/listing"
	"intikhab/platform/words"
)

// approvalRoutes are the pages of what takes a second officer.
func (d *Desk) approvalRoutes() (all []web.Route) {
	all = append(all, d.get("/approvals", "approval.read", (*turn).approvals), d.get("/approvals/{id}", "approval.read", (*turn).approval))
	all = append(all, d.post("/approvals/{id}/approve", "approval.decide", "/approvals/{id}", (*turn).approve)...)
	all = append(all, d.post("/approvals/{id}/refuse", "approval.decide", "/approvals/{id}", (*turn).refuse)...)
	return append(all, d.post("/approvals/{id}/withdraw", "approval.withdraw", "/approvals/{id}", (*turn).withdraw)...)
}

// approvalList is the view of a list of approvals.
type approvalList struct {
	Tabs       []web.Tab
	Table      listing.Table
	Back, More string // the pages beside this one, or ""
}

// approvalsShown is how many approvals a page has.
const approvalsShown = 50

func (t *turn) approvals() {
	list := t.r.URL.Query().Get("list")
	page, err := strconv.Atoi(t.r.URL.Query().Get("page"))
	if err != nil || page < 1 || page > 1e6 {
		page = 1
	}
	t.show(http.StatusOK, "approvals", func(l *look) (any, error) {
		var v approvalList
		var all []approval.Approval
		var err error
		offset := (page - 1) * approvalsShown
		key := "desk.deciding"
		switch {
		case list == "mine":
			key = "desk.asked"
			all, err = t.cfg.Approvals.By(l.tx, t.by.Officer, approvalsShown+1, offset)
		case list == "all" && l.somewhere("audit.read"):
			key = "desk.approvals_all"
			all, err = t.cfg.Approvals.All(l.tx, approvalsShown+1, offset)
		default:
			list = ""
			all, err = t.cfg.Approvals.For(l.tx, t.by)
		}
		if err != nil {
			return nil, err
		}
		v.Tabs = []web.Tab{{Href: "/approvals", Text: words.Say("desk.deciding"), Here: list == ""}, {Href: "/approvals?list=mine", Text: words.Say("desk.asked"), Here: list == "mine"}}
		if l.somewhere("audit.read") {
			v.Tabs = append(v.Tabs, web.Tab{Href: "/approvals?list=all", Text: words.Say("desk.approvals_all"), Here: list == "all"})
		}
		beside := func(n int) string { return "/approvals?list=" + list + "&page=" + strconv.Itoa(n) }
		if list != "" && len(all) > approvalsShown {
			all, v.More = all[:approvalsShown], beside(page+1)
		}
		if list != "" && page > 1 {
			v.Back = beside(page - 1)
		}
		v.Table, err = l.approvals(words.Say(key), words.Say("desk.approvals_none"), all)
		return v, err
	}, "list", "page")
}

// oneApproval is the view of an approval.
type oneApproval struct {
	Approval approval.Approval
	Crumbs   []web.Link
	Title    words.Message
	Rows     []form.Row
	What     *listing.Table // of many roles
	Notice   *web.Notice
	Approve  *form.Filled
	Refuse   *form.Filled
	Withdraw *form.Filled
}

// decision are the forms of an approval's page, as empty or as they were sent.
type decision struct{ approve, refuse, withdraw *form.Filled }

// The forms of an approval's page, each sent to a path of its own.
func approveForm(id string) *form.Form {
	return &form.Form{Name: "desk.approve", Action: "/approvals/" + id + "/approve", Submit: words.Say("desk.approve"), Fields: []form.Field{
		{Name: "hash", Kind: form.Hidden, Label: words.Say("desk.hash")},
		{Name: "answer", Kind: form.Long, Label: words.Say("desk.answer"), Hint: words.Say("desk.reason_hint"), Most: 500, Optional: true}}}
}

func refuseForm(id string) *form.Form {
	return &form.Form{Name: "desk.refuse", Action: "/approvals/" + id + "/refuse", Submit: words.Say("desk.refuse"), Danger: true, Fields: []form.Field{reasonField("desk.refuse_reason")}}
}

func withdrawForm(id string) *form.Form {
	return &form.Form{Name: "desk.withdraw", Action: "/approvals/" + id + "/withdraw", Submit: words.Say("desk.withdraw"), Danger: true, Fields: []form.Field{
		{Name: "why", Kind: form.Long, Label: words.Say("desk.reason"), Hint: words.Say("desk.reason_hint"), Most: 500, Optional: true}}}
}

func (t *turn) approval() { t.showApproval(http.StatusOK, decision{}) }

func (t *turn) showApproval(status int, d decision) {
	t.show(status, "approval", func(l *look) (any, error) {
		a, err := t.cfg.Approvals.Get(l.tx, t.r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		a = a.At(t.cfg.Book.Now())
		v := oneApproval{Approval: a, Title: words.Say(office.Title(a.Act)), Crumbs: []web.Link{{Href: "/approvals", Text: words.Say("desk.approvals")}}}
		v.Crumbs = append(v.Crumbs, web.Link{Text: v.Title})
		if v.Rows, err = l.asked(a); err != nil {
			return nil, err
		}
		if v.What, err = l.payload(a, &v.Rows); err != nil {
			return nil, err
		}
		return v, l.decisions(a, d, &v)
	})
}

// asked are who asked for an approval, why, and what became of it.
func (l *look) asked(a approval.Approval) (rows []form.Row, err error) {
	row := func(key string, value any) { rows = append(rows, form.Row{Label: words.Say(key), Value: value}) }
	by, err := l.name(a.AskedBy)
	if err != nil {
		return nil, err
	}
	second, err := l.name(a.DecidedBy)
	if err != nil {
		return nil, err
	}
	row("desk.state", stateOf(a))
	row("desk.asked_by", web.Hint{Value: by, Below: a.Asked})
	if post, err := l.cfg.Book.Post(l.tx, a.AskedAs); err == nil {
		row("desk.asked_as", words.Say("desk.role_at", "role", words.Say(post.Appointment.Role.Key()), "office", post.Office.Name()))
	} else if !errors.Is(err, office.ErrMissing) {
		return nil, err
	}
	row("desk.reason", a.Reason)
	if !second.IsZero() {
		row("desk.decided_by", web.Hint{Value: second, Below: a.Decided})
	}
	if a.Answer != "" {
		row("desk.answer", a.Answer)
	}
	return rows, nil
}

// decisions are what the one who looks can decide, or the sentence why he can't.
func (l *look) decisions(a approval.Approval, d decision, v *oneApproval) error {
	if a.State != approval.Asked {
		return nil
	}
	if a.AskedBy == l.by.Officer {
		v.Notice = &web.Notice{Kind: web.Info, Title: words.Say("desk.own_request"), Text: words.Say("desk.own_request_text")}
		if v.Withdraw = d.withdraw; v.Withdraw == nil {
			v.Withdraw = withdrawForm(a.ID).Empty()
		}
		return nil
	}
	_, err := l.cfg.Approvals.MayApprove(l.tx, l.by, a)
	var refusal *office.Refusal
	switch {
	case errors.Is(err, approval.ErrSame):
		v.Notice = &web.Notice{Kind: web.Info, Title: words.Say("desk.not_second"), Text: words.Say("desk.error.same")}
		return nil
	case errors.As(err, &refusal):
		v.Notice = &web.Notice{Kind: web.Info, Title: words.Say("desk.not_second"), Text: words.Say(refusal.Reason.Key())}
		return nil
	case err != nil:
		return err
	}
	if v.Approve = d.approve; v.Approve == nil {
		v.Approve = approveForm(a.ID).Empty()
	}
	v.Approve.Set("hash", a.Hash)
	if v.Refuse = d.refuse; v.Refuse == nil {
		v.Refuse = refuseForm(a.ID).Empty()
	}
	return nil
}

// decide reads one of the forms and does what it says.
func (t *turn) decide(f *form.Form, set func(*form.Filled) decision, notice string, do func(*database.Tx, *form.Filled) error) {
	filled, err := f.Read(t.r)
	if err != nil {
		form.Failed(t.w, t.r, err)
		return
	}
	if !filled.OK() {
		t.showApproval(http.StatusUnprocessableEntity, set(filled))
		return
	}
	if err := t.do(func(tx *database.Tx) error { return do(tx, filled) }); err != nil {
		t.fail(err)
		return
	}
	t.done(notice, "/approvals/"+url.PathEscape(t.r.PathValue("id")))
}

func (t *turn) approve() {
	id := t.r.PathValue("id")
	t.decide(approveForm(url.PathEscape(t.r.PathValue("id"))), func(f *form.Filled) decision { return decision{approve: f} }, "desk.notice.approved", func(tx *database.Tx, f *form.Filled) error {
		a, err := t.cfg.Approvals.Get(tx, id)
		if err == nil {
			_, err = t.cfg.Approvals.MayApprove(tx, t.by, a)
		}
		if err != nil {
			return err
		}
		_, err = t.cfg.Approvals.Approve(tx, t.by, id, f.Text("hash"), f.Text("answer"))
		var refusal *office.Refusal
		if errors.As(err, &refusal) { // not of the second officer, who may
			return errAsker
		}
		return err
	})
}

func (t *turn) refuse() {
	t.decide(refuseForm(url.PathEscape(t.r.PathValue("id"))), func(f *form.Filled) decision { return decision{refuse: f} }, "desk.notice.refused", func(tx *database.Tx, f *form.Filled) error {
		_, err := t.cfg.Approvals.Refuse(tx, t.by, t.r.PathValue("id"), f.Text("reason"))
		return err
	})
}

func (t *turn) withdraw() {
	t.decide(withdrawForm(url.PathEscape(t.r.PathValue("id"))), func(f *form.Filled) decision { return decision{withdraw: f} }, "desk.notice.withdrawn", func(tx *database.Tx, f *form.Filled) error {
		_, err := t.cfg.Approvals.Withdraw(tx, t.by, t.r.PathValue("id"), f.Text("why"))
		return err
	})
}
