package main

import (
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"intikhab/platform/office"
	"intikhab/platform/web"
)

// voterGate is the token of the SMS gateway in these tests.
const voterGate = "a-gateway-token-of-these-tests"

// attackVoters puts one of 8300's listeners up: the public one, or the console's.
func attackVoters(t *testing.T, public bool) *attacked {
	t.Helper()
	path := settingsFolder(t, shortest+"[webhook]\ntoken_file = \"gateway.tokens\"\n"+unlimited+"address = { burst = -1 }\n", "127.0.0.1:1")
	writeFile(t, filepath.Join(filepath.Dir(path), "gateway.tokens"), voterGate+"\n")
	a := &attacked{t: t, log: &keptLog{}, secrets: map[string]bool{voterGate: true, sampleRolls.voters[0].cnic: true}, said: map[string]int{}}
	var err error
	if a.cfg, err = readConfig(path); err != nil {
		t.Fatal(err)
	}
	a.cfg.State.Dir = t.TempDir()
	log := slog.New(slog.NewTextHandler(a.log, nil))
	s, err := newVoterService(t.Context(), a.cfg, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	roll, err := a.cfg.Roll.open()
	if err != nil {
		t.Fatal(err)
	}
	s.publish(roll)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	a.host = "localhost:" + port
	ways := []office.Role{office.Anyone, office.Gateway}
	tables := [][]web.Route{s.door.Routes(), s.console.Health()}
	cfg := web.Config{Log: log}
	if !public {
		ways[1], cfg.Hosts = office.Console, consoleHosts(l)
		tables = [][]web.Route{s.console.Routes(), {s.console.Home()}}
	}
	cfg.Gate = office.Door(ways...)
	a.open = func(act web.Act) bool { return allows(act, ways...) }
	a.serve(l, web.New(cfg, tables...), cfg, tables...)
	return a
}

// 8300's own listeners: what the public and what the operator of the console reaches.
func TestAdversaryVoters(t *testing.T) {
	for name, public := range map[string]bool{"public": true, "console": false} {
		t.Run(name, func(t *testing.T) {
			a := attackVoters(t, public)
			v := &victim{attacker: &attacker{id: "nobody", name: "Nobody at all"}}
			path := func(route web.Route) string { return pathOf(route, realIDs(route, v)) }
			for _, route := range a.routes {
				q := ask{method: route.Method, path: path(route), gate: true}
				if got := a.do(q); (got.status == reached) != a.open(route.Act) {
					a.wrong(q, "the door answers %d", got.status)
				}
				if route.Act == "voterinfo.gateway" {
					a.gateway(route)
				}
			}
			a.forged(nil, path)
			pages := a.pages([]*attacker{nil}, path)
			for _, name := range []string{"from", "to", "text", "token", "cnic", "language", "days", "district"} {
				pages.params[name] = true
			}
			values := append(hostile(v)[:26:26], sampleRolls.voters[0].cnic, sampleRolls.voters[0].cnic+"<script>zq(1)</script>")
			for i, route := range a.routes {
				a.attackPath(route, nil, values, v)
				a.attackQuery(route, nil, pages.params, values, path)
				if route.Method != http.MethodGet {
					for n := range 3 {
						a.attackBodies(route, nil, path(route), i+n)
					}
				}
			}
			for _, f := range pages.forms {
				a.attackForm(*a.routeOf("POST", f.action), nil, f.sentForm, append(values, "=2+5+cmd"))
			}
			a.tooMuch(nil, path)
			a.onTheWire(path(a.routes[0]), "")
			if !public {
				a.rebound(path)
			}
			a.secretsInLog()
			for _, voter := range sampleRolls.voters[:50] {
				if strings.Contains(a.log.String(), voter.cnic) {
					t.Fatal("a number of the roll is in the log")
				}
			}
		})
	}
}

// gateway sends a webhook what is not its token.
func (a *attacked) gateway(route web.Route) {
	a.t.Helper()
	for _, header := range []string{"", "Bearer", "Bearer ", "Bearer x", "bearer " + voterGate + "x", "Basic " + voterGate, "Bearer " + voterGate + ", Bearer " + voterGate, "Bearer \xff"} {
		q := ask{method: route.Method, path: pathOf(route, func(string) string { return "x" }) + "?from=923001234567&text=4230112345671", header: http.Header{
			"Authorization": {header}, "X-Forwarded-For": {"127.0.0.1"}}}
		if got := a.do(q); got.status < 400 {
			a.wrong(q, "the webhook answers %d to %q", got.status, header)
		}
	}
}

// rebound asks by another name: a page of somebody else's whose own name leads to
// this machine must not read the console.
func (a *attacked) rebound(path func(web.Route) string) {
	a.t.Helper()
	for _, route := range a.routes {
		for _, host := range []string{"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0.0.0.0", "[::]", "evil.example:80"} {
			for _, res := range a.raw(route.Method + " " + path(route) + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n") {
				if res.StatusCode != http.StatusMisdirectedRequest {
					a.t.Errorf("%s %s answers %d to the name %s", route.Method, route.Path, res.StatusCode, host)
				}
			}
		}
	}
}
