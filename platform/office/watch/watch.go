// Package watch is the pages on which the machinery behind the offices is watched:
// how the public log, the audit trail, the bus and its queues stand, which messages
// could not be worked off, and what people were told. What an officer does there (a
// letter sent again or dropped, a notice sent again or cancelled) is an act of the
// table of permissions with its row in the audit trail. TestLetters and TestNotices
// show them.
package watch

import (
	"context"
	"embed"
	"log/slog"
	"net/http"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/ledger"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/platform/web"
	"intikhab/platform/words"
)

//go:embed pages words
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, notice.Words, office.Words)
	pages     = web.MustPages(catalogue, nil, files)
)

// Ledger and Sealer are what the first page asks; *ledger.Log and *audit.Sealer are
// ones.
type (
	Ledger interface {
		Status(ctx context.Context) (ledger.Status, error)
		Origin() string
	}
	Sealer interface{ State() audit.SealerState }
)

// Config is what the pages need. DB, Book and Bus must be set.
type Config struct {
	DB      *database.DB
	Book    *office.Book
	Bus     *bus.Bus
	Ledger  Ledger // nil, and Sealer too, where another node keeps the log
	Sealer  Sealer
	Notices *notice.Service // nil: there are none
	Now     func() time.Time
	Log     *slog.Logger
}

// Watch is the pages.
type Watch struct{ cfg Config }

// New makes the pages.
func New(cfg Config) *Watch {
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	return &Watch{cfg}
}

// Routes is the table of the pages.
func (w *Watch) Routes() []web.Route {
	all := []web.Route{
		{Method: "GET", Path: "/watch", Act: "service.read", Handler: w.state},
		{Method: "GET", Path: "/watch/state.json", Act: "service.read", Handler: w.program, Machine: true},
		{Method: "GET", Path: "/watch/letters", Act: "deadletter.read", Handler: w.letters},
		{Method: "GET", Path: "/watch/letters/{id}", Act: "deadletter.read", Handler: w.letter},
		{Method: "POST", Path: "/watch/letters/{id}/resend", Act: "deadletter.resend", Handler: w.resendLetter},
		{Method: "POST", Path: "/watch/letters/{id}/drop", Act: "deadletter.drop", Handler: w.dropLetter},
	}
	if w.cfg.Notices == nil {
		return all
	}
	return append(all,
		web.Route{Method: "GET", Path: "/notices", Act: "notice.read", Handler: w.notices},
		web.Route{Method: "GET", Path: "/notices/preview", Act: "notice.read", Handler: w.preview},
		web.Route{Method: "GET", Path: "/notices/{id}", Act: "notice.read", Handler: w.notice},
		web.Route{Method: "POST", Path: "/notices/{id}/resend", Act: "notice.resend", Handler: w.resendNotice},
		web.Route{Method: "POST", Path: "/notices/{id}/cancel", Act: "notice.cancel", Handler: w.cancelNotice},
	)
}

func (w *Watch) page(rw http.ResponseWriter, r *http.Request, status int, name string, view any, keep ...string) {
	pages.Render(rw, r, status, name, web.ChooseLanguage(r, words.Urdu), view, keep...)
}

// fail answers when the machinery itself cannot: the reason goes to the log.
func (w *Watch) fail(rw http.ResponseWriter, r *http.Request, err error) {
	web.Broken(rw, r, w.cfg.Log, err)
}

// act does what an officer has decided: the audit row and f are one transaction.
func (w *Watch) act(r *http.Request, act office.Act, on, reason string, f func(*database.Tx) error) error {
	by, _ := office.From(r.Context())
	return w.cfg.Book.Do(r.Context(), w.cfg.DB, by, func(tx *database.Tx) error {
		decision, err := w.cfg.Book.Must(tx, by, act, office.Target{})
		if err != nil {
			return err
		}
		if f != nil {
			if err := f(tx); err != nil {
				return err
			}
		}
		return audit.Write(tx, w.cfg.Now(), decision.Entry(by, act, on, reason))
	})
}
