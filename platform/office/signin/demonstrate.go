package signin

import (
	"net/http"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
)

// Demonstrate signs a made-up officer in without asking for any proof, and leads to a
// page. It is for a demonstration in which nobody exists: no route of Routes leads to it,
// and a program that calls it on real officers has no sign-in.
func (s *Service) Demonstrate(w http.ResponseWriter, r *http.Request, officer, to string) {
	var st started
	err := s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		o, err := s.cfg.Officers.ByID(tx, officer)
		if err != nil {
			return err
		}
		if err := records.OpenAccount(tx, o.ID, s.cfg.Now()); err != nil {
			return err
		}
		st, err = s.begin(tx, r, o, "demonstration", s.cfg.Now())
		return err
	})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.set(w, st)
	s.onward(w, r, to, "")
}
