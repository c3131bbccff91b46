package web

import "intikhab/platform/words"

// A Tab is one of several views of one thing, each a page of its own: the template
// "tabs" takes a slice of them.
type Tab struct {
	Href string
	Text words.Message
	Here bool
}

// A Step is one part of a form over several pages: the template "steps" takes a
// slice of them.
type Step struct {
	Text  words.Message
	Href  string // where the answers of a done step are changed, or ""
	State string // done, now, later
}

// Steps are the steps of a form of which the one numbered now, from 0, is asked.
func Steps(now int, ways ...Link) []Step {
	var all []Step
	for i, way := range ways {
		s := Step{Text: way.Text, Href: way.Href, State: "later"}
		switch {
		case i < now:
			s.State = "done"
		case i == now:
			s.State = "now"
		}
		all = append(all, s)
	}
	return all
}

// A Notice is something that a reader of the page must know: the view of the
// template "notice".
type Notice struct {
	Kind  Kind
	Title words.Message
	Text  any  // see [Page.Show]; may be nil
	Link  Link // what can be done about it, or none
}

// A Confirm is a question before an act that is not easily undone. The template
// "dialog" draws the button; with the script of "dialog-script" the question opens
// above the page, without it on the page at Page, which the template "confirm" draws
// from the same view.
type Confirm struct {
	ID     string // of the dialog, different for each on a page
	Page   string // path of the page that asks
	Open   words.Message
	Title  words.Message
	Text   words.Message
	Action string // where Yes is posted
	Yes    words.Message
	No     words.Message // if zero, "Cancel"
	Back   string        // where No leads
	Danger bool
	Hidden []Param
}

// A Param is a parameter that is posted with a form.
type Param struct{ Name, Value string }
