package door

import (
	"errors"
	"net/http"
	"strconv"

	"intikhab/domain/cnic"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/rollindex"
)

// lookupPage is the view of the public page: the form, and below it at most one
// of an error in what was typed, and an answer.
type lookupPage struct {
	Action string
	Typed  string // handed back only beside an error, to be put right
	Error  string // key of a text, or ""
	Digits int    // of the number typed, for Error
	Answer string // key of the answer: found, not_on_roll, too_often, not_ready; or ""
	Number string // masked
	Slip   slip
	Wait   string // minutes, with too_often
}

// slip is what a voter takes to the polling station, in the page's language.
type slip struct {
	Block, Serial, Household string
	Area, Tehsil, District   string
	NA, PA                   string
	Station, StationID, Kind string // Kind is the key of a text, or ""
}

// showForm answers GET: the empty form.
func (d *Door) showForm(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, d.cfg.Language)
	pages.Render(w, r, http.StatusOK, "lookup", lang, lookupPage{Action: d.action(lang)})
}

// answerForm answers POST with the page itself, so that no address holds the
// number; nothing on the way may keep it (Cache-Control: no-store). A form that
// another site sends does not come here (see [web.New]): it could use up the
// visitor's share of questions, though it could read nothing.
func (d *Door) answerForm(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, d.cfg.Language)
	view := lookupPage{Action: d.action(lang)}
	if err := r.ParseForm(); err != nil {
		view.Error = "door.error.no_number"
		pages.Render(w, r, http.StatusBadRequest, "lookup", lang, view)
		return
	}
	typed := r.PostForm.Get("cnic")
	number, err := cnic.Parse(typed)
	if err != nil {
		view.Typed = clip(typed)
		view.Error = "door.error.no_number"
		var bad *cnic.ParseError
		if errors.As(err, &bad) {
			view.Error, view.Digits = "door.error."+bad.Reason.String(), bad.Digits
		}
		pages.Render(w, r, http.StatusUnprocessableEntity, "lookup", lang, view)
		return
	}
	view.Number = number.String()
	a := d.ask(web.Network(web.Client(r)), voterinfo.Web, "", number.Reveal(), pageLanguage(lang))
	status := http.StatusOK
	switch a.Outcome {
	case voterinfo.Found:
		view.Answer, view.Slip = "found", newSlip(lang, a.Entry)
	case voterinfo.NotOnRoll:
		view.Answer = "not_on_roll"
	case voterinfo.TooOften, voterinfo.Silent:
		view.Answer, status = "too_often", http.StatusTooManyRequests
		view.Wait = strconv.Itoa((d.wait(w, a) + 59) / 60)
	default:
		view.Answer, status = "not_ready", http.StatusServiceUnavailable
		w.Header().Set("Retry-After", "5")
	}
	pages.Render(w, r, status, "lookup", lang, view)
}

// action is where the form goes. It has no fragment: with one, browsers would
// leave the autofocus alone that brings a screen reader to the answer or the error.
func (d *Door) action(lang words.Language) string {
	return d.cfg.Page + "?lang=" + string(lang)
}

func pageLanguage(lang words.Language) voterinfo.Language {
	if lang == words.Urdu {
		return voterinfo.Urdu
	}
	return voterinfo.English
}

// clip bounds what is handed back of a text that is no number.
func clip(s string) string {
	const longest = 60
	for i := range s {
		if i > longest {
			return s[:i]
		}
	}
	return s
}

func newSlip(lang words.Language, e rollindex.Entry) slip {
	s := slip{
		Block:     e.Block.String(),
		Serial:    strconv.FormatUint(uint64(e.Serial), 10),
		Household: strconv.FormatUint(uint64(e.Household), 10),
		NA:        string(e.Area.NA),
		PA:        string(e.Area.PA),
		Area:      pick(lang, e.Area.NameEn, e.Area.NameUr),
		Tehsil:    pick(lang, e.Area.TehsilEn, e.Area.TehsilUr),
		District:  pick(lang, e.Area.DistrictEn, e.Area.DistrictUr),
	}
	if e.Station != nil {
		s.Station, s.StationID = pick(lang, e.Station.NameEn, e.Station.NameUr), string(e.Station.ID)
		if key := "door.kind." + e.Station.Kind; catalogue.Has(key) {
			s.Kind = key
		}
	}
	return s
}

// pick takes the name in the page's language, or the other where the roll has
// only that one.
func pick(lang words.Language, en, ur string) string {
	if lang == words.Urdu && ur != "" || en == "" {
		return ur
	}
	return en
}
