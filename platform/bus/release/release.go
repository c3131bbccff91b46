// Package release is the way in which a file that all nodes must use at the same time,
// such as the frozen roll, reaches them and is switched in. It is published once, into
// the bus's object store; each node fetches it, compares its SHA-256, has its owner
// verify it, and says that it has it; when all that live have it, all switch.
// TestAllOrNone shows that none switches before all have it, and TestKilledMember what
// becomes of it when a node dies.
//
// # Rules
//
//   - A node lives while it says so every few seconds. One that has been silent for
//     Options.Lapse is not waited for. When it comes back it gets what is current, and
//     uses nothing else from then on.
//   - A node that lives and cannot use the file (its verification fails, its disk is
//     full) holds the release up: nobody switches, and [Member.Status] names the node
//     and its reason. It tries again what may mend itself; else the release is
//     withdrawn, published again, or switched in without that node by [Member.Force].
//   - Time alone never switches anything. After Options.Patience the log names who is
//     missing, and so does Status.
//   - The switch is one write. Nodes learn it by an event, within milliseconds; between
//     the first and the last both files are in use. A node that is cut off goes on with
//     the one that it has.
//   - A node that starts where the bus has no majority uses the file that it used last.
//
// It knows nothing of what the file is: how it is verified and put to use are functions
// of whoever joins.
package release

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"intikhab/platform/bus"
)

// Options say what a node wants of a release.
type Options struct {
	Name string // of what is released, the same on all nodes, such as "roll"
	Dir  string // folder for this node's copies; no other files belong in it
	Node string // this node's name; the bus's if empty

	// Verify says whether this node can use the file at path. An error is told to all,
	// so it names no person.
	Verify func(ctx context.Context, path string) error
	// Switch puts the file at path to use instead of the one before. It is called again
	// after it has failed.
	Switch func(ctx context.Context, r Release, path string) error

	Heartbeat time.Duration // how often a node says that it lives; 5 s if zero
	Lapse     time.Duration // after how long a silent node counts as dead; 30 s if zero; the first node ever to join has the say
	Patience  time.Duration // after how long the log names who is missing; 10 min if zero

	Log *slog.Logger     // nil: nothing is logged
	Now func() time.Time // nil: time.Now
}

// A Release is one file as it was published.
type Release struct {
	ID        string    `json:"id"` // of this publication
	SHA256    string    `json:"sha256"`
	Size      int64     `json:"size"` // bytes
	Note      string    `json:"note"` // what the publisher says it is
	Node      string    `json:"node"` // where it was published
	Published time.Time `json:"published"`
	Switched  time.Time `json:"switched,omitzero"` // when all had it
}

// A Member is a node that takes part. It does so until the bus is closed.
type Member struct {
	bus    *bus.Bus
	opts   Options
	log    *slog.Logger
	now    func() time.Time
	states jetstream.KeyValue
	nodes  jetstream.KeyValue
	store  jetstream.ObjectStore
	open   chan struct{} // closed when those three are there
	nudge  chan struct{} // something has changed

	mu   sync.Mutex
	self Node

	// Of run alone:
	told   string // the release whose lateness was logged
	failed struct {
		id    string // the release that could not be fetched
		wait  time.Duration
		again time.Time
		err   error
	}
}

var name = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

// Names of buckets. The nodes' forgets who is silent, the states' forgets nothing.
const (
	stateBucket = "intikhab-releases"
	nodeBucket  = "intikhab-nodes-"
	objectStore = "intikhab-files"
)

