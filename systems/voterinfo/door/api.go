package door

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/web"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/rollindex"

	"golang.org/x/text/language"
)

// lookupRequest is the body of POST /api/v1/lookup.
type lookupRequest struct {
	CNIC     string `json:"cnic"`
	Language string `json:"language"`
}

// lookupResponse is what a program gets. It has the fields of the SMS, and like
// it neither name, parentage nor address; nor the gender, which the SMS does not
// tell either.
type lookupResponse struct {
	Outcome  string     `json:"outcome"`
	Language string     `json:"language"`
	Text     string     `json:"text"`
	Voter    *voterJSON `json:"voter,omitempty"`
}

type voterJSON struct {
	BlockCode string                 `json:"block_code"`
	Serial    uint32                 `json:"serial"`
	Household uint32                 `json:"household"`
	Area      nameJSON               `json:"area"`
	Tehsil    nameJSON               `json:"tehsil"`
	District  nameJSON               `json:"district"`
	NA        geography.Constituency `json:"na"`
	PA        geography.Constituency `json:"pa"`
	Station   *stationJSON           `json:"station,omitempty"`
}

type nameJSON struct {
	En string `json:"en"`
	Ur string `json:"ur"`
}

type stationJSON struct {
	ID        geography.StationID `json:"id"`
	Kind      string              `json:"kind,omitempty"`
	Name      nameJSON            `json:"name"`
	Latitude  float64             `json:"latitude,omitempty"`
	Longitude float64             `json:"longitude,omitempty"`
}

// lookup answers POST /api/v1/lookup.
func (d *Door) lookup(w http.ResponseWriter, r *http.Request) {
	var in lookupRequest
	if p := readJSON(r, &in); p != nil {
		p.Write(w, r)
		return
	}
	lang, p := chooseLanguage(r, in.Language)
	if p != nil {
		p.Write(w, r)
		return
	}
	number, err := cnic.Parse(in.CNIC)
	if err != nil {
		notANumber(err).Write(w, r)
		return
	}
	a := d.ask(web.Network(web.Client(r)), voterinfo.HTTP, "", number.Reveal(), lang)
	switch a.Outcome {
	case voterinfo.TooOften, voterinfo.Silent:
		web.NewProblem(http.StatusTooManyRequests, "too_often", "Asked too often",
			fmt.Sprintf("Too many look-ups came from your network, or for this number. Wait %d seconds, as Retry-After says.", d.wait(w, a))).Write(w, r)
	case voterinfo.Found, voterinfo.NotOnRoll:
		out := lookupResponse{Outcome: a.Outcome.String(), Language: a.Language.String(), Text: a.Text}
		if a.Outcome == voterinfo.Found {
			out.Voter = voter(a.Entry)
		}
		w.Header().Set("Content-Language", languageTag(a.Language))
		w.Header().Add("Vary", "Accept-Language")
		web.WriteJSON(w, http.StatusOK, "application/json", out)
	default:
		// The number was read above, so the service has no roll to look into (NoRoll).
		w.Header().Set("Retry-After", "5")
		notReady().Write(w, r)
	}
}

func voter(e rollindex.Entry) *voterJSON {
	v := &voterJSON{
		BlockCode: e.Block.String(), Serial: e.Serial, Household: e.Household,
		Area:     nameJSON{e.Area.NameEn, e.Area.NameUr},
		Tehsil:   nameJSON{e.Area.TehsilEn, e.Area.TehsilUr},
		District: nameJSON{e.Area.DistrictEn, e.Area.DistrictUr},
		NA:       e.Area.NA, PA: e.Area.PA,
	}
	if s := e.Station; s != nil {
		v.Station = &stationJSON{ID: s.ID, Kind: s.Kind, Name: nameJSON{s.NameEn, s.NameUr}, Latitude: s.Lat, Longitude: s.Lon}
	}
	return v
}

