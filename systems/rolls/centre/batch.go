package centre

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"
	"unicode/utf8"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/office/counter"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
)

// claimsMost is how many claims one batch may have.
const claimsMost = 50

// A sent claim is one as the device sends it. Fields that its form does not ask for are
// left out, or empty.
type sent struct {
	Device     string       `json:"device"` // id of the claim, chosen at random on the device
	Filled     time.Time    `json:"filled"`
	Form       int          `json:"form"`
	Claimant   sentClaimant `json:"claimant"`
	Card       *sentCard    `json:"card,omitempty"`
	Against    *sentAgainst `json:"against,omitempty"`
	Ground     string       `json:"ground,omitempty"`
	GroundText string       `json:"ground_text,omitempty"`
	Wishes     []claim.Wish `json:"wishes,omitempty"`
	Documents  []sentPaper  `json:"documents,omitempty"`
}

type sentClaimant struct {
	CNIC      string `json:"cnic"`
	NameEn    string `json:"name_en"`
	NameUr    string `json:"name_ur"`
	Telephone string `json:"telephone"`
	Language  string `json:"language"`
	Agent     string `json:"agent,omitempty"`
}

type sentCard struct {
	Block     string `json:"block"`
	ParentEn  string `json:"parent_en"`
	ParentUr  string `json:"parent_ur"`
	Relation  string `json:"relation"`
	Born      string `json:"born"` // 1984-07-23, 1984-07, 1984
	Sex       string `json:"sex"`
	Which     string `json:"which"`
	Service   string `json:"service,omitempty"`
	AddressEn string `json:"address_en"`
	AddressUr string `json:"address_ur"`
}

type sentAgainst struct {
	CNIC   string `json:"cnic,omitempty"`
	Block  string `json:"block,omitempty"`
	List   string `json:"list,omitempty"`
	Serial int    `json:"serial,omitempty"`
}

type sentPaper struct {
	What    string `json:"what"`
	Content []byte `json:"content"` // base64
}

// batch takes the claims of a device, each in a transaction of its own: one that is not
// taken does not hold the others up.
func (c *Centre) batch(t *counter.Turn) {
	claims, problem := readBatch(t.R)
	if problem != nil {
		problem.Write(t.W, t.R)
		return
	}
	results := []result{}
	for _, raw := range claims {
		results = append(results, c.take(t, raw))
	}
	web.WriteJSON(t.W, http.StatusOK, "application/json", map[string]any{"claims": results})
}

// readBatch reads the claims of a request, each still as it came.
func readBatch(r *http.Request) ([]json.RawMessage, *web.Problem) {
	var body struct {
		Claims []json.RawMessage `json:"claims"`
	}
	if problem := web.ReadJSON(r, &body); problem != nil {
		return nil, problem
	}
	if len(body.Claims) == 0 || len(body.Claims) > claimsMost {
		problem := web.NewProblem(http.StatusUnprocessableEntity, "bad_batch", "No claims", "claims is a list of 1 to 50 claims.")
		return nil, &problem
	}
	return body.Claims, nil
}

// A problem is what is wrong with one field of a claim, for the device and in words.
type problem struct {
	Field string `json:"field,omitempty"`
	Code  string `json:"code"`
	En    string `json:"en"`
	Ur    string `json:"ur"`
}

func says(field, code, key string) problem {
	both := catalogue.Both(key)
	return problem{field, code, both.En, both.Ur}
}

// wrong is a field that cannot be read.
func wrong(field string) problem { return says(field, "wrong_"+field, "centre.wrong."+field) }

// decode reads one claim. What is wrong with it is told as problems; device is there
// wherever it could be read.
func decode(raw json.RawMessage) (s sent, f claim.Filing, problems []problem) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&s); err != nil || !errors.Is(d.Decode(new(any)), io.EOF) || !utf8.Valid(raw) {
		return s, f, []problem{wrong("claim")}
	}
	if !isDevice.MatchString(s.Device) {
		s.Device = ""
		return s, f, []problem{wrong("device")}
	}
	f = claim.Filing{Form: claim.Form(s.Form), Source: claim.Centre, Device: s.Device, Filled: s.Filled}
	if f.Form.Kind() == "" {
		return s, f, []problem{wrong("form")}
	}
	problems = s.claimant(&f)
	switch f.Form.Kind() {
	case claim.Enrolment:
		problems = append(problems, s.card(&f)...)
	case claim.Objection:
		problems = append(problems, s.against(&f)...)
		f.Ground, f.GroundText = claim.Ground(s.Ground), form.Clean(s.GroundText, false)
	case claim.Correction:
		problems = append(problems, s.against(&f)...)
		for _, w := range s.Wishes {
			f.Wishes = append(f.Wishes, claim.Wish{Field: w.Field, Value: form.Clean(w.Value, false)})
		}
	}
	for _, p := range s.Documents {
		doc, err := attachment.Check(attachment.What(p.What), p.Content)
		if err != nil {
			problems = append(problems, says("documents", "document", claim.BadDocument.Key()))
			continue
		}
		f.Documents = append(f.Documents, doc)
	}
	return s, f, problems
}

