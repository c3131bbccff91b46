package door

import (
	"context"
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
	"intikhab/platform/sms"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/claim/otp"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/door/visit"
	"intikhab/systems/rolls/phase"
)

//go:embed pages words assets
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, claim.Words, phase.Words)
	assets    = web.MustAssets("voters", files)
	pages     = web.MustPages(catalogue, assets, files)
)

// The acts of the table of permissions.
const (
	ActFile  office.Act = "claim.file"
	ActTrack office.Act = "claim.track"
)

// Claims keeps claims; a *claim.Store does.
type Claims interface {
	Receive(tx *database.Tx, by office.Acting, f claim.Filing) (claim.Receipt, error)
	Own(tx *database.Tx, n receipt.Number, who cnic.Number) (claim.Status, error)
	// Reach gives the telephone at which the claimant of a claim is told of it, and the
	// language; ErrMissing unless the claim is his.
	Reach(tx *database.Tx, n receipt.Number, who cnic.Number) (sms.MSISDN, words.Language, error)
	Complete(tx *database.Tx, by office.Acting, n receipt.Number, version int64, text string, documents []attachment.Document) error
	Withdraw(tx *database.Tx, by office.Acting, n receipt.Number, version int64, reason string) error
	Appeal(tx *database.Tx, by office.Acting, n receipt.Number, version int64, who claim.Appellant, grounds string) error
	Track(n receipt.Number) string
}

// Phases tells what time it is for the roll of an area; a *phase.Store does.
type Phases interface {
	Rules(tx *database.Tx) (*phase.Rules, error)
}

// Config is what the pages need. All but Site, Language, Limits, Now and Log must be set.
type Config struct {
	DB       *database.DB
	Keys     *vault.Keyring
	Rolls    *rolls.Store
	Claims   Claims
	Phases   Phases
	Codes    *otp.Store
	Site     string         // the address under which citizens reach it: with https the cookie is kept to it
	Language words.Language // of a page whose visitor names none; if "", Urdu
	Limits   Limits         // if zero, Standard
	Now      func() time.Time
	Log      *slog.Logger
}

// Door is the pages.
type Door struct {
	cfg    Config
	visits *visit.Store[answers]
	limits *limiter
}

// New makes the pages. The tables of package visit must be there.
func New(cfg Config) *Door {
	if cfg.Language == "" {
		cfg.Language = words.Urdu
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Limits == (Limits{}) {
		cfg.Limits = Standard()
	}
	return &Door{cfg: cfg, visits: visit.New[answers](cfg.Keys, "claimant", visit.Secure(cfg.Site), cfg.Now), limits: newLimiter(cfg.Limits, cfg.Now)}
}

// Migrate makes the tables.
func Migrate(ctx context.Context, db *database.DB) error { return visit.Migrate(ctx, db) }

// SealedColumns are the columns that package vault rotates.
func SealedColumns() []vault.Column { return visit.SealedColumns() }

// Sweep forgets what citizens left half answered, hours ago. A node calls it now and then.
func (d *Door) Sweep(ctx context.Context) (int64, error) {
	return visit.Sweep(ctx, d.cfg.DB, d.cfg.Now())
}

// fileMost is what a form with a document takes.
const fileMost = attachment.BytesMost + 64<<10

// Routes is the table of the pages.
func (d *Door) Routes() []web.Route {
	get := func(path string, act office.Act, f func(*turn)) web.Route {
		return web.Route{Method: http.MethodGet, Path: path, Act: act, Handler: d.on(f)}
	}
	post := func(path string, act office.Act, body int64, f func(*turn)) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Act: act, Body: body, Handler: d.on(f)}
	}
	to := func(path string) func(*turn) { return func(t *turn) { t.to(path) } }
	return []web.Route{
		get("/voters", ActFile, (*turn).start),
		post("/voters", ActFile, 0, (*turn).start),
		get("/voters/{step}", ActFile, (*turn).step),
		post("/voters/{step}", ActFile, 0, (*turn).step),
		get("/voters/documents", ActFile, (*turn).documents),
		post("/voters/documents", ActFile, fileMost, (*turn).documents),
		get("/voters/documents/remove", ActFile, to("/voters/documents")),
		post("/voters/documents/remove", ActFile, 0, (*turn).removeDocument),
		get("/voters/documents/done", ActFile, to("/voters/documents")),
		post("/voters/documents/done", ActFile, 0, (*turn).documentsDone),
		get("/voters/check", ActFile, (*turn).check),
		post("/voters/check", ActFile, 0, (*turn).check),
		get("/voters/receipt", ActFile, (*turn).receipt),
		get("/voters/receipt.pdf", ActFile, (*turn).receiptPDF),
		get("/voters/again", ActFile, to("/voters/code")),
		post("/voters/again", ActFile, 0, (*turn).codeAgain),
		get("/voters/leave", ActFile, to("/voters")),
		post("/voters/leave", ActFile, 0, (*turn).leave),

		get("/voters/claim", ActTrack, (*turn).track),
		post("/voters/claim", ActTrack, 0, (*turn).track),
		get("/voters/claim/{number}", ActTrack, (*turn).trackNumber),
		get("/voters/claim/code", ActTrack, (*turn).trackCode),
		post("/voters/claim/code", ActTrack, 0, (*turn).trackCode),
		get("/voters/claim/state", ActTrack, (*turn).state),
		get("/voters/claim/withdraw", ActTrack, (*turn).withdraw),
		post("/voters/claim/withdraw", ActTrack, 0, (*turn).withdraw),
		get("/voters/claim/appeal", ActTrack, (*turn).appeal),
		post("/voters/claim/appeal", ActTrack, 0, (*turn).appeal),
		get("/voters/claim/complete", ActTrack, (*turn).complete),
		post("/voters/claim/complete", ActTrack, fileMost, (*turn).complete),
		assets.Route(),
	}
}

