package site

import (
	"embed"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/web/form"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/doubles"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/phase"
	"intikhab/systems/rolls/search"
)

//go:embed pages words assets
var files embed.FS

var (
	catalogue = web.MustCatalogue(files, claim.Words, phase.Words, office.Words)
	assets    = web.MustAssets("rolls", files)
	pages     = web.MustPages(catalogue, assets, files)
)

// The acts of the table of permissions that are these pages' own; search.Act, those of
// package claim, doubles.ActDecide and frozen.ActPublish are asked for too.
const (
	ActRead        office.Act = "rolls.read"
	ActEntry       office.Act = "rolls.entry"
	ActSplit       office.Act = "rolls.split"
	ActConsolidate office.Act = "rolls.consolidate"
	ActProof       office.Act = "roll.proof"
	ActDoubles     office.Act = "doubles.read"
)

// Phases is the time of the rolls; a *phase.Store does.
type Phases interface {
	Rules(tx *database.Tx) (*phase.Rules, error)
	Check(tx *database.Tx, a phase.Areas, d phase.Deed, now time.Time) error
}

// Config is what the pages need. All but Ledger, Proofs and Log must be set.
type Config struct {
	DB        *database.DB
	Book      *office.Book
	Approvals *approval.Desk
	Store     *rolls.Store
	Search    *search.Engine
	Phases    Phases
	Claims    *claim.Store
	Feed      *feed.Service
	Doubles   *doubles.Store
	Keeper    *frozen.Keeper
	Ledger    frozen.Ledger // nil where another node keeps it: a proof then says where to look
	Proofs    int           // proofs that a network address may ask for in an hour; 0 is 60
	Log       *slog.Logger
}

// Site is the pages.
type Site struct {
	counter *counter.Counter
	cfg     Config
	limit   limiter
	proving chan struct{} // as many proofs at a time as it has room for
}

// New makes the pages.
func New(cfg Config) *Site {
	if cfg.Proofs == 0 {
		cfg.Proofs = 60
	}
	s := &Site{cfg: cfg, proving: make(chan struct{}, 2)}
	s.counter = counter.New(counter.Config{DB: cfg.DB, Book: cfg.Book, Pages: pages, Words: catalogue, Log: cfg.Log, Told: []counter.Told{
		{Err: claim.ErrMissing, Status: http.StatusNotFound},
		{Err: rolls.ErrNoBlock, Status: http.StatusNotFound},
		{Err: rolls.ErrNoVoter, Status: http.StatusNotFound},
		{Err: doubles.ErrNoPair, Status: http.StatusNotFound},
		{Err: frozen.ErrNoRoll, Status: http.StatusNotFound},
		{Err: errMissing, Status: http.StatusNotFound},
		{Err: claim.ErrChanged, Status: http.StatusConflict, Key: "site.error.changed"},
		{Err: rolls.ErrChanged, Status: http.StatusConflict, Key: "site.error.changed"},
		{Err: doubles.ErrChanged, Status: http.StatusConflict, Key: "site.error.changed"},
		{Err: rolls.ErrFilling, Status: http.StatusServiceUnavailable, Key: "site.error.filling"},
		{Err: frozen.ErrElsewhere, Status: http.StatusServiceUnavailable, Key: "site.error.elsewhere"},
	}})
	return s
}

// errMissing is an address that names nothing.
var errMissing = errors.New("there is nothing of that name")

// A turn is one request.
type turn struct {
	*counter.Turn
	*Site
	seenToo bool // what its form is built of is a person's data
}

// on makes a handler of a page.
func (s *Site) on(f func(*turn)) func(*counter.Turn) {
	return func(t *counter.Turn) { f(&turn{Turn: t, Site: s}) }
}

// documentMost is what a form with a document takes.
const documentMost = attachment.BytesMost + 64<<10

// Routes is the table of the pages.
func (s *Site) Routes() []web.Route {
	all := []web.Route{assets.Route()}
	get := func(path string, act office.Act, f func(*turn)) { all = append(all, s.counter.Get(path, act, s.on(f))) }
	both := func(path string, act office.Act, body int64, f func(*turn)) {
		all = append(all, s.counter.Both(path, act, body, s.on(f))...)
	}
	get("/rolls", ActRead, (*turn).home)
	get("/rolls/blocks", ActRead, (*turn).blocks)
	get("/rolls/blocks/{code}", ActRead, (*turn).block)
	both("/rolls/blocks/{code}/split/{list}", ActSplit, 0, (*turn).split)
	both("/rolls/blocks/{code}/consolidate", ActConsolidate, 0, (*turn).consolidate)
	both("/rolls/search", search.Act, 0, (*turn).search)
	both("/rolls/voters/{id}", ActEntry, 0, (*turn).voter)
	get("/rolls/voters/{id}/photograph", ActEntry, (*turn).photograph)
	get("/rolls/claims", claim.ActRead, (*turn).claims)
	get("/rolls/claims/causelist.pdf", claim.ActRead, (*turn).causeList)
	get("/rolls/claims/{receipt}", claim.ActRead, (*turn).claim)
	get("/rolls/claims/{receipt}/documents/{id}", claim.ActRead, (*turn).document)
	both("/rolls/claims/{receipt}/reveal", claim.ActReveal, 0, (*turn).reveal)
	for _, one := range steps {
		both("/rolls/claims/{receipt}/"+one.path, one.gate, one.body, func(t *turn) { t.step(one) })
	}
	get("/rolls/frozen", ActRead, (*turn).frozen)
	both("/rolls/frozen/ask", frozen.ActPublish, 0, (*turn).askFrozen)
	both("/rolls/proof", ActProof, 0, (*turn).proof)
	both("/rolls/proof/file", ActProof, 0, (*turn).proofFile)
	both("/rolls/proof/check", ActProof, 256<<10, (*turn).checkProof)
	get("/rolls/proof/voterproof.py", ActProof, (*turn).script)
	get("/rolls/doubles", ActDoubles, (*turn).doubles)
	both("/rolls/doubles/{pair}", ActDoubles, 0, (*turn).pair)
	both("/rolls/doubles/{pair}/finding", doubles.ActDecide, 0, (*turn).finding)
	return all
}

// reasonField asks for the reason that the audit trail keeps.
func reasonField() form.Field {
	return form.Field{Name: "reason", Label: words.Say("site.reason"), Hint: words.Say("site.reason_hint"), Most: 200, Check: func(f *form.Filled) words.Message {
		if len([]rune(f.Text("reason"))) < 5 {
			return words.Say("site.error.reason")
		}
		return words.Message{}
	}}
}

// lists are the lists of a block, with the words of the addresses of pages.
var lists = []struct {
	list rolls.List
	path string
	key  string
}{{geography.Male, "men", "site.list.men"}, {geography.Female, "women", "site.list.women"}, {geography.X, "x", "site.list.x"}}
