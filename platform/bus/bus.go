package bus

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// Options say where the bus is. The zero value of each field but Dir is fit for
// use.
type Options struct {
	// Dir is the folder of the server inside this process, made if there is none.
	// One process has it at a time.
	Dir string
	// Key encrypts what is in Dir (ChaCha20-Poly1305). Without it bodies lie there
	// as they are. It is made from at least 16 bytes, and is kept elsewhere.
	Key []byte
	// Cluster joins the server inside this process to those of other nodes.
	Cluster *Cluster

	// URL is that of a cluster of its own, nats://host or tls://host, several
	// parted by commas. Then Dir, Key and Cluster are not used, and what an
	// acknowledgement is worth is that cluster's affair: see docs/bus.md.
	URL         string
	Credentials string      // file with the credentials for URL
	TLS         *tls.Config // for URL; nil: the system's authorities

	// Node is this node's name among the others; the host's name if empty.
	Node string
	// Replicas is on how many nodes each message lies before it is acknowledged:
	// 1, 3 or 5. Zero is 3 in a cluster, else 1.
	Replicas int
	// Duplicates is for how long a message with an id that was sent already is
	// taken and dropped; ten minutes if zero.
	Duplicates time.Duration
	// Drain is how long Close lets handlers finish before it ends their contexts;
	// ten seconds if zero.
	Drain time.Duration

	Log *slog.Logger     // nil: nothing is logged
	Now func() time.Time // nil: time.Now
}

// A Cluster is how servers inside processes find and trust each other.
type Cluster struct {
	Name   string      // the same on all nodes; "intikhab" if empty
	Listen string      // host:port on which the other nodes reach this one
	Routes []string    // host:port of all nodes; this one's own may be among them
	Secret string      // the same on all nodes, at least 16 characters
	TLS    *tls.Config // for both directions, with client certificates; nil: only on a network that nobody else is on
}

// Limits that hold on every node.
const (
	// MostBody is the most bytes of a message's body.
	MostBody = 512 << 10
	mostKey  = 200
)

// A Bus is open until Close. Its methods may be called at the same time.
type Bus struct {
	opts   Options
	log    *slog.Logger
	now    func() time.Time
	lock   *os.File // of Dir
	server *server.Server
	conn   *nats.Conn
	js     jetstream.JetStream

	ctx     context.Context // ends when Close begins: nothing new is taken up
	stop    context.CancelFunc
	work    context.Context // ends when handlers must end
	abandon context.CancelFunc
	group   sync.WaitGroup // all that runs

	ready chan struct{} // closed when the streams are there

	mu        sync.Mutex
	closed    bool
	queues    map[string]bool // that this process works
	schedules map[string]*timetable
	outboxes  []*Outbox
	failure   error // why the streams are not there yet
}

// Open opens the bus. It fails for what is wrong with the options or the folder.
// A cluster that has no majority yet is no failure: the bus then waits for one,
// while whoever stands on it does what can be done without; see [Bus.Ready].
func Open(ctx context.Context, o Options) (*Bus, error) {
	if err := o.complete(); err != nil {
		return nil, fmt.Errorf("bus: %w", err)
	}
	b := &Bus{opts: o, log: o.Log, now: o.Now, ready: make(chan struct{}),
		queues: map[string]bool{}, schedules: map[string]*timetable{}}
	b.ctx, b.stop = context.WithCancel(context.Background())
	b.work, b.abandon = context.WithCancel(context.Background())
	var err error
	if o.URL == "" {
		err = b.embed(ctx)
	} else {
		b.conn, err = nats.Connect(o.URL, b.remote()...)
	}
	if err == nil {
		b.js, err = jetstream.New(b.conn, jetstream.WithDefaultTimeout(apiTimeout))
	}
	if err != nil {
		b.Close()
		return nil, fmt.Errorf("bus: %w", err)
	}
	b.spawn(b.prepare)
	return b, nil
}

// apiTimeout is how long one question to JetStream waits for its answer.
const apiTimeout = 5 * time.Second

