package door

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"intikhab/platform/web"
	"intikhab/systems/voterinfo"
)

// inbound is a message that a gateway hands in: the body of POST /webhook/sms.
type inbound struct {
	From     string `json:"from"`     // the asker's number, digits, a + before them allowed
	To       string `json:"to"`       // the short code, handed back as from
	Text     string `json:"text"`     // what was typed
	ID       string `json:"id"`       // the gateway's own, so that a repeat gets the same reply
	Operator string `json:"operator"` // for the statistics
}

// outbound is the reply. A silent answer has an empty text: send nothing.
type outbound struct {
	ID         string `json:"id,omitempty"`
	Outcome    string `json:"outcome"`
	Language   string `json:"language"`
	From       string `json:"from"`
	To         string `json:"to"`
	Text       string `json:"text"`
	Encoding   string `json:"encoding,omitempty"`
	Characters int    `json:"characters,omitempty"`
	Segments   int    `json:"segments,omitempty"`
}

// gateway lets a request through that comes from an allowed peer and shows a
// token shared with a gateway: as Authorization: Bearer, as X-Webhook-Token, or,
// for Kannel, which can set no header, as the parameter token.
func (d *Door) gateway(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if !d.peerAllowed(web.Client(r)) {
			web.NewProblem(http.StatusForbidden, "peer_not_allowed", "Peer not allowed",
				"The webhook is open to the gateways listed in the settings, and yours is not among them. Add its address to webhook.peers.").Write(w, r)
			return
		}
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if token == "" {
			token = r.Header.Get("X-Webhook-Token")
		}
		if token == "" && r.Method == http.MethodGet {
			token = r.URL.Query().Get("token")
		}
		if !d.tokenKnown(token) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="webhook"`)
			web.NewProblem(http.StatusUnauthorized, "wrong_token", "Token missing or wrong",
				"Send the token shared with your gateway as Authorization: Bearer TOKEN.").Write(w, r)
			return
		}
		next(w, r)
	}
}

func (d *Door) peerAllowed(addr netip.Addr) bool {
	for _, p := range d.cfg.Peers {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

func (d *Door) tokenKnown(token string) bool {
	got := sha256.Sum256([]byte(token))
	known := 0
	for _, want := range d.tokens { // all of them, so that the time tells nothing
		known |= subtle.ConstantTimeCompare(got[:], want[:])
	}
	return known == 1
}

// webhook answers POST /webhook/sms.
func (d *Door) webhook(w http.ResponseWriter, r *http.Request) {
	var in inbound
	if p := readJSON(r, &in); p != nil {
		p.Write(w, r)
		return
	}
	out, p := d.reply(in)
	if p != nil {
		p.Write(w, r)
		return
	}
	web.WriteJSON(w, http.StatusOK, "application/json", out)
}

// kannel answers GET /webhook/kannel as the get-url of a Kannel sms-service:
//
//	get-url = "http://127.0.0.1:8080/webhook/kannel?token=TOKEN&from=%p&to=%P&text=%a&id=%I&smsc=%i&charset=%C"
//	omit-empty = true
//	accept-x-kannel-headers = true
//	concatenation = true
//	max-messages = 6
//
// The body is the reply's text; an empty one means silence. Kannel prescribes
// GET, so here the asker's number and text stand in a URL. This server logs no
// URL; the way to it must not either: keep it on loopback or a private wire, and
// turn off the access log of Kannel and of any proxy between.
func (d *Door) kannel(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	text, ok := decodeText(q.Get("charset"), q.Get("text"))
	if !ok {
		web.NewProblem(http.StatusUnprocessableEntity, "unknown_charset", "Text cannot be read",
			"The parameter charset must be UTF-8, ISO-8859-1 or UTF-16BE, and the text be written in it.").Write(w, r)
		return
	}
	out, p := d.reply(inbound{From: q.Get("from"), To: q.Get("to"), Text: text, ID: q.Get("id"), Operator: q.Get("smsc")})
	if p != nil {
		p.Write(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=UTF-8")
	h.Set("Cache-Control", "no-store")
	if !isASCII(out.Text) {
		h.Set("X-Kannel-Coding", "2") // UCS-2: without it smsbox sends question marks
	}
	fmt.Fprint(w, out.Text)
}

// reply answers one message. A message that comes again under the same id, since
// the gateway did not hear the first reply, gets that reply and is not counted as
// asked again.
func (d *Door) reply(in inbound) (outbound, *web.Problem) {
	asker, ok := msisdn(in.From)
	if !ok {
		p := web.NewProblem(http.StatusUnprocessableEntity, "bad_from", "Sender is no telephone number",
			"The field from must hold the asker's number as 7 to 15 digits, such as 923001234567.")
		return outbound{}, &p
	}
	operator := in.Operator
	if !plainName(operator) {
		operator = "webhook"
	}
	var key replyKey
	if in.ID != "" {
		key = sha256.Sum256([]byte(operator + "\x00" + asker + "\x00" + in.ID))
		if out, ok := d.replies.get(key, d.cfg.Now()); ok {
			return out, nil
		}
	}
	a := d.ask(asker, voterinfo.SMS, operator, in.Text, 0)
	if a.Outcome == voterinfo.NoRoll {
		p := notReady()
		return outbound{}, &p
	}
	out := outbound{
		ID: in.ID, Outcome: a.Outcome.String(), Language: a.Language.String(),
		From: in.To, To: asker, Text: a.Text,
	}
	if a.Text != "" && d.cfg.Measure != nil {
		out.Encoding, out.Characters, out.Segments = d.cfg.Measure(a.Text)
	}
	if in.ID != "" {
		d.replies.put(key, out, d.cfg.Now())
	}
	return out, nil
}

// msisdn reads a telephone number in international form: "+92…", "0092…", "92…".
func msisdn(s string) (string, bool) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "+")
	s = strings.TrimPrefix(s, "00")
	if len(s) < 7 || len(s) > 15 {
		return "", false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return "", false
		}
	}
	return s, true
}

// plainName tells whether an operator's name may stand in the statistics.
func plainName(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_')
	})
}

// decodeText gives UTF-8 of a text in one of Kannel's character sets.
func decodeText(charset, text string) (string, bool) {
	switch strings.ToUpper(charset) {
	case "", "UTF-8", "US-ASCII", "ASCII":
		return text, utf8.ValidString(text)
	case "ISO-8859-1", "LATIN1":
		runes := make([]rune, len(text))
		for i, c := range []byte(text) {
			runes[i] = rune(c)
		}
		return string(runes), true
	case "UTF-16BE", "UCS-2", "UTF-16":
		if len(text)%2 != 0 {
			return "", false
		}
		units := make([]uint16, len(text)/2)
		for i := range units {
			units[i] = uint16(text[2*i])<<8 | uint16(text[2*i+1])
		}
		return string(utf16.Decode(units)), true
	}
	return "", false
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}
