package signin

import (
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
)

func (s *Service) languageForm() *form.Form {
	return &form.Form{Name: "signin.language", Submit: words.Say("signin.save"), Cancel: "/account", Fields: []form.Field{{
		Name: "language", Kind: form.Radios, Label: words.Say("signin.language"), Hint: words.Say("signin.language_hint"), Big: true,
		Options: []form.Option{{Value: "ur", Text: words.Named(words.Both{En: "Urdu – اردو", Ur: "اردو"})}, {Value: "en", Text: words.Named(words.Both{En: "English", Ur: "English – انگریزی"})}},
	}}}
}

func (s *Service) showLanguage(w http.ResponseWriter, r *http.Request, _ caller) {
	s.page(w, r, http.StatusOK, "choose", s.languageForm().Empty().Set("language", string(s.language(r))))
}

func (s *Service) chooseLanguage(w http.ResponseWriter, r *http.Request, c caller) {
	f, err := s.languageForm().Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "choose", f)
		return
	}
	language := f.Text("language")
	s.change(w, r, c, "language chosen", "", "/account?lang="+language, func(tx *database.Tx, _ time.Time) error {
		return records.SetLanguage(tx, c.officer.ID, language)
	})
}

// Language is the language that an officer has chosen to read, or "".
func Language(tx *database.Tx, officer string) (words.Language, error) {
	account, err := records.ReadAccount(tx, officer)
	if err != nil {
		return "", err
	}
	l, _ := words.ParseLanguage(account.Language)
	return l, nil
}

// actingForm asks for which of his offices an officer acts.
func (s *Service) actingForm(r *http.Request, c caller) (*form.Form, error) {
	f := &form.Form{Name: "signin.acting", Fields: []form.Field{{
		Name: "office", Kind: form.Radios, Label: words.Say("signin.acting"), Hint: words.Say("signin.acting_hint"), Big: true}}}
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) error {
		offices, err := s.cfg.Officers.Offices(tx, c.officer.ID)
		f.Fields[0].Options = nil
		for _, o := range offices {
			f.Fields[0].Options = append(f.Fields[0].Options, form.Option{Value: o.Office, Text: words.Named(o.Name)})
		}
		return err
	})
	return f, err
}

func (s *Service) showActing(w http.ResponseWriter, r *http.Request, c caller) {
	f, err := s.actingForm(r, c)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.page(w, r, http.StatusOK, "choose", f.Empty().Set("office", c.session.Office))
}

func (s *Service) chooseActing(w http.ResponseWriter, r *http.Request, c caller) {
	blank, err := s.actingForm(r, c)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	f, err := blank.Read(r)
	if err != nil {
		form.Failed(w, r, err)
		return
	}
	if !f.OK() {
		s.page(w, r, http.StatusUnprocessableEntity, "choose", f)
		return
	}
	to := next(r)
	if to == "" {
		to = "/account"
	}
	office := f.Text("office")
	s.change(w, r, c, "acts for "+office, "", to, func(tx *database.Tx, _ time.Time) error {
		return records.ChooseOffice(tx, c.session.ID, office)
	})
}