func (s *sent) claimant(f *claim.Filing) (problems []problem) {
	c := &f.Claimant
	var err error
	if c.CNIC, err = cnic.Parse(s.Claimant.CNIC); err != nil {
		problems = append(problems, wrong("cnic"))
	}
	c.NameEn, c.NameUr, c.Agent = form.Clean(s.Claimant.NameEn, false), form.Clean(s.Claimant.NameUr, false), form.Clean(s.Claimant.Agent, false)
	if c.NameEn == "" && c.NameUr == "" {
		problems = append(problems, wrong("name"))
	}
	if s.Claimant.Telephone != "" {
		if c.Telephone, err = sms.ParseMSISDN(words.Digits(s.Claimant.Telephone)); err != nil || c.Telephone.FirstOperator() == "" {
			problems = append(problems, wrong("telephone"))
		}
		c.Confirmed = true // by the operator, before whom the person stands
	}
	c.Language, _ = words.ParseLanguage(s.Claimant.Language)
	return problems
}

var (
	relations = map[string]rolls.Relation{"father": rolls.Father, "husband": rolls.Husband, "mother": rolls.Mother, "guardian": rolls.Guardian}
	addresses = map[string]rolls.AddressKind{"permanent": rolls.PermanentAddress, "temporary": rolls.TemporaryAddress, "posting": rolls.PostingAddress}
	services  = map[string]rolls.Service{"": rolls.NoService, "servant": rolls.Servant, "spouse": rolls.Spouse, "child": rolls.Child}
)

func (s *sent) card(f *claim.Filing) (problems []problem) {
	if s.Card == nil {
		return []problem{wrong("claim")}
	}
	c := &f.Card
	check := func(field string, ok bool) {
		if !ok {
			problems = append(problems, wrong(field))
		}
	}
	c.Kind, c.Valid, c.CNIC = rolls.NIC, true, f.Claimant.CNIC
	c.NameEn, c.NameUr = f.Claimant.NameEn, f.Claimant.NameUr
	c.ParentEn, c.ParentUr = form.Clean(s.Card.ParentEn, false), form.Clean(s.Card.ParentUr, false)
	var ok bool
	c.Relation, ok = relations[s.Card.Relation]
	check("relation", ok)
	c.Service, ok = services[s.Card.Service]
	check("service", ok)
	c.Chosen, ok = addresses[s.Card.Which]
	check("which", ok)
	block, err := geography.ParseBlockCode(s.Card.Block)
	check("block", err == nil)
	c.Born, err = rolls.ParseDate(words.Digits(s.Card.Born))
	check("born", err == nil && !c.Born.IsZero())
	c.List, err = geography.ParseGender(s.Card.Sex)
	check("sex", err == nil)
	at := rolls.Address{Block: block, En: form.Clean(s.Card.AddressEn, false), Ur: form.Clean(s.Card.AddressUr, false)}
	check("address", at.En != "" || at.Ur != "")
	switch c.Chosen {
	case rolls.TemporaryAddress:
		c.Temporary = at
	case rolls.PostingAddress:
		c.Posting = at
	default:
		c.Permanent = at
	}
	return problems
}

func (s *sent) against(f *claim.Filing) (problems []problem) {
	if s.Against == nil {
		s.Against = &sentAgainst{}
	}
	a := &f.Against
	var err error
	if s.Against.CNIC != "" {
		if a.CNIC, err = cnic.Parse(s.Against.CNIC); err != nil {
			problems = append(problems, wrong("their_cnic"))
		}
	}
	if s.Against.Block != "" {
		if a.Block, err = geography.ParseBlockCode(s.Against.Block); err != nil {
			problems = append(problems, wrong("block"))
		}
	}
	if s.Against.Serial != 0 || s.Against.List != "" {
		a.List, err = geography.ParseGender(s.Against.List)
		if a.Serial = uint32(max(0, min(s.Against.Serial, 1<<30))); err != nil || a.Serial == 0 {
			problems = append(problems, wrong("serial"))
		}
	}
	return problems
}