// Join has this node take part. If it used a file before, that is verified and put to
// use again before Join returns, whatever the bus is doing; all else happens in the
// background.
func Join(ctx context.Context, b *bus.Bus, o Options) (*Member, error) {
	if !name.MatchString(o.Name) {
		return nil, fmt.Errorf("release %q: a name has small letters, digits and -", o.Name)
	}
	if o.Node == "" {
		o.Node = b.Node()
	}
	if o.Heartbeat == 0 {
		o.Heartbeat = 5 * time.Second
	}
	if o.Lapse == 0 {
		o.Lapse = 30 * time.Second
	}
	if o.Patience == 0 {
		o.Patience = 10 * time.Minute
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("release %s: %w", o.Name, err)
	}
	m := &Member{bus: b, opts: o, log: o.Log.With("release", o.Name), now: o.Now,
		open: make(chan struct{}), nudge: make(chan struct{}, 1), self: Node{Node: o.Node}}
	if err := m.resume(ctx); err != nil {
		m.log.Warn("the file that was used last cannot be used again", "error", err)
	}
	if err := b.Listen(m.subject(), func(context.Context, bus.Event) { m.stir() }); err != nil {
		return nil, err
	}
	if !b.Go(m.run) {
		return nil, bus.ErrClosed
	}
	return m, nil
}

func (m *Member) subject() string { return "release." + m.opts.Name }

func (m *Member) stir() {
	select {
	case m.nudge <- struct{}{}:
	default:
	}
}

// Publish takes the file at path into the object store and proposes it to all nodes.
// When it returns nil, every node that lives will get it; Status tells how far they
// are. A release that is still on its way is replaced. The file that is in use already
// is not released again.
func (m *Member) Publish(ctx context.Context, path, note string) (Release, error) {
	fail := func(err error) (Release, error) {
		return Release{}, fmt.Errorf("release %s of %s: %w", m.opts.Name, path, err)
	}
	if err := m.ready(ctx); err != nil {
		return fail(err)
	}
	r := Release{ID: rand.Text(), Note: note, Node: m.opts.Node, Published: m.now().UTC()}
	var err error
	if r.SHA256, r.Size, err = sum(ctx, path); err != nil {
		return fail(err)
	}
	if s, _, err := m.state(ctx); err != nil {
		return fail(err)
	} else if s.Current != nil && s.Current.SHA256 == r.SHA256 && s.Proposed == nil {
		return *s.Current, nil
	}
	err = m.persist(ctx, func() error { return m.upload(ctx, path, r) })
	if err == nil {
		err = m.persist(ctx, func() error {
			return m.change(ctx, func(s *state) error {
				s.Proposed = &r
				return nil
			})
		})
	}
	if err != nil {
		return fail(err)
	}
	m.log.Info("published", "sha256", r.SHA256, "bytes", r.Size)
	return r, nil
}

// persist does something again that fails, for a while: when a node has just died,
// nobody may answer until the others have chosen another leader.
func (m *Member) persist(ctx context.Context, f func() error) (err error) {
	for i := range 10 {
		if err = f(); err == nil || ctx.Err() != nil || errors.Is(err, os.ErrNotExist) || !pause(ctx, time.Duration(i+1)*100*time.Millisecond) {
			return err
		}
		m.log.Debug("published again", "error", err)
	}
	return err
}

// ErrGone is returned for a release that is not, or no longer, the one proposed.
var ErrGone = errors.New("this release is not on its way: it was switched in, replaced or withdrawn")

// Withdraw takes back a release that is not switched in yet. Nodes keep what they use.
func (m *Member) Withdraw(ctx context.Context, id string) error {
	return m.decide(ctx, id, func(s *state) { s.Proposed = nil })
}

// Force switches a release in although not all have it. Those that have not get it as
// late ones do. It is for an officer who has read in Status who is missing, and why.
func (m *Member) Force(ctx context.Context, id string) error {
	return m.decide(ctx, id, func(s *state) { s.switchIn(m.now()) })
}

func (m *Member) decide(ctx context.Context, id string, f func(*state)) error {
	if err := m.ready(ctx); err != nil {
		return err
	}
	return m.change(ctx, func(s *state) error {
		if s.Proposed == nil || s.Proposed.ID != id {
			return ErrGone
		}
		f(s)
		return nil
	})
}

// ready waits for the bus and its buckets.
func (m *Member) ready(ctx context.Context) error {
	if err := m.bus.Ready(ctx); err != nil {
		return err
	}
	select {
	case <-m.open:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