func (o *Options) complete() error {
	if o.Node == "" {
		name, err := os.Hostname()
		if err != nil {
			return fmt.Errorf("the host has no name (%w): give the node one", err)
		}
		o.Node = name
	}
	if !nodeName.MatchString(o.Node) {
		return fmt.Errorf("node %q: a name has letters, digits, - and _ and is at most 60 long", o.Node)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Duplicates == 0 {
		o.Duplicates = 10 * time.Minute
	}
	if o.Drain == 0 {
		o.Drain = 10 * time.Second
	}
	if o.Replicas == 0 {
		o.Replicas = 1
		if o.Cluster != nil {
			o.Replicas = 3
		}
	}
	switch {
	case o.Replicas != 1 && o.Replicas != 3 && o.Replicas != 5:
		return fmt.Errorf("%d replicas: 1, 3 or 5, so that a majority can be had", o.Replicas)
	case o.URL == "" && o.Dir == "":
		return errors.New("neither a folder nor the URL of a cluster is given")
	case len(o.Key) > 0 && len(o.Key) < 16:
		return fmt.Errorf("the key has %d bytes: at least 16", len(o.Key))
	case o.URL == "" && o.Cluster == nil && o.Replicas > 1:
		return fmt.Errorf("%d replicas and no cluster to lie in", o.Replicas)
	}
	if o.URL == "" && o.Cluster != nil {
		return o.Cluster.check()
	}
	return nil
}

var nodeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,59}$`)

// remote are the options of a connection to a cluster of its own.
func (b *Bus) remote() []nats.Option {
	options := append(b.watched(), nats.RetryOnFailedConnect(true))
	if b.opts.Credentials != "" {
		options = append(options, nats.UserCredentials(b.opts.Credentials))
	}
	if b.opts.TLS != nil {
		options = append(options, nats.Secure(b.opts.TLS))
	}
	return options
}

// watched are the options of every connection: it is made again for ever.
func (b *Bus) watched() []nats.Option {
	return []nats.Option{
		nats.Name("intikhab " + b.opts.Node),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(200 * time.Millisecond),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil {
				b.log.Warn("bus: connection lost", "error", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("bus: connected again") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Debug("bus: connection", "error", err)
		}),
	}
}

// Node is this node's name.
func (b *Bus) Node() string { return b.opts.Node }

// Ready waits until messages can be sent: until the streams are there, for which a
// cluster needs a majority of its nodes. It returns why they are not when ctx ends.
func (b *Bus) Ready(ctx context.Context) error {
	select {
	case <-b.ready:
		return nil
	default:
	}
	select {
	case <-b.ready:
		return nil
	case <-b.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		b.mu.Lock()
		defer b.mu.Unlock()
		if b.failure != nil {
			return fmt.Errorf("bus: not ready: %w", b.failure)
		}
		return fmt.Errorf("bus: not ready: %w", ctx.Err())
	}
}

// ErrClosed is returned by what needs an open bus.
var ErrClosed = errors.New("bus: closed")

// spawn runs f until it returns, which it does soon after b.ctx ends. It reports
// false, and runs nothing, on a closed bus.
func (b *Bus) spawn(f func()) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return false
	}
	b.group.Go(f)
	return true
}

// Go runs f as a part of the bus: its context ends when Close begins, and Close waits
// for it to return. It reports false, and runs nothing, on a closed bus.
func (b *Bus) Go(f func(ctx context.Context)) bool {
	return b.spawn(func() { f(b.ctx) })
}

// Close takes up nothing more, lets handlers finish for Options.Drain, then ends
// their contexts and waits for them. After it returns, nothing of the bus runs,
// and its folder may be opened by another process.
func (b *Bus) Close() error {
	b.mu.Lock()
	if b.closed {
		b.mu.Unlock()
		return nil
	}
	b.closed = true
	b.mu.Unlock()
	b.stop()
	late := time.AfterFunc(b.opts.Drain, b.abandon)
	b.group.Wait()
	late.Stop()
	b.abandon()
	var err error
	if b.conn != nil {
		if b.conn.IsConnected() {
			err = b.conn.FlushTimeout(apiTimeout) // the last acknowledgements
		}
		b.conn.Close()
	}
	if b.server != nil {
		b.server.Shutdown()
		b.server.WaitForShutdown()
	}
	if b.lock != nil {
		b.lock.Close()
	}
	return err
}

// pause waits, and reports false when the bus closes meanwhile.
func (b *Bus) pause(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-b.ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
