package sms

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"intikhab/platform/sms/smpp"
)

// Gateway is the short code's connection to all operators.
type Gateway struct {
	handler   Handler
	log       *slog.Logger
	epoch     time.Time
	operators []*operator
	cancel    context.CancelFunc
	running   sync.WaitGroup

	keep     func(context.Context, []Receipt) error // set before Start
	receipts chan receiptRef                        // if keep is set
}

// NewGateway checks the settings and reads the files they name. Nothing is dialled
// before Start.
func NewGateway(cfg Config, handler Handler, log *slog.Logger) (*Gateway, error) {
	if handler == nil {
		return nil, errors.New("sms: no handler to answer the messages")
	}
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	g := &Gateway{handler: handler, log: log, epoch: time.Now()}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(cfg.Operators)) {
		c := cfg.Operators[name].withDefaults()
		c.Name = name
		if err := errors.Join(c.Validate(), c.secrets()); err != nil {
			errs = append(errs, err)
			continue
		}
		g.operators = append(g.operators, newOperator(g, c))
	}
	return g, errors.Join(errs...)
}

func newOperator(g *Gateway, c OperatorConfig) *operator {
	o := &operator{cfg: c, gateway: g, log: g.log.With("operator", c.Name), kick: make(chan struct{}, 1),
		groups: make(map[groupKey]*question), limbo: newLimbo(c.LimboSize, time.Duration(c.LimboExpiry)),
		rate: newLimiter(c.Throughput), idle: make(chan struct{}), refused: make(map[smpp.Status]uint64),
		deferred: make(map[smpp.Status]uint64), naks: make(map[smpp.Status]uint64), receipts: make(map[string]uint64)}
	kinds := []kind{transceiver}
	if c.Mode == ReceiverTransmitter {
		kinds = []kind{receiver, transmitter}
	}
	for i := range c.Binds {
		for _, k := range kinds {
			name := c.Name + "/" + strconv.Itoa(i+1)
			if k != transceiver {
				name += "/" + k.String()
			}
			o.binds = append(o.binds, &bind{operator: o, name: name, kind: k, state: Waiting, since: g.epoch})
		}
	}
	return o
}

// now is the gateway's clock.
func (g *Gateway) now() time.Duration { return time.Since(g.epoch) }

// Start begins to bind to every operator and returns at once. It ends when ctx does,
// without draining, or by Shutdown.
func (g *Gateway) Start(ctx context.Context) {
	ctx, g.cancel = context.WithCancel(ctx)
	if g.keep != nil {
		g.running.Go(func() { g.keepReceipts(ctx) })
	}
	for _, o := range g.operators {
		g.running.Go(func() { o.housekeep(ctx) })
		for _, b := range o.binds {
			g.running.Go(func() { b.run(ctx) })
		}
	}
}

// Shutdown takes in no new question, waits until every question taken in is
// acknowledged or ctx ends, unbinds, and closes. After it returns nothing of the
// gateway runs any more; what was not acknowledged, the SMSC still has.
func (g *Gateway) Shutdown(ctx context.Context) error {
	if g.cancel == nil {
		return nil
	}
	var left int
	var mu sync.Mutex
	var all sync.WaitGroup
	for _, o := range g.operators {
		all.Go(func() {
			n := o.shutdown(ctx)
			mu.Lock()
			left += n
			mu.Unlock()
		})
	}
	all.Wait()
	g.cancel()
	g.running.Wait()
	if left > 0 {
		return fmt.Errorf("sms: %d questions were not answered in time; the operators will bring them again", left)
	}
	return nil
}

// shutdown drains and unbinds, and returns how many questions it left.
func (o *operator) shutdown(ctx context.Context) int {
	o.mu.Lock()
	o.draining = true
	for _, q := range o.groups {
		o.dropGroup(q) // incomplete: the SMSC has its parts
	}
	o.parked = nil
	o.endOutgoing()
	for _, b := range o.binds {
		if b.session != nil {
			b.state, b.since = Draining, time.Now()
		}
	}
	o.signalIdle()
	o.unlock()
	select {
	case <-o.idle:
	case <-ctx.Done():
	}

	o.mu.Lock()
	left := o.pending
	sessions := slices.Clone(o.sessions)
	for _, s := range sessions {
		s.bind.state, s.bind.since = Unbinding, time.Now()
		s.unbindSeq = s.nextSeq()
		s.out = smpp.AppendHeader(s.out, smpp.Unbind, smpp.StatusOK, s.unbindSeq)
		s.touch()
	}
	o.unlock()
	ctx, cancel := context.WithTimeout(ctx, min(2*time.Second, time.Duration(o.cfg.ResponseTimeout)))
	defer cancel()
	for _, s := range sessions {
		select {
		case <-s.unbound:
		case <-ctx.Done():
		}
	}
	return left
}

// signalIdle tells shutdown when nothing is left to wait for.
func (o *operator) signalIdle() {
	if !o.draining || o.pending > 0 || len(o.outgoing) > 0 {
		return
	}
	select {
	case <-o.idle:
	default:
		close(o.idle)
	}
}
