package main

import (
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/officetest"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
)

// attacked is a site at a listener of its own, with all that is known about its
// routes. What an attack found wrong is said once a route, so that one hole does not
// hide the others.
type attacked struct {
	t       *testing.T
	host    string // localhost:PORT
	routes  []web.Route
	match   *http.ServeMux // which route a request belongs to
	open    func(web.Act) bool
	log     *keptLog
	s       *officeService // nil of 8300
	cfg     *config
	first   office.Acting
	second  office.Acting
	people  *officetest.Commission
	secrets map[string]bool // what must stand in no log
	said    map[string]int
}

// keptLog is a log that is kept.
type keptLog struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *keptLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *keptLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// attackOffices puts the officers' site up, with its keys made as an operator makes
// them, two system administrators, and the offices of officetest.
func attackOffices(t *testing.T, database string) *attacked {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	dir := filepath.Join(t.TempDir(), "offices")
	args := []string{"setup", "--dir", dir, "--listen", "127.0.0.1:" + port}
	if database != "" {
		args = append(args, "--database", database)
	}
	if said, status := run(t, args...); status != 0 {
		t.Fatal(said)
	}
	a := &attacked{t: t, host: "localhost:" + port, log: &keptLog{}, secrets: map[string]bool{}, said: map[string]int{}}
	if a.cfg, err = readConfig(filepath.Join(dir, "intikhab.toml")); err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(a.log, nil))
	b, err := a.cfg.Bus.open(t.Context(), log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	if a.s, err = newOfficeService(t.Context(), a.cfg, b, nil, nil, log); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.s.close)
	a.commission()
	a.s.start(t.Context())
	a.open = func(act web.Act) bool { return allows(act, office.Anyone) }
	a.serve(l, a.s.handler(nil), web.Config{Gate: a.s.signin.Gate(), Log: log}, a.s.tables()...)
	return a
}

// allows tells whether the table of permissions gives an act to a way in.
func allows(act web.Act, ways ...office.Role) bool {
	return slices.ContainsFunc(office.Standard().Of(act), func(p office.Permission) bool { return slices.Contains(ways, p.Role) })
}

// reached is what a route answers in the place of its handler, when a request asks
// only whether it would be let through.
const reached = http.StatusTeapot

// onlyGate is the header of such a request.
const onlyGate = "X-Test-Only-Gate"

// serve has the site answer at a listener until the test ends.
func (a *attacked) serve(l net.Listener, site http.Handler, cfg web.Config, tables ...[]web.Route) {
	a.t.Helper()
	a.match = http.NewServeMux()
	for _, route := range slices.Concat(tables...) {
		route.Handler = func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(reached) }
		a.routes = append(a.routes, route)
		a.match.Handle(route.Method+" "+route.Path, route.Handler)
	}
	gate := web.New(cfg, a.routes)
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get(onlyGate) != "" {
			gate.ServeHTTP(w, r)
			return
		}
		site.ServeHTTP(w, r)
	})
	ctx, stop := context.WithCancel(context.WithoutCancel(a.t.Context()))
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(ctx, l, nil, handler, cfg.Log) }()
	a.t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			a.t.Error(err)
		}
	})
}

// commission makes offices, and two administrators who may approve what the other
// asks for.
func (a *attacked) commission() {
	a.people = &officetest.Commission{DB: a.s.db, Book: a.s.book, Desk: a.s.desk, Keys: a.s.keys}
	a.update(func(tx *database.Tx) error {
		token, err := a.s.book.FirstLink(tx)
		if err != nil {
			return err
		}
		a.secrets[token] = true
		if _, err := a.s.book.Introduce(tx, token, "request-1", a.people.Person("")); err != nil {
			return err
		}
		a.first.Officer, err = a.s.book.Accept(tx, token, "request-2")
		return err
	})
	a.people.First = a.first
	for _, o := range officetest.Offices() {
		if o.Kind == office.Secretariat {
			continue // opened with the first administrator
		}
		o.Open = office.Span{From: "2026-01-01"}
		a.update(func(tx *database.Tx) error { return a.s.book.PutOffice(tx, a.first, o, "a test") })
	}
	a.second = a.people.Officer(a.t, "secretariat")
	a.update(func(tx *database.Tx) error {
		return a.s.book.GrantFirst(tx, a.first, office.Grant{Officer: a.second.Officer, Office: "secretariat", Role: office.SystemAdministrator,
			From: office.DayOf(time.Now())}, "a test")
	})
}

func (a *attacked) update(f func(*database.Tx) error) {
	a.t.Helper()
	if err := a.s.db.Update(a.t.Context(), f); err != nil {
		a.t.Fatal(err)
	}
}

func (a *attacked) view(f func(*database.Tx) error) {
	a.t.Helper()
	if err := a.s.db.View(a.t.Context(), f); err != nil {
		a.t.Fatal(err)
	}
}

// An attacker is whoever sends requests: an officer with a session, or nobody.
type attacker struct {
	id      office.OfficerID
	name    string
	role    office.Role
	home    office.OfficeID
	session string
}

// officer makes an officer who holds a role from today on, or none, and has signed in.
func (a *attacked) officer(role office.Role, at office.OfficeID) *attacker {
	a.t.Helper()
	by := a.people.Officer(a.t, at)
	if role != "" {
		grant := []office.Grant{{Officer: by.Officer, Office: at, Role: role, From: office.DayOf(time.Now())}}
		var id, hash string
		a.update(func(tx *database.Tx) error {
			asked, err := a.s.desk.AskGrants(tx, a.first, grant, "", "a test")
			id, hash = asked.ID, asked.Hash
			return err
		})
		a.update(func(tx *database.Tx) error { _, err := a.s.desk.Approve(tx, a.second, id, hash, ""); return err })
	}
	o := &attacker{id: by.Officer, name: by.Name, role: role, home: at}
	a.signIn(o)
	return o
}

// administrator is the first system administrator.
func (a *attacked) administrator() *attacker {
	o := &attacker{id: a.first.Officer, name: "Officer Number 1", role: office.SystemAdministrator, home: "secretariat"}
	a.signIn(o)
	return o
}

// signIn gives an officer another session, as a sign-in does; TestAdversarySessions
// signs in by the pages.
func (a *attacked) signIn(o *attacker) (id string) {
	a.t.Helper()
	secret, now := ticket.New(), time.Now()
	id = records.NewID()
	a.update(func(tx *database.Tx) error {
		if err := records.OpenAccount(tx, string(o.id), now); err != nil {
			return err
		}
		return records.AddSession(tx, secret, records.Session{ID: id, Officer: string(o.id), Kind: records.Full, How: "password",
			Network: "127.0.0.1", Agent: "a test", Began: now, LastUsed: now, Proved: now})
	})
	o.session = secret.Reveal()
	a.secrets[o.session] = true
	return id
}
