package signin

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"intikhab/platform/database"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
)

// errCeremony says that an answer to a challenge was not accepted. What of it was
// wrong is for the log only.
var errCeremony = errors.New("the passkey was not accepted")

// errCloned says that a passkey's counter has gone back.
var errCloned = errors.New("there may be two of this passkey")

// A ceremony is a challenge under way. The browser keeps it, in a cookie that is
// signed with the service's key: whoever asks for challenges all day fills no table.
// An answer is accepted once, by the note of it in the database.
type ceremony struct {
	Purpose string // signin, or confirm: or register: and the session's id
	Until   int64  // Unix seconds
	Data    webauthn.SessionData
}

const mostCeremony = 3500 // bytes; a browser keeps 4096 of a cookie

// writeCeremony gives the cookie's value.
func (s *Service) writeCeremony(c ceremony) (string, error) {
	body, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	value := base64.RawURLEncoding.EncodeToString(append(s.mac(body), body...))
	if len(value) > mostCeremony {
		return "", fmt.Errorf("the ceremony's cookie has %d bytes, %d are the most: the officer has too many passkeys, remove one", len(value), mostCeremony)
	}
	return value, nil
}

// readCeremony reads a cookie's value that writeCeremony has written, for this
// purpose, not too long ago.
func (s *Service) readCeremony(value, purpose string, now time.Time) (c ceremony, ok bool) {
	if len(value) > mostCeremony {
		return c, false
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(value)
	if err != nil || len(b) < sha256.Size || !hmac.Equal(s.mac(b[sha256.Size:]), b[:sha256.Size]) {
		return c, false
	}
	if err := json.Unmarshal(b[sha256.Size:], &c); err != nil {
		return c, false
	}
	return c, c.Purpose == purpose && now.Unix() < c.Until
}

func (s *Service) mac(body []byte) []byte {
	mac := hmac.New(sha256.New, s.key[:])
	mac.Write([]byte("ceremony\x00"))
	mac.Write(body)
	return mac.Sum(nil)
}

// A holder is an officer as WebAuthn sees him.
type holder struct {
	handle      []byte
	officer     Officer
	credentials []webauthn.Credential
	passkeys    []records.Passkey // of the credentials, in their order
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.officer.Name.En }
func (h holder) WebAuthnDisplayName() string                { return h.officer.Name.En }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// holder reads an officer's passkeys; those that were stopped only when asked for.
func (s *Service) holder(tx *database.Tx, officer Officer, stopped bool) (h holder, err error) {
	account, err := records.ReadAccount(tx, officer.ID)
	if err != nil {
		return h, err
	}
	h = holder{handle: []byte(account.Handle), officer: officer}
	passkeys, err := records.Passkeys(tx, officer.ID)
	if err != nil {
		return h, err
	}
	for _, p := range passkeys {
		if !p.Stopped.IsZero() && !stopped {
			continue
		}
		credential, err := s.openCredential(p)
		if err != nil {
			return h, err
		}
		h.credentials, h.passkeys = append(h.credentials, credential), append(h.passkeys, p)
	}
	return h, nil
}

func (s *Service) openCredential(p records.Passkey) (c webauthn.Credential, err error) {
	plain, err := s.cfg.Sealer.Open("signin_passkey", "record", p.ID, p.Record)
	if err == nil {
		err = json.Unmarshal(plain, &c)
	}
	return c, err
}

func (s *Service) sealCredential(id string, c webauthn.Credential) ([]byte, error) {
	// The attestation is not asked for and never looked at again.
	c.Attestation = webauthn.CredentialAttestation{}
	c.Authenticator.CloneWarning = false
	plain, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	return s.cfg.Sealer.Seal("signin_passkey", "record", id, plain), nil
}

// start answers with the options for the browser's authenticator, and the cookie.
func (s *Service) start(w http.ResponseWriter, purpose string, data *webauthn.SessionData, options any) error {
	c := ceremony{Purpose: purpose, Until: s.cfg.Now().Add(ceremonyTime).Unix(), Data: *data}
	value, err := s.writeCeremony(c)
	if err != nil {
		return err
	}
	s.setCookie(w, ceremonyCookie, value, ceremonyTime)
	web.WriteJSON(w, http.StatusOK, "application/json", options)
	return nil
}

// answered reads the cookie and the body of an answer.
func (s *Service) answered(r *http.Request, purpose string) (c ceremony, body []byte, err error) {
	cookies := r.CookiesNamed(s.cookieName(ceremonyCookie))
	if len(cookies) != 1 {
		return c, nil, errCeremony
	}
	c, ok := s.readCeremony(cookies[0].Value, purpose, s.cfg.Now())
	if !ok {
		return c, nil, errCeremony
	}
	// web bounds the body.
	if body, err = io.ReadAll(r.Body); err != nil {
		return c, nil, errCeremony
	}
	return c, body, nil
}

// spend uses the challenge up, in the transaction of what its answer opens.
func (s *Service) spend(tx *database.Tx, c ceremony) error {
	sum := sha256.Sum256([]byte(c.Data.Challenge))
	fresh, err := records.SpendChallenge(tx, hex.EncodeToString(sum[:]), time.Unix(c.Until, 0), s.cfg.Now())
	if err == nil && !fresh {
		err = errCeremony
	}
	return err
}

// assert judges an answer of an authenticator. officer is whose it must be, "" for
// whoever it names. It returns the passkey with its new record.
func (s *Service) assert(tx *database.Tx, c ceremony, parsed *protocol.ParsedCredentialAssertionData, officer string) (Officer, records.Passkey, error) {
	var h holder
	credential, err := s.validate(tx, c, parsed, officer, &h)
	if err != nil {
		return h.officer, records.Passkey{}, err
	}
	for i := range h.credentials {
		if !bytes.Equal(h.credentials[i].ID, credential.ID) {
			continue
		}
		p := h.passkeys[i]
		if credential.Authenticator.CloneWarning {
			return h.officer, p, errCloned
		}
		p.Record, err = s.sealCredential(p.ID, *credential)
		return h.officer, p, err
	}
	return h.officer, records.Passkey{}, errCeremony
}

// validate runs WebAuthn's own checks: challenge, origin, party, user verification,
// signature, and (by CloneWarning) the counter.
func (s *Service) validate(tx *database.Tx, c ceremony, parsed *protocol.ParsedCredentialAssertionData, officer string, h *holder) (*webauthn.Credential, error) {
	var inner error // of the database, which must not be taken for a wrong passkey
	find := func(_, handle []byte) (webauthn.User, error) {
		id, err := records.OfficerOfHandle(tx, strings.ToValidUTF8(string(handle), ""))
		if errors.Is(err, records.ErrNone) || officer != "" && id != officer {
			return nil, errCeremony
		}
		if err == nil {
			h.officer, err = s.cfg.Officers.ByID(tx, id)
		}
		if errors.Is(err, ErrUnknown) || err == nil && !h.officer.Active {
			return nil, errCeremony
		}
		if err == nil {
			*h, err = s.holder(tx, h.officer, false)
		}
		inner = err
		return *h, err
	}
	_, credential, err := s.party.ValidatePasskeyLogin(find, c.Data, parsed)
	if inner != nil {
		return nil, inner
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errCeremony, detail(err))
	}
	return credential, nil
}

// detail is what the library says of an error, which it keeps in a field.
func detail(err error) error {
	var p *protocol.Error
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %s", p.Details, p.DevInfo)
	}
	return err
}

// cloned stops a passkey of which there may be two, and tells the officer.
func (s *Service) cloned(r *http.Request, officer Officer, p records.Passkey) error {
	now := s.cfg.Now()
	return s.cfg.DB.Update(r.Context(), func(tx *database.Tx) error {
		if err := records.StopPasskey(tx, p.ID, now); err != nil {
			return err
		}
		if err := s.tell(tx, officer.ID, "passkey_stopped", now, map[string]string{"name": p.Name}); err != nil {
			return err
		}
		return s.note(tx, r, now, "", actBegin, "officer:"+officer.ID, map[string]string{"did": "passkey stopped, its counter went back", "passkey": p.ID})
	})
}
