package signin

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
)

// beginRegistration gives a browser the options for making a passkey.
func (s *Service) beginRegistration(w http.ResponseWriter, r *http.Request, c caller) {
	var h holder
	err := s.cfg.DB.View(r.Context(), func(tx *database.Tx) (err error) {
		h, err = s.holder(tx, c.officer, true)
		return err
	})
	var options *protocol.CredentialCreation
	var data *webauthn.SessionData
	if err == nil {
		options, data, err = s.party.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	}
	if err == nil {
		err = s.start(w, "register:"+c.session.ID, data, options)
	}
	if err != nil {
		s.fail(w, r, err)
	}
}

// made is what the script sends of a passkey that was made.
type made struct {
	Name       string          `json:"name"`
	Credential json.RawMessage `json:"credential"`
}

// register judges a passkey that was made, keeps it, and runs then in the same
// transaction. It answers a failure itself.
func (s *Service) register(w http.ResponseWriter, r *http.Request, c caller, then func(*database.Tx, records.Passkey) error) bool {
	ceremony, body, err := s.answered(r, "register:"+c.session.ID)
	var m made
	var parsed *protocol.ParsedCredentialCreationData
	if err == nil && json.Unmarshal(body, &m) != nil {
		err = errCeremony
	}
	if err == nil {
		if parsed, err = protocol.ParseCredentialCreationResponseBytes(m.Credential); err != nil {
			err = errors.Join(errCeremony, detail(err))
		}
	}
	if err != nil {
		s.refusePasskey(w, r, err)
		return false
	}
	now := s.cfg.Now()
	p := records.Passkey{ID: records.NewID(), Officer: c.officer.ID, Name: tidyText(m.Name, 60), Added: now}
	if p.Name == "" {
		p.Name = agentOf(r)
	}
	err = s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		h, err := s.holder(tx, c.officer, true)
		if err != nil {
			return err
		}
		credential, err := s.party.CreateCredential(h, ceremony.Data, parsed)
		if err != nil {
			return errors.Join(errCeremony, detail(err))
		}
		if err := s.spend(tx, ceremony); err != nil {
			return err
		}
		if p.Record, err = s.sealCredential(p.ID, *credential); err != nil {
			return err
		}
		added, err := records.AddPasskey(tx, p, credential.ID)
		if err == nil && !added {
			err = errCeremony
		}
		if err != nil {
			return err
		}
		return then(tx, p)
	})
	if err != nil {
		s.refusePasskey(w, r, err)
	}
	return err == nil
}

func (s *Service) enrolPasskey(w http.ResponseWriter, r *http.Request, c caller) {
	now := s.cfg.Now()
	var st started
	if s.register(w, r, c, func(tx *database.Tx, _ records.Passkey) (err error) {
		st, err = s.finish(tx, r, c, "passkey", now)
		return err
	}) {
		s.set(w, st)
		web.WriteJSON(w, http.StatusOK, "application/json", map[string]string{"next": keepLanguage(r, "/account/recovery")})
	}
}
