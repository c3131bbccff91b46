package centre

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/phase"
)

//go:embed pages words assets migrations worker
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, claim.Words)
	assets    = web.MustAssets("centre", files)
	pages     = web.MustPages(catalogue, assets, files)
)

// KeyHours is how long a device opens its queue without having asked the server: a long
// day at a display centre.
const KeyHours = 14

// Config is what the page needs. All but Log must be set.
type Config struct {
	DB     *database.DB
	Book   *office.Book
	Keys   *vault.Keyring
	Rolls  *rolls.Store
	Claims *claim.Store
	Phases Phases
	Log    *slog.Logger
}

// Phases tells what time it is for the roll of an area; a *phase.Store does.
type Phases interface {
	Rules(tx *database.Tx) (*phase.Rules, error)
}

// Centre is the page with what it asks the server for.
type Centre struct {
	*counter.Counter
	cfg Config
}

// New makes the page.
func New(cfg Config) *Centre {
	return &Centre{counter.New(counter.Config{DB: cfg.DB, Book: cfg.Book, Pages: pages, Words: catalogue, Log: cfg.Log}), cfg}
}

// Migrate makes the table.
func Migrate(ctx context.Context, db *database.DB) error {
	dir, err := fs.Sub(files, "migrations")
	if err != nil {
		return err
	}
	return db.Migrate(ctx, "centre", dir)
}

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column {
	return []vault.Column{{Table: table, Key: "id", Name: "key"}}
}

// batchMost is the most bytes of a batch: one claim with all documents that it may have,
// in base64.
const batchMost = claim.DocumentsMost*attachment.BytesMost*4/3 + 1<<20

// Routes is the table of the page. What it is made of is for everybody: a browser fetches
// it when nobody has signed in, too.
func (c *Centre) Routes() []web.Route {
	machine := func(method, path string, body int64, f func(*counter.Turn)) web.Route {
		return web.Route{Method: method, Path: path, Act: claim.ActReceive, Machine: true, Body: body, Handler: c.On(f)}
	}
	return []web.Route{
		c.Get("/rolls/centre", claim.ActReceive, c.page),
		machine(http.MethodPost, "/rolls/centre/device", 0, c.device),
		machine(http.MethodGet, "/rolls/centre/blocks", 0, c.blocks),
		machine(http.MethodPost, "/rolls/centre/claims", batchMost, c.batch),
		{Method: http.MethodGet, Path: "/rolls/centre/worker.js", Act: "page.asset", Handler: worker},
		{Method: http.MethodGet, Path: "/rolls/centre/app.webmanifest", Act: "page.asset", Handler: manifest},
		assets.Route(),
	}
}

// page is the application. Its policy also allows a manifest, of this site.
func (c *Centre) page(t *counter.Turn) {
	policy := t.W.Header().Get("Content-Security-Policy")
	t.W.Header().Set("Content-Security-Policy", policy+"; manifest-src 'self'; worker-src 'self'")
	pages.Render(t.W, t.R, http.StatusOK, "centre", t.Lang, newView())
}

// texts are the keys of what the scripts say, all of the kind centre.say.
func texts() (keys []string) {
	for _, key := range catalogue.Keys() {
		if len(key) > len(said) && key[:len(said)] == said {
			keys = append(keys, key)
		}
	}
	return keys
}

const said = "centre.say."

// worker is the script that answers for the network. A browser lets a script answer only
// for the folder that it lies in, unless the server says otherwise.
func worker(w http.ResponseWriter, r *http.Request) {
	script, err := files.ReadFile("worker/worker.js")
	if err != nil {
		web.Broken(w, r, slog.Default(), err)
		return
	}
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	w.Header().Set("Service-Worker-Allowed", "/rolls/centre")
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(script) // a browser that has gone away asks again
}

// manifest names the application for the browser that installs it (W3C Web Application
// Manifest).
func manifest(w http.ResponseWriter, r *http.Request) {
	lang := web.ChooseLanguage(r, words.Urdu)
	icon, err := assets.Path("centre.svg")
	if err != nil {
		web.Broken(w, r, slog.Default(), err)
		return
	}
	web.WriteJSON(w, http.StatusOK, "application/manifest+json", map[string]any{
		"name": catalogue.Text(lang, "centre.name"), "short_name": catalogue.Text(lang, "centre.short"),
		"lang": string(lang), "dir": lang.Dir(), "id": "/rolls/centre", "scope": "/rolls/centre", "start_url": "/rolls/centre?lang=" + string(lang),
		"display": "standalone", "background_color": "#f4f5f2", "theme_color": "#0a5c3c",
		"icons": []map[string]string{{"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}},
	})
}

// now is the book's clock.
func (c *Centre) now() time.Time { return c.cfg.Book.Now() }
