package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"

	"intikhab/platform/bus"
	"intikhab/platform/bus/release"
	"intikhab/platform/certificate"
	"intikhab/platform/notice"
	"intikhab/platform/office"
	"intikhab/platform/web"
	"intikhab/systems/voterinfo/rollindex"
)

// node is one running program with the systems that its settings ask for: 8300, the
// officers' site, or both.
type node struct {
	cfg     *config
	log     *slog.Logger
	state   *stateLock
	bus     *bus.Bus        // nil where nothing needs one
	voters  *voterService   // nil without [roll]
	offices *officeService  // nil without [office]
	release *release.Member // nil on a node that is alone
	servers sync.WaitGroup
}

// open opens what the settings name and says all that is wrong at once. Nothing
// listens or binds yet.
func (n *node) open(ctx context.Context) error {
	var errs []error
	if n.cfg.offices() || n.cfg.Bus.several() {
		b, err := n.cfg.Bus.open(ctx, n.log)
		if err != nil {
			errs = append(errs, err)
		}
		n.bus = b
	}
	if n.cfg.answersVoters() {
		// Both at once: a nation's roll takes half a second to check.
		var roll *rollindex.Roll
		var rollErr error
		opened := make(chan struct{})
		go func() {
			defer close(opened)
			// A new node of several has no roll yet: the others' will come.
			if !n.cfg.Bus.several() || exists(n.cfg.Roll.File) {
				roll, rollErr = n.cfg.Roll.open()
			}
		}()
		var err error
		n.voters, err = newVoterService(ctx, n.cfg, n.log)
		<-opened
		if err := errors.Join(rollErr, err); err != nil {
			errs = append(errs, err)
		} else if roll != nil {
			n.voters.publish(roll)
			n.state.tell(published{Root: roll.Info().Root})
		}
	}
	if n.cfg.offices() && n.bus != nil {
		var telephone notice.Telephone
		if n.voters != nil && len(n.cfg.SMS.Operators) > 0 {
			telephone = n.voters.gateway
		}
		indexes, err := n.indexes()
		if err == nil {
			n.offices, err = newOfficeService(ctx, n.cfg, n.bus, telephone, indexes, n.log)
		}
		if err != nil {
			errs = append(errs, err)
		} else if n.voters != nil {
			n.voters.tellsOf(n.offices.told)
		}
	}
	return errors.Join(errs...)
}

// run serves until ctx ends, or a listener fails.
func (n *node) run(ctx context.Context, hangup <-chan os.Signal) error {
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	serving := []any{}
	if n.voters != nil {
		told, err := n.startVoters(running, stop)
		if err != nil {
			return err
		}
		serving = append(serving, told...)
	}
	if n.offices != nil {
		l, err := n.startOffices(running, stop)
		if err != nil {
			return err
		}
		serving = append(serving, "offices", address(l))
	}
	n.log.Info("serving", serving...)
	if err := n.tellFirstLink(ctx); err != nil {
		return errors.Join(err, n.shutdown())
	}
	notifySystemd("READY=1")
	for {
		select {
		case <-hangup:
			switch {
			case n.release != nil:
				n.releaseRoll(running)
			case n.voters != nil:
				n.voters.reload(n.cfg.Roll, n.state)
			}
		case <-running.Done():
			n.log.Info("stopping: what is under way is finished, nothing more is taken")
			notifySystemd("STOPPING=1")
			err := context.Cause(running)
			if errors.Is(err, context.Canceled) {
				err = nil
			}
			return errors.Join(err, n.shutdown())
		}
	}
}

