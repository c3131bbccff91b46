package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"intikhab/platform/office"
	"intikhab/platform/sms"
	"intikhab/platform/sms/smsc"
	"intikhab/platform/web"
	"intikhab/systems/voterinfo/demo"
	"intikhab/systems/voterinfo/door"
)

// demoCommand shows 8300 at work: a synthetic roll, a simulated operator, the
// service bound to it, and a page with a telephone.
type demoCommand struct {
	Voters int    `default:"100000" placeholder:"N" help:"Voters on the synthetic roll of one district (${default})."`
	Addr   string `default:"127.0.0.1:0" placeholder:"HOST:PORT" help:"Where the page is (${default}; port 0 takes a free one)."`
	Dir    string `type:"path" placeholder:"DIR" help:"Keep the files in this folder, for the next time; without it they are removed at the end."`
}

func (c *demoCommand) Run(ctx context.Context) error {
	// A terminal that is closed is a Ctrl-C.
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGHUP)
	defer stop()
	dir := c.Dir
	if dir == "" {
		temporary, err := os.MkdirTemp("", "intikhab-demo-")
		if err != nil {
			return err
		}
		defer os.RemoveAll(temporary)
		dir = temporary
	}
	err := c.run(ctx, dir)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		return nil // Ctrl-C is how a demo ends
	}
	return err
}

// leastVoters is of whom a demonstration's claims and oddities can be made.
const leastVoters = 2000

func (c *demoCommand) run(ctx context.Context, dir string) error {
	if c.Voters < leastVoters {
		return fmt.Errorf("--voters: %d are too few to show anything: at least %s", c.Voters, thousands(leastVoters))
	}
	listener, err := listen("--addr", c.Addr)
	if err != nil {
		return err
	}
	defer listener.Close()
	cfg := &config{State: stateConfig{Dir: filepath.Join(dir, "state")}}
	if err := os.MkdirAll(cfg.State.Dir, 0o700); err != nil {
		return err
	}
	state, err := lockState(cfg.State.Dir)
	if err != nil {
		return err
	}
	defer state.release()
	key := filepath.Join(dir, "roll.key")
	if err := demoKey(key, filepath.Join(dir, "demo")); err != nil {
		return err
	}
	cfg.Roll = rollConfig{File: filepath.Join(dir, "roll.index"), KeyFile: key}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	const password = "demo"
	operator, err := smsc.Start(smsc.Config{Accounts: map[string]string{"8300": password}, Log: log, Unasked: showText})
	if err != nil {
		return err
	}
	defer operator.Close()
	fmt.Printf("simulated mobile operator (SMPP) at %s\n", operator.Addr())
	cfg.SMS.Operators = map[string]sms.OperatorConfig{
		"demo": {Address: operator.Addr(), SystemID: "8300", Password: password, Binds: 2},
	}
	cfg.Answer.SchemeFinal = time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	s, err := newVoterService(ctx, cfg, log)
	if err != nil {
		return err
	}
	n := &node{cfg: cfg, log: log, state: state, voters: s}
	defer n.close()
	offices, err := n.openOffice(ctx, filepath.Join(dir, "office"))
	if err != nil {
		return err
	}
	defer offices.close()
	grown, err := n.grow(ctx, c.Voters, offices)
	if err != nil {
		return err
	}
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s.startGateway(running)
	bound, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := operator.WaitBound(bound, 2); err != nil {
		return err
	}
	samples := grown.samples()
	if err := n.serveDemo(running, stop, listener, operator, samples); err != nil {
		return err
	}
	fmt.Println("the service 8300 is bound to it twice")
	for _, sample := range samples {
		where := "on the roll     "
		if !sample.OnRoll {
			where = "not on the roll "
		}
		fmt.Println(where, sample.CNIC)
	}
	if err := offices.serve(running, stop, n, grown.commission); err != nil {
		return err
	}
	fmt.Printf("ready http://%s\n", listener.Addr())
	<-running.Done()
	if err := context.Cause(running); ctx.Err() == nil {
		return err
	}
	return n.shutdown()
}

// serveDemo serves the telephone, the console and the public page on one
// listener: everything in it is made up, so that nothing has to be kept apart.
func (n *node) serveDemo(ctx context.Context, fail context.CancelCauseFunc, l net.Listener, operator *smsc.Server, samples []demo.Sample) error {
	s := n.voters
	page, err := demo.New(demo.Config{Line: operator, Console: s.console, Samples: samples, Lookup: "/lookup"})
	if err != nil {
		return err
	}
	if s.door, err = door.New(door.Config{Service: s.service, Page: "/lookup", Measure: measure}); err != nil {
		return err
	}
	go s.console.Run(ctx)
	n.serve(ctx, fail, l, nil, web.New(web.Config{Log: s.log, Gate: office.Door(office.Anyone, office.Gateway, office.Console)}, page.Routes(), s.console.Routes(), s.door.Routes()))
	return nil
}

// demoKey makes the key of a folder that is to hold a demonstration, or reads it
// where one has been. A folder with anybody else's roll is refused: its files
// would be overwritten.
func demoKey(path, mark string) error {
	if !exists(mark) {
		for _, name := range []string{"roll.index", "roll.key", "voters.csv", "areas.csv", "stations.csv", "office"} {
			if taken := filepath.Join(filepath.Dir(path), name); exists(taken) {
				return fmt.Errorf("%s is there and no demonstration made it: give --dir a folder of its own", taken)
			}
		}
		note := "This folder is intikhab demo's: nobody in its files exists, and it may all be removed.\n"
		if err := os.WriteFile(mark, []byte(note), 0o600); err != nil {
			return err
		}
	}
	if exists(path) {
		return nil
	}
	_, err := makeKey(path)
	return err
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