// A turn is one request of a citizen.
type turn struct {
	*Door
	w    http.ResponseWriter
	r    *http.Request
	lang words.Language
	v    *visit.Visit[answers] // what he has answered so far, nil without
}

// on makes a handler of what is done in a turn.
func (d *Door) on(f func(*turn)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f(&turn{Door: d, w: w, r: r, lang: web.ChooseLanguage(r, d.cfg.Language)})
	}
}

func (t *turn) sent() bool { return t.r.Method == http.MethodPost }

func (t *turn) to(path string) { web.SeeOther(t.w, t.r, path) }

func (t *turn) show(status int, page string, view any) {
	pages.Render(t.w, t.r, status, page, t.lang, view)
}

// found reads the visit that the browser's cookie names; without one the citizen is led
// to the beginning, and it gives false.
func (t *turn) found(begin string, more func(tx *database.Tx) error) bool {
	err := t.cfg.DB.View(t.r.Context(), func(tx *database.Tx) (err error) {
		if t.v, err = t.visits.Of(tx, t.r); err != nil || more == nil {
			return err
		}
		return more(tx)
	})
	switch {
	case errors.Is(err, visit.ErrNone):
		t.to(begin)
	case err != nil:
		t.broken(err)
	}
	return err == nil
}

// save keeps the answers, with what else is done in the same transaction.
func (t *turn) save(more func(tx *database.Tx) error) error {
	return t.cfg.DB.Update(t.r.Context(), func(tx *database.Tx) error {
		if more != nil {
			if err := more(tx); err != nil {
				return err
			}
		}
		return t.visits.Save(tx, t.v)
	})
}

// broken answers what nobody expected, and what another window did.
func (t *turn) broken(err error) {
	switch {
	case errors.Is(err, visit.ErrChanged), errors.Is(err, claim.ErrChanged):
		web.FailBecause(t.w, t.r, http.StatusConflict, "changed", catalogue.Both("door.error.changed"))
	case errors.Is(err, visit.ErrTooLong):
		web.FailBecause(t.w, t.r, http.StatusRequestEntityTooLarge, "too_long", catalogue.Both("door.error.too_long"))
	default:
		web.Broken(t.w, t.r, t.cfg.Log, err)
	}
}

// leave puts the answers away, on a telephone or a computer that others use too.
func (t *turn) leave() {
	err := t.cfg.DB.Update(t.r.Context(), func(tx *database.Tx) error { return t.visits.End(tx, t.w, t.r) })
	if err != nil {
		t.broken(err)
		return
	}
	web.SetNotice(t.w, t.r, "door.notice.left")
	t.to("/voters")
}
