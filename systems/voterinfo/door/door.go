package door

import (
	"crypto/sha256"
	"embed"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/netip"
	"strconv"
	"time"

	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/voterinfo"
)

//go:embed assets words pages openapi.json
var files embed.FS

var (
	catalogue = web.MustCatalogue(files)
	assets    = web.MustAssets("voterinfo", files)
	pages     = web.MustPages(catalogue, assets, files)
)

// An Answerer answers questions: the one of package voterinfo, or a test's.
type Answerer interface {
	Answer(voterinfo.Question) voterinfo.Answer
}

// Config is what the doors need. Service is the only field that must be set.
type Config struct {
	Service  Answerer
	Language words.Language // of a page whose visitor names none; if "", Urdu
	Page     string         // path of the public page; if "", "/"
	Now      func() time.Time
	// Measure tells how an SMS text would be sent: its encoding and segments. If
	// nil, the webhook's answers leave both out.
	Measure func(text string) (encoding string, characters, segments int)

	// Tokens are shared with SMS gateways, one each, so that one can be replaced
	// while another works. Without any there is no webhook.
	Tokens []string
	// Peers may use the webhook; if empty, only this machine.
	Peers []netip.Prefix
}

// A Door is the HTTP side of 8300. It is made by New and safe for concurrent use.
type Door struct {
	cfg     Config
	tokens  [][sha256.Size]byte
	replies *replies
}

// minToken is the shortest token that cannot be guessed in the webhook's lifetime.
const minToken = 20

// New makes the doors.
func New(cfg Config) (*Door, error) {
	if cfg.Service == nil {
		return nil, errors.New("door: no service to ask: set Config.Service")
	}
	if cfg.Language == "" {
		cfg.Language = words.Urdu
	}
	if cfg.Page == "" {
		cfg.Page = "/"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if len(cfg.Peers) == 0 {
		cfg.Peers = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	}
	d := &Door{cfg: cfg, replies: newReplies(rememberedReplies)}
	for i, token := range cfg.Tokens {
		if len(token) < minToken {
			return nil, fmt.Errorf("door: webhook token %d has %d characters: use %d or more, at random", i+1, len(token), minToken)
		}
		d.tokens = append(d.tokens, sha256.Sum256([]byte(token)))
	}
	return d, nil
}

// Routes is the table of all doors.
func (d *Door) Routes() []web.Route {
	page := d.cfg.Page
	if page == "/" {
		page = "/{$}"
	}
	routes := []web.Route{
		{Method: http.MethodGet, Path: page, Act: "voterinfo.ask", Handler: d.showForm},
		{Method: http.MethodPost, Path: page, Act: "voterinfo.ask", Handler: d.answerForm},
		{Method: http.MethodPost, Path: "/api/v1/lookup", Act: "voterinfo.ask", Handler: d.lookup, Machine: true},
		{Method: http.MethodGet, Path: "/openapi.json", Act: "voterinfo.ask", Handler: d.document, Machine: true},
		assets.Route(),
	}
	if len(d.tokens) > 0 {
		routes = append(routes,
			web.Route{Method: http.MethodPost, Path: "/webhook/sms", Act: "voterinfo.gateway", Handler: d.gateway(d.webhook), Machine: true},
			web.Route{Method: http.MethodGet, Path: "/webhook/kannel", Act: "voterinfo.gateway", Handler: d.gateway(d.kannel), Machine: true},
		)
	}
	return routes
}

// ask puts a question to the service.
func (d *Door) ask(asker string, channel voterinfo.Channel, operator, text string, lang voterinfo.Language) voterinfo.Answer {
	return d.cfg.Service.Answer(voterinfo.Question{
		Asker: asker, Channel: channel, Operator: operator, Text: text, At: d.cfg.Now(), Language: lang,
	})
}

// wait sets Retry-After from an answer that tells to try again later, and returns
// the seconds. It is at least one: a client that hears 0 asks again at once.
func (d *Door) wait(w http.ResponseWriter, a voterinfo.Answer) int {
	const unknown = 60 // the service named no time
	seconds := unknown
	if !a.RetryAt.IsZero() {
		seconds = max(1, int(math.Ceil(a.RetryAt.Sub(d.cfg.Now()).Seconds())))
	}
	w.Header().Set("Retry-After", strconv.Itoa(seconds))
	return seconds
}
