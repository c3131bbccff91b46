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
	"strings"
	"syscall"
	"time"

	"intikhab/platform/web"
	"intikhab/systems/voterinfo/console"
	"intikhab/systems/voterinfo/rollindex"
)

type serveCommand struct {
	Config string `required:"" type:"path" placeholder:"FILE" help:"The configuration file; docs/operations.md is its reference."`
	Check  bool   `help:"Only check the file and what it names; a service may be running on it."`
}

// drainTime is how long the end of the program waits for questions under way;
// the operators bring the others again.
const drainTime = 20 * time.Second

func (c *serveCommand) Run(ctx context.Context) error {
	cfg, err := readConfig(c.Config)
	if err != nil {
		return err
	}
	log, err := cfg.Log.logger()
	if err != nil {
		return err
	}
	slog.SetDefault(log)
	if c.Check {
		return cfg.tryOut(ctx, log)
	}
	// From here on a SIGHUP asks for the roll again; before, it ends the program.
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	if err := os.MkdirAll(cfg.State.Dir, 0o700); err != nil {
		return fmt.Errorf("state.dir: %w", err)
	}
	// The lock comes before the roll is opened: whoever publishes another one and
	// finds no lock can be sure that it will be this one's.
	state, err := lockState(cfg.State.Dir)
	if err != nil {
		return err
	}
	defer state.release()
	n := &node{cfg: cfg, log: log, state: state}
	defer n.close()
	if err := n.open(ctx); err != nil {
		return mistakes(c.Config, parts(err))
	}
	return n.run(ctx, hangup)
}

// tryOut opens everything that the configuration names, but the addresses and the
// state folder: a service may be running on them.
func (c *config) tryOut(ctx context.Context, log *slog.Logger) error {
	state, err := os.MkdirTemp("", "intikhab-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(state)
	tried := *c
	tried.State.Dir = state
	var found []string
	if c.answersVoters() {
		roll, rollErr := c.Roll.open()
		s, err := newVoterService(ctx, &tried, log)
		if err := mistakes(c.path, parts(errors.Join(rollErr, err))); err != nil {
			return err
		}
		defer s.close()
		if err := s.service.Close(ctx); err != nil {
			return err
		}
		found = append(found, fmt.Sprintf("%q of %s with %s voters; operators: %d",
			roll.Info().Name, roll.Info().Frozen.Format(time.DateOnly), thousands(roll.Info().Voters), len(c.SMS.Operators)))
	}
	if c.offices() {
		keys, err := c.tryOffices(ctx)
		if err := mistakes(c.path, parts(err)); err != nil {
			return err
		}
		found = append(found, "the officers' site "+c.Office.Site+" with the keys "+keys)
	}
	fmt.Printf("%s is in order: %s\n", c.path, strings.Join(found, "; "))
	return nil
}

// open opens the roll under its key.
func (r rollConfig) open() (*rollindex.Roll, error) {
	key, err := r.key()
	if err != nil {
		return nil, err
	}
	return rollindex.Open(r.File, key)
}

// listen listens where a setting says; at nothing where it is off.
func listen(key, address string) (net.Listener, error) {
	if off(address) {
		return nil, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", key, err)
	}
	return l, nil
}

// consoleHosts are the names by which a console on loopback may be asked for: a page
// of somebody else's in the operator's browser cannot reach it under its own name
// (DNS rebinding). A console that listens elsewhere has names of its own.
func consoleHosts(l net.Listener) []string {
	if a, ok := l.Addr().(*net.TCPAddr); ok && a.IP.IsLoopback() {
		return web.LoopbackHosts
	}
	return nil
}

func address(l net.Listener) string {
	if l == nil {
		return "off"
	}
	return l.Addr().String()
}

// logger is the log that the settings ask for.
func (l logConfig) logger() (*slog.Logger, error) {
	var level slog.Level
	var errs []error
	if l.Level != "" && level.UnmarshalText([]byte(l.Level)) != nil {
		errs = append(errs, fmt.Errorf("log.level: %q is none of debug, info, warn, error", l.Level))
	}
	options := &slog.HandlerOptions{Level: level}
	var handler slog.Handler = slog.NewTextHandler(os.Stderr, options)
	switch l.Format {
	case "", "text":
	case "json":
		handler = slog.NewJSONHandler(os.Stderr, options)
	default:
		errs = append(errs, fmt.Errorf("log.format: %q is neither text nor json", l.Format))
	}
	return slog.New(handler), errors.Join(errs...)
}

// notifySystemd tells the service manager how the start goes (sd_notify(3)); it
// does nothing where there is none.
func notifySystemd(state string) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		slog.Warn("systemd is not told of the start", "error", err)
		return
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(state)); err != nil {
		slog.Warn("systemd is not told of the start", "error", err)
	}
}

// answers is the service's state in the console's words.
func (s *voterService) answers() console.Answers {
	snapshot := s.service.Snapshot()
	a := console.Answers{Roll: snapshot.Roll, LostStatistics: snapshot.Lost}
	for _, sum := range snapshot.Counts {
		a.Counts = append(a.Counts, console.Count{Channel: sum.Channel, Operator: sum.Operator, Outcome: sum.Outcome, Language: sum.Language, N: sum.Questions})
	}
	return a
}

// statePath is a file in the state folder.
func statePath(dir, name string) string { return filepath.Join(dir, name) }