// startVoters begins to answer for 8300, and tells what is to be logged of it.
func (n *node) startVoters(ctx context.Context, fail context.CancelCauseFunc) ([]any, error) {
	s, cfg := n.voters, n.cfg
	public, err := listen("http.listen", cfg.HTTP.Listen)
	if err != nil {
		return nil, err
	}
	operator, err := listen("console.listen", cfg.Console.Listen)
	if err != nil {
		return nil, err
	}
	go s.console.Run(ctx)
	if public != nil {
		proxies, _ := networks(cfg.HTTP.TrustedProxies) // checked with the file
		tables := [][]web.Route{s.door.Routes(), s.console.Health()}
		if n.offices != nil {
			tables = append(tables, n.offices.rolls.door.Routes()) // a citizen's claims
		}
		handler := web.New(web.Config{Gate: office.Door(office.Anyone, office.Gateway), Log: n.log, Proxies: proxies, HSTS: s.secure != nil}, tables...)
		n.serve(ctx, fail, public, s.secure, handler)
	}
	if operator != nil {
		handler := web.New(web.Config{Gate: office.Door(office.Anyone, office.Console), Log: n.log, Hosts: consoleHosts(operator)},
			s.console.Routes(), []web.Route{s.console.Home()})
		n.serve(ctx, fail, operator, nil, handler)
	}
	if n.cfg.Bus.several() {
		if n.release, err = n.joinRelease(ctx); err != nil {
			return nil, err
		}
	}
	s.startGateway(ctx)
	info := s.service.Snapshot().Roll
	return []any{"roll", info.Name, "voters", info.Voters, "root", info.Root,
		"http", address(public), "console", address(operator), "operators", len(cfg.SMS.Operators)}, nil
}

// startOffices begins to serve the officers' site.
func (n *node) startOffices(ctx context.Context, fail context.CancelCauseFunc) (net.Listener, error) {
	secure, err := n.cfg.Office.tls(n.cfg.ACME)
	if err != nil {
		return nil, err
	}
	l, err := listen("office.listen", n.cfg.Office.Listen)
	if err != nil {
		return nil, err
	}
	proxies, _ := networks(n.cfg.HTTP.TrustedProxies) // checked with the file
	n.offices.start(ctx)
	n.serve(ctx, fail, l, secure, n.offices.handler(proxies))
	return l, nil
}

// tellFirstLink prints the one-time link of the first administrator, while there is no
// officer. It goes to the terminal and not to the log: whoever has it has everything.
func (n *node) tellFirstLink(ctx context.Context) error {
	if n.offices == nil {
		return nil
	}
	link, err := n.offices.firstLink(ctx)
	if err != nil || link == "" {
		return err
	}
	fmt.Printf("There is no officer yet. Whoever opens this link within 24 hours becomes the first system administrator:\n  %s\n", link)
	return nil
}

// serve answers on a listener until ctx ends; a failure ends the program.
func (n *node) serve(ctx context.Context, fail context.CancelCauseFunc, l net.Listener, secure *tls.Config, h http.Handler) {
	n.servers.Go(func() {
		if err := web.Serve(ctx, l, secure, h, n.log); err != nil {
			fail(err)
		}
	})
}

// shutdown finishes what is under way. After it returns nothing runs any more.
func (n *node) shutdown() error {
	ctx, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	var errs []error
	if n.voters != nil {
		errs = append(errs, n.voters.drain(ctx))
	}
	n.servers.Wait()
	if n.offices != nil {
		errs = append(errs, n.offices.shutdown(ctx))
	}
	if n.voters != nil {
		errs = append(errs, n.voters.service.Close(ctx))
	}
	return errors.Join(errs...)
}

// close lets go of what shutdown does not.
func (n *node) close() {
	// The bus comes first: it waits for handlers, which write down in the databases what
	// they have done.
	if n.bus != nil {
		n.bus.Close()
	}
	if n.voters != nil {
		n.voters.close()
	}
	if n.offices != nil {
		n.offices.close()
	}
}

// tls is the TLS of the officers' listener; nil where a proxy speaks it, or nobody.
func (o officeConfig) tls(a acmeConfig) (*tls.Config, error) {
	return listenerTLS("office", o.ACME, o.TLSCert, o.TLSKey, a)
}

// tls is the TLS of the public listener.
func (h httpConfig) tls(a acmeConfig) (*tls.Config, error) {
	return listenerTLS("http", h.ACME, h.TLSCert, h.TLSKey, a)
}

func listenerTLS(section string, fetched bool, cert, key string, a acmeConfig) (config *tls.Config, err error) {
	switch {
	case fetched:
		config, err = a.source().Config()
	case cert != "":
		config, err = certificate.Files(cert, key)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", section, err)
	}
	return config, nil
}