// document answers GET /openapi.json.
func (d *Door) document(w http.ResponseWriter, r *http.Request) {
	content, _ := files.ReadFile("openapi.json")
	w.Header().Set("Content-Type", "application/vnd.oai.openapi+json;version=3.1")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	w.Write(content)
}

// readJSON reads the request's body into value. What is wrong with it is told
// without a word of it.
func readJSON(r *http.Request, value any) *web.Problem {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		p := web.NewProblem(http.StatusUnsupportedMediaType, "not_json", "Not JSON",
			"Send the body as JSON, with the header Content-Type: application/json.")
		return &p
	}
	dec := json.NewDecoder(r.Body)
	err = dec.Decode(value)
	if err == nil && dec.Decode(new(any)) != io.EOF {
		err = errors.New("more than one value")
	}
	var tooLarge *http.MaxBytesError
	var wrongType *json.UnmarshalTypeError
	var p web.Problem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &tooLarge):
		p = web.NewProblem(http.StatusRequestEntityTooLarge, "too_large", "Body too large",
			fmt.Sprintf("The body has more than %d bytes. Send one question.", tooLarge.Limit))
	case errors.As(err, &wrongType):
		p = web.NewProblem(http.StatusBadRequest, "bad_json", "Wrong kind of value",
			fmt.Sprintf("The field %q must be a %s. See /openapi.json.", wrongType.Field, wrongType.Type))
	default:
		p = web.NewProblem(http.StatusBadRequest, "bad_json", "Body cannot be read",
			`The body is not one JSON object such as {"cnic":"…"}. See /openapi.json.`)
	}
	return &p
}

// notANumber tells a program what is wrong with the number that it sent.
func notANumber(err error) web.Problem {
	code, detail := "no_number", "The field cnic must hold the 13 digits of an identity card."
	var bad *cnic.ParseError
	if errors.As(err, &bad) {
		code = bad.Reason.String()
		switch bad.Reason {
		case cnic.TooFewDigits, cnic.TooManyDigits:
			detail = fmt.Sprintf("The field cnic holds %d digits. An identity card has 13: send all of them and no others.", bad.Digits)
		case cnic.Letters:
			detail = "Letters stand within the number. Send digits only: 0 for O, 1 for l."
		case cnic.TwoNumbers:
			detail = "The field cnic holds two different numbers. Send one a request."
		}
	}
	return web.NewProblem(http.StatusUnprocessableEntity, code, "Not a CNIC", detail)
}

func notReady() web.Problem {
	return web.NewProblem(http.StatusServiceUnavailable, "not_ready", "No answer just now",
		"The service cannot look into the roll at this moment. Try again in a few seconds.")
}

// languages are the tags by which a program names a language of answers.
var languages = map[string]voterinfo.Language{
	"en": voterinfo.English, "ur": voterinfo.Urdu, "ro": voterinfo.RomanUrdu, "ur-Latn": voterinfo.RomanUrdu,
}

// languageTag is a language as BCP 47 has it.
func languageTag(l voterinfo.Language) string {
	if l == voterinfo.RomanUrdu {
		return "ur-Latn"
	}
	return l.String()
}

// chooseLanguage takes the language from the body's field, else from
// Accept-Language. The zero Language, when neither names one that is spoken here,
// leaves the choice to the service.
func chooseLanguage(r *http.Request, field string) (voterinfo.Language, *web.Problem) {
	if field != "" {
		if l, ok := languages[field]; ok {
			return l, nil
		}
		p := web.NewProblem(http.StatusUnprocessableEntity, "unknown_language", "Unknown language",
			"The field language must be en, ur or ro (Urdu in Latin letters), or be left out.")
		return 0, &p
	}
	header := r.Header.Get("Accept-Language")
	if len(header) > 512 {
		return 0, nil
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return 0, nil
	}
	for _, tag := range tags {
		base, _ := tag.Base()
		name := base.String()
		if script, sure := tag.Script(); name == "ur" && script.String() == "Latn" && sure == language.Exact {
			name = "ur-Latn"
		}
		if l, ok := languages[name]; ok {
			return l, nil
		}
	}
	return 0, nil
}
