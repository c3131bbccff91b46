package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/office"
	"intikhab/platform/sms"
	"intikhab/platform/sms/smsc"
	"intikhab/platform/web"
	"intikhab/systems/voterinfo/demo"
	"intikhab/systems/voterinfo/door"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/rollindex/freeze"
	"intikhab/systems/voterinfo/synth"
)

// demoCommand shows 8300 at work: a synthetic roll, a simulated operator, the
// service bound to it, and a page with a telephone.
type demoCommand struct {
	Voters int    `default:"1000000" placeholder:"N" help:"Voters on the synthetic roll (${default})."`
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

func (c *demoCommand) run(ctx context.Context, dir string) error {
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
	roll, err := c.makeRoll(ctx, dir)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	const password = "demo"
	operator, err := smsc.Start(smsc.Config{Accounts: map[string]string{"8300": password}, Log: log})
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
	s.publish(roll)
	n := &node{cfg: cfg, log: log, state: state, voters: s}
	defer n.close()
	offices, err := n.openOffice(ctx, filepath.Join(dir, "office"))
	if err != nil {
		return err
	}
	defer offices.close()
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	s.startGateway(running)
	bound, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := operator.WaitBound(bound, 2); err != nil {
		return err
	}
	samples, err := c.samples(roll)
	if err != nil {
		return err
	}
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
	if err := offices.serve(running, stop, n); err != nil {
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

// makeRoll makes and freezes the synthetic roll, or opens the one that an earlier
// demo has left in the folder.
func (c *demoCommand) makeRoll(ctx context.Context, dir string) (*rollindex.Roll, error) {
	at := func(name string) string { return filepath.Join(dir, name) }
	key, err := demoKey(at("roll.key"), at("demo"))
	if err != nil {
		return nil, err
	}
	if roll, err := rollindex.Open(at("roll.index"), key); err == nil && roll.Info().Voters == uint64(c.Voters) {
		fmt.Printf("roll of %s voters found in %s\n", thousands(c.Voters), dir)
		return roll, nil
	}
	bar := newProgressBar("voters")
	fmt.Printf("making a roll of %s voters who do not exist\n", thousands(c.Voters))
	if _, err := synth.Generate(ctx, synth.Config{Voters: c.Voters, Seed: 1, Dir: dir,
		Progress: func(done, total int64) { bar.show("writing voters", uint64(done), uint64(total)) }}); err != nil {
		bar.finish()
		return nil, err
	}
	report, err := freeze.Freeze(ctx, freeze.Config{
		Voters: at("voters.csv"), Areas: at("areas.csv"), Stations: at("stations.csv"), Out: at("roll.index"),
		Key: key, Name: "Demonstration", Date: time.Now(),
		Progress: bar.freezing,
	})
	bar.finish()
	if err != nil {
		return nil, err
	}
	fmt.Printf("frozen in %v: %s bytes\n", report.Elapsed.Round(time.Millisecond), thousands(report.Header.FileSize))
	return rollindex.Open(at("roll.index"), key)
}

// demoKey makes the key of a folder that is to hold a demonstration, or reads it
// where one has been. A folder with anybody else's roll is refused: its files
// would be overwritten.
func demoKey(path, mark string) (rollindex.Key, error) {
	if !exists(mark) {
		for _, name := range []string{"roll.index", "roll.key", "voters.csv", "areas.csv", "stations.csv"} {
			if taken := filepath.Join(filepath.Dir(path), name); exists(taken) {
				return rollindex.Key{}, fmt.Errorf("%s is there and no demonstration made it: give --dir a folder of its own", taken)
			}
		}
		note := "This folder is intikhab demo's: nobody in its files exists, and it may all be removed.\n"
		if err := os.WriteFile(mark, []byte(note), 0o600); err != nil {
			return rollindex.Key{}, err
		}
	}
	if exists(path) {
		return rollindex.ReadKey(path)
	}
	return makeKey(path)
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// samples are three numbers on the roll and one that is not.
func (c *demoCommand) samples(roll *rollindex.Roll) ([]demo.Sample, error) {
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
	var samples []demo.Sample
	for _, n := range roll.Sample(rng, 3) {
		samples = append(samples, demo.Sample{CNIC: n.Reveal(), OnRoll: true})
	}
	for {
		n, err := cnic.FromUint64(3_000_000_000_000 + rng.Uint64N(1_000_000_000_000))
		if err != nil {
			return nil, err
		}
		if _, on := roll.Lookup(n); !on {
			return append(samples, demo.Sample{CNIC: n.Reveal()}), nil
		}
	}
}
