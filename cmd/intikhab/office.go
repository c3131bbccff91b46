package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/audit"
	"intikhab/platform/office/desk"
	"intikhab/platform/office/signin"
	"intikhab/platform/office/watch"
	"intikhab/platform/web"
	"intikhab/platform/web/design"
	"intikhab/platform/web/draft"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/otp"
	"intikhab/systems/rolls/frozen"
)

// officeService is the officers' site put together: the records, the officers, the
// ledger that their acts are committed to, and the bus.
type officeService struct {
	cfg    *config
	log    *slog.Logger
	db     *database.DB
	keys   *vault.Keyring
	ledger *ledger.Log // nil where another node keeps it, and seals
	bus    *bus.Bus
	outbox *bus.Outbox
	book   *office.Book
	desk   *approval.Desk
	sealer *audit.Sealer
	signin *signin.Service
	told   *notice.Service
	pages  *desk.Desk
	watch  *watch.Watch
	drafts *draft.Store
	rolls  *rollsService

	telephone  notice.Telephone
	indexes    frozen.Indexes // nil where this node does not answer for 8300
	background sync.WaitGroup
	stop       context.CancelFunc
}

// newOfficeService opens everything on an open bus; telephone carries SMS, or is nil.
// It is to be closed after the bus is.
func newOfficeService(ctx context.Context, cfg *config, b *bus.Bus, telephone notice.Telephone, indexes frozen.Indexes, log *slog.Logger) (*officeService, error) {
	s := &officeService{cfg: cfg, log: log, telephone: telephone, indexes: indexes, bus: b}
	if err := s.open(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *officeService) open(ctx context.Context) (err error) {
	if s.keys, err = s.cfg.Database.keyring(); err != nil {
		return err
	}
	if s.db, err = s.cfg.Database.open(ctx); err != nil {
		return err
	}
	if err := migrateOffices(ctx, s.db); err != nil {
		return err
	}
	if s.cfg.Ledger.kept() {
		if s.ledger, err = s.cfg.Ledger.open(ctx, s.log); err != nil {
			return err
		}
		s.sealer = audit.NewSealer(s.db, s.ledger, audit.SealerOptions{Log: s.log})
	}
	if s.outbox, err = s.bus.Outbox(s.db); err != nil {
		return err
	}
	s.book = office.NewBook(s.keys, time.Now)
	s.desk = approval.NewDesk(s.book, time.Duration(s.cfg.Office.Lapse))
	if s.drafts, err = draft.New(ctx, s.db, s.keys, time.Now); err != nil {
		return err
	}
	if s.told, err = s.newNotices(); err != nil {
		return err
	}
	o := s.cfg.Office
	s.pages = desk.New(desk.Config{DB: s.db, Book: s.book, Approvals: s.desk, Site: o.Site, Log: s.log})
	seen := watch.Config{DB: s.db, Book: s.book, Bus: s.bus, Notices: s.told, Log: s.log}
	if s.ledger != nil {
		seen.Ledger, seen.Sealer = s.ledger, s.sealer
	}
	s.watch = watch.New(seen)
	s.signin, err = signin.New(ctx, signin.Config{
		DB: s.db, Officers: signin.Book{DB: s.db, Office: s.book, Desk: s.desk}, Sealer: s.keys, Origins: []string{o.Site},
		Idle: time.Duration(o.Idle), Longest: time.Duration(o.Session), Fresh: time.Duration(o.Fresh), Log: s.log,
		Notify: signin.Teller{Book: s.book, Notices: s.told, Now: time.Now},
		Home:   "/", Links: s.pages.Links, Programs: programs(s.pages.Routes(), s.watch.Routes()),
	})
	if err != nil {
		return err
	}
	s.signin.RegisterReset(s.desk)
	s.rolls, err = newRolls(s, s.indexes)
	return err
}

// programs are the acts of the routes that answer programs: those that a token can be
// issued for.
func programs(tables ...[]web.Route) (acts []web.Act) {
	for _, route := range slices.Concat(tables...) {
		if route.Machine && !slices.Contains(acts, route.Act) {
			acts = append(acts, route.Act)
		}
	}
	return acts
}

// newNotices makes what tells officers and citizens, and has this node send.
func (s *officeService) newNotices() (*notice.Service, error) {
	n := s.cfg.Notice
	mail, err := n.mail()
	if err != nil {
		return nil, err
	}
	c := notice.Config{DB: s.db, Outbox: s.outbox, Keys: s.keys, Sender: cmp.Or(n.Sender, "8300"), Mail: mail, Paisa: n.Paisa,
		Night: notice.Night{From: n.NightFrom, To: n.NightTo}, Log: s.log, Telephone: s.telephone}
	told, err := notice.New(c, slices.Concat(signin.Told(), claim.Told(), otp.Told())...)
	if err != nil {
		return nil, err
	}
	return told, told.Work(s.bus)
}

// firstLink gives the one-time link of the first administrator; "" where there is an
// officer already.
func (s *officeService) firstLink(ctx context.Context) (link string, err error) {
	err = s.db.Update(ctx, func(tx *database.Tx) error {
		token, err := s.book.FirstLink(tx)
		link = s.cfg.Office.Site + signin.InvitationPath + token
		return err
	})
	if errors.Is(err, office.ErrNotFirst) {
		return "", nil
	}
	return link, err
}

// migrateOffices makes the tables of everything that the officers' site keeps.
func migrateOffices(ctx context.Context, db *database.DB) error {
	for _, migrate := range slices.Concat([]func(context.Context, *database.DB) error{audit.Migrate, office.Migrate, signin.Migrate, notice.Migrate}, rollsTables) {
		if err := migrate(ctx, db); err != nil {
			return err
		}
	}
	return nil
}

// open opens the database of the records.
func (d databaseConfig) open(ctx context.Context) (*database.DB, error) {
	if !strings.Contains(d.URL, "://") {
		if err := os.MkdirAll(filepath.Dir(d.URL), 0o700); err != nil {
			return nil, fmt.Errorf("database.url: %w", err)
		}
	}
	db, err := database.Open(ctx, d.URL)
	if err != nil {
		return nil, fmt.Errorf("database.url: %w", err)
	}
	return db, nil
}

// open opens the public log for appending.
func (l ledgerConfig) open(ctx context.Context, log *slog.Logger) (*ledger.Log, error) {
	key, err := l.key()
	if err != nil {
		return nil, err
	}
	options := ledger.Options{Key: key, Unwitnessed: ledger.Unwitnessed(l.Unwitnessed), Log: log}
	if l.Witnesses != "" {
		text, err := os.ReadFile(l.Witnesses)
		if err != nil {
			return nil, fmt.Errorf("ledger.witnesses: %w", err)
		}
		if options.Policy, err = checkpoint.ParsePolicy(text); err != nil {
			return nil, fmt.Errorf("ledger.witnesses: %s: %w", l.Witnesses, err)
		}
	}
	opened, err := ledger.Open(ctx, l.Dir, options)
	if err != nil {
		return nil, fmt.Errorf("ledger.dir: %w", err)
	}
	return opened, nil
}

// open opens the bus.
func (b busConfig) open(ctx context.Context, log *slog.Logger) (*bus.Bus, error) {
	options := bus.Options{Dir: b.Dir, URL: b.URL, Credentials: b.Credentials, Node: b.Node, Replicas: b.Replicas, Log: log}
	if b.URL == "" {
		key, err := b.key()
		if err != nil {
			return nil, err
		}
		options.Key = key
	}
	if b.Listen != "" {
		secret, err := os.ReadFile(b.SecretFile)
		if err != nil {
			return nil, fmt.Errorf("bus.secret_file: %w", err)
		}
		secure, err := b.tls()
		if err != nil {
			return nil, err
		}
		options.Cluster = &bus.Cluster{Listen: b.Listen, Routes: b.Routes, Secret: strings.TrimSpace(string(secret)), TLS: secure}
	}
	opened, err := bus.Open(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	return opened, nil
}

// tryOffices opens what serve would, as far as a running service is not disturbed,
// and names the keys.
func (c *config) tryOffices(ctx context.Context) (keys string, err error) {
	ring, err := c.Database.keyring()
	_, ledgerErr := c.Ledger.key()
	var busErr error
	if c.Bus.URL == "" {
		_, busErr = c.Bus.key()
	}
	_, tlsErr := c.Office.tls(c.ACME)
	if err := errors.Join(err, ledgerErr, busErr, tlsErr); err != nil {
		return "", err
	}
	return ring.Newest().String(), nil
}

// start begins what goes on beside the pages. Rows that an earlier run left are sealed
// before the first act is admitted: a database or a ledger that was put back to an older
// copy shows here.
func (s *officeService) start(ctx context.Context) {
	if s.sealer != nil {
		if _, err := s.sealer.Seal(ctx); err != nil {
			s.log.Error("audit rows are not sealed; intikhab doctor and docs/audit-trail.md say what to do", "error", err)
		}
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	if s.sealer != nil {
		s.background.Go(func() { s.sealer.Run(ctx) })
	}
	s.background.Go(func() { s.sweep(ctx) })
	s.rolls.start(ctx)
}

// sweep writes down what has lapsed. Nothing depends on when it does.
func (s *officeService) sweep(ctx context.Context) {
	tick := time.NewTicker(time.Minute)
	defer tick.Stop()
	for {
		err := s.db.Update(ctx, func(tx *database.Tx) error {
			_, err := s.desk.Sweep(tx)
			return err
		})
		if err == nil {
			_, err = s.told.Sweep(ctx)
		}
		if err == nil {
			_, err = s.drafts.Sweep(ctx)
		}
		if err == nil {
			err = s.signin.Tidy(ctx)
		}
		if err == nil {
			err = s.rolls.sweep(ctx)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Error("what has lapsed is not written down", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// tables are all routes of the officers' site.
func (s *officeService) tables() [][]web.Route {
	all := [][]web.Route{
		s.pages.Routes(), s.signin.Routes(), s.watch.Routes(), design.New(design.Config{Drafts: s.drafts, Officer: officerOf}).Routes(),
	}
	all = append(all, s.rolls.routes()...)
	if s.ledger != nil {
		all = append(all, s.ledger.Routes("/ledger"))
	}
	return all
}

// handler is everything that the officers' site answers, and what a demonstration adds.
func (s *officeService) handler(proxies []netip.Prefix, more ...[]web.Route) http.Handler {
	site, _ := url.Parse(s.cfg.Office.Site) // checked with the file
	return web.New(web.Config{Gate: s.signin.Gate(), Log: s.log, Proxies: proxies, Hosts: []string{site.Hostname()}, HSTS: site.Scheme == "https"},
		slices.Concat(s.tables(), more)...)
}

// officerOf is who has signed in, for a package that does not know officers.
func officerOf(r *http.Request) string {
	by, _ := office.From(r.Context())
	return string(by.Officer)
}

// shutdown seals what is not sealed yet and closes the bus.
func (s *officeService) shutdown(ctx context.Context) error {
	var errs []error
	if s.stop != nil {
		if s.sealer != nil {
			if _, err := s.sealer.Seal(ctx); err != nil {
				errs = append(errs, fmt.Errorf("audit rows wait to be sealed at the next start: %w", err))
			}
		}
		s.stop()
	}
	s.background.Wait()
	s.rolls.background.Wait()
	return errors.Join(errs...)
}

// close lets go of everything.
func (s *officeService) close() {
	if s.stop != nil {
		s.stop()
	}
	s.background.Wait()
	if s.rolls != nil {
		s.rolls.background.Wait()
	}
	if s.ledger != nil {
		s.ledger.Close()
	}
	if s.db != nil {
		s.db.Close()
	}
}
