package console

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/voterinfo/rollindex"
)

// Files are the words and page parts of the console, for a page that shows the
// live part too.
//
//go:embed assets pages words
var Files embed.FS

var (
	catalogue = web.MustCatalogue(Files)
	assets    = web.MustAssets("console", Files)
	pages     = web.MustPages(catalogue, assets, Files)
)

// Stylesheet and Script are where the live part's files are served by the
// console's routes.
func Stylesheet() string { p, _ := assets.Path("live.css"); return p }

// Script is the path of the live part's script.
func Script() string { p, _ := assets.Path("live.js"); return p }

// Config says what the console looks at. Answers must be set.
type Config struct {
	Answers    func() Answers      // the service's counts and its roll
	Gateway    func() sms.Snapshot // nil without SMS
	Statistics Statistics          // nil without: no page of statistics then
	Language   words.Language      // of a page whose visitor names none; if "", English
	Log        *slog.Logger        // if nil, slog.Default()
	Now        func() time.Time    // if nil, time.Now
}

// Answers is what the service has answered since its start.
type Answers struct {
	Roll   *rollindex.Info // nil while none is loaded
	Counts []Count
	// LostStatistics is how many answers are missing in the statistics because
	// they could not be written.
	LostStatistics uint64
}

// Count is how many answers went out of one kind.
type Count struct {
	Channel, Operator, Outcome, Language string
	N                                    uint64
}

// A Console is made by New. Run must run for its pages to move.
type Console struct {
	cfg Config

	mu      sync.Mutex
	history history
	news    chan struct{} // closed at the next sample
}

// New makes a console.
func New(cfg Config) (*Console, error) {
	if cfg.Answers == nil {
		return nil, errors.New("console: nothing to look at: set Config.Answers")
	}
	if cfg.Language == "" {
		cfg.Language = words.English
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	c := &Console{cfg: cfg, news: make(chan struct{})}
	c.Sample()
	return c, nil
}

// Routes is the console's table. All of it is for the operator, and all of it
// may be put on the one listener that also serves the demo.
func (c *Console) Routes() []web.Route {
	routes := []web.Route{
		{Method: http.MethodGet, Path: "/console", Act: "voterinfo.console", Handler: c.page},
		{Method: http.MethodGet, Path: "/console/events", Act: "voterinfo.console", Handler: c.events, Machine: true},
		{Method: http.MethodGet, Path: "/metrics", Act: "voterinfo.console", Handler: c.metrics(), Machine: true},
		{Method: http.MethodGet, Path: "/healthz", Act: "service.health", Handler: c.healthz, Machine: true},
		{Method: http.MethodGet, Path: "/readyz", Act: "service.health", Handler: c.readyz, Machine: true},
		assets.Route(),
	}
	if c.cfg.Statistics != nil {
		routes = append(routes,
			web.Route{Method: http.MethodGet, Path: "/statistics", Act: "voterinfo.console", Handler: c.statistics},
			web.Route{Method: http.MethodGet, Path: "/statistics.csv", Act: "voterinfo.console", Handler: c.statisticsCSV, Machine: true},
			web.Route{Method: http.MethodGet, Path: "/statistics.json", Act: "voterinfo.console", Handler: c.statisticsJSON, Machine: true},
		)
	}
	return routes
}

// Home sends a visitor of "/" to the console, for a listener that serves nothing
// else there.
func (c *Console) Home() web.Route {
	return web.Route{Method: http.MethodGet, Path: "/{$}", Act: "voterinfo.console", Handler: func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/console", http.StatusSeeOther)
	}}
}

// Run takes a sample every second until ctx ends.
func (c *Console) Run(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			c.Sample()
		}
	}
}

// page answers GET /console with the state of this second; the script then keeps
// it moving.
func (c *Console) page(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, c.cfg.Language)
	pages.Render(w, r, http.StatusOK, "console", lang, c.View(lang))
}
