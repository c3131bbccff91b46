package bus

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
)

// embed starts the server inside this process and connects to it through memory.
func (b *Bus) embed(ctx context.Context) error {
	if err := b.take(); err != nil {
		return err
	}
	o := &server.Options{
		ServerName: b.opts.Node,
		DontListen: true, // clients come through memory alone
		NoSigs:     true,
		JetStream:  true,
		StoreDir:   b.opts.Dir,
		// An acknowledged message is on the disk: without this the server writes
		// back when two minutes have passed. What it costs stands in docs/bus.md.
		SyncAlways:             true,
		DisableJetStreamBanner: true,
		MaxPayload:             1 << 20,
	}
	if len(b.opts.Key) > 0 {
		o.JetStreamKey = string(b.opts.Key)
		o.JetStreamCipher = server.ChaCha
	}
	if b.opts.Cluster != nil {
		if err := b.opts.Cluster.join(o); err != nil {
			return err
		}
		// This version of the server opens its routes to other nodes only after a
		// door for clients. So there is one, on loopback, and nobody has its key but
		// the connection made below.
		o.DontListen, o.Host, o.Port = false, "127.0.0.1", server.RANDOM_PORT
		o.Username, o.Password = "intikhab", rand.Text()
	}
	s, err := server.NewServer(o)
	if err != nil {
		return err
	}
	b.server = s
	log := &serverLog{log: b.log.With("from", "nats-server"), fatal: make(chan struct{})}
	s.SetLoggerV2(log, b.log.Enabled(ctx, slog.LevelDebug), false, false) // never traces, which would show bodies
	s.Start()
	ready := make(chan bool, 1)
	go func() { ready <- s.ReadyForConnections(30 * time.Second) }()
	select {
	case ok := <-ready:
		if !ok {
			return errors.New("the server did not start within 30 seconds: the log at level debug has its own words")
		}
	case <-log.fatal:
		return fmt.Errorf("the server did not start: %s", log.text)
	case <-ctx.Done():
		return ctx.Err()
	}
	if !s.JetStreamEnabled() {
		return fmt.Errorf("the server cannot keep messages in %s: the log at level debug has its own words", b.opts.Dir)
	}
	b.conn, err = nats.Connect("", append(b.watched(), nats.InProcessServer(s), nats.UserInfo(o.Username, o.Password))...)
	return err
}

// take makes the folder and keeps other processes out of it: two servers on the
// same files would destroy them.
func (b *Bus) take() error {
	if err := os.MkdirAll(b.opts.Dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(b.opts.Dir, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		return fmt.Errorf("%s is in use by another process: only one may have it", b.opts.Dir)
	}
	b.lock = f
	return nil
}

const leastSecret = 16

func (c *Cluster) check() error {
	if len(c.Secret) < leastSecret {
		return fmt.Errorf("the cluster's secret has %d characters: at least %d", len(c.Secret), leastSecret)
	}
	if len(c.Routes) == 0 {
		return errors.New("a cluster without routes: name host:port of every node")
	}
	for _, at := range append([]string{c.Listen}, c.Routes...) {
		if _, _, err := net.SplitHostPort(at); err != nil {
			return fmt.Errorf("cluster: %q is not host:port: %w", at, err)
		}
	}
	return nil
}

// join sets what makes the server one of a cluster.
func (c *Cluster) join(o *server.Options) error {
	host, port, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(port)
	if err != nil || number < 1 || number > 65535 {
		return fmt.Errorf("cluster: port %q of %s", port, c.Listen)
	}
	o.Cluster = server.ClusterOpts{Name: c.Name, Host: host, Port: number,
		Username: "intikhab", Password: c.Secret, AuthTimeout: 5,
		TLSConfig: c.TLS, TLSTimeout: 5, NoAdvertise: true,
	}
	if c.Name == "" {
		o.Cluster.Name = "intikhab"
	}
	for _, at := range c.Routes {
		o.Routes = append(o.Routes, &url.URL{Scheme: "nats", Host: at, User: url.UserPassword("intikhab", c.Secret)})
	}
	return nil
}

// serverLog gives the server's words to the log, at level debug: what an operator
// has to know, the bus says itself.
type serverLog struct {
	log   *slog.Logger
	once  sync.Once
	fatal chan struct{} // closed at the first fatal word
	text  string        // which it was
}

func (l *serverLog) say(level, format string, v []any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.log.Debug(fmt.Sprintf(format, v...), "said", level)
	}
}

func (l *serverLog) Noticef(format string, v ...any) { l.say("notice", format, v) }
func (l *serverLog) Warnf(format string, v ...any)   { l.say("warning", format, v) }
func (l *serverLog) Errorf(format string, v ...any)  { l.say("error", format, v) }
func (l *serverLog) Debugf(format string, v ...any)  { l.say("debug", format, v) }
func (l *serverLog) Tracef(string, ...any)           {}

// Fatalf keeps the word for Open. A server of its own would end the process here.
func (l *serverLog) Fatalf(format string, v ...any) {
	l.once.Do(func() {
		l.text = fmt.Sprintf(format, v...)
		l.log.Error("bus: the server stops", "error", l.text)
		close(l.fatal)
	})
}
