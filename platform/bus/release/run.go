package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

// run takes part: it says that this node lives, and does what the state asks for
// whenever something has changed, and at every heartbeat in any case.
func (m *Member) run(ctx context.Context) {
	for m.prepare(ctx) != nil {
		if !pause(ctx, time.Second) {
			return
		}
	}
	close(m.open)
	beating := make(chan struct{})
	go func() { // while a file is being fetched, too
		defer close(beating)
		for {
			if err := m.beat(ctx); err != nil && ctx.Err() == nil {
				m.log.Debug("this node cannot say that it lives", "error", err)
			}
			if !pause(ctx, m.opts.Heartbeat) {
				return
			}
		}
	}()
	defer func() { <-beating }()
	tick := time.NewTicker(m.opts.Heartbeat)
	defer tick.Stop()
	for {
		if err := m.step(ctx); err != nil && ctx.Err() == nil {
			m.log.Warn("this node cannot take part, and tries again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-m.nudge:
		}
	}
}

func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func (m *Member) prepare(ctx context.Context) (err error) {
	if err = m.bus.Ready(ctx); err != nil {
		return err
	}
	if m.states, err = m.bus.Bucket(ctx, stateBucket, 0); err != nil {
		return err
	}
	if m.nodes, err = m.bus.Bucket(ctx, nodeBucket+m.opts.Name, m.opts.Lapse); err != nil {
		return err
	}
	m.store, err = m.bus.Store(ctx, objectStore)
	return err
}

// step does what there is to do, once: fetch what is proposed, use what is current,
// and write the switch if all have it. All nodes do so; the first write counts.
func (m *Member) step(ctx context.Context) error {
	s, _, err := m.state(ctx)
	if err != nil {
		return err
	}
	var unused error // does not keep this node from the next release, which may mend it
	if s.Current != nil && m.uses() != s.Current.SHA256 {
		if unused = m.use(ctx, *s.Current); unused != nil && ctx.Err() == nil {
			m.refuse(ctx, *s.Current, unused)
		}
	}
	if s.Proposed != nil {
		if err := m.take(ctx, *s.Proposed); err != nil {
			return errors.Join(unused, err)
		}
		if err := m.agree(ctx, *s.Proposed); err != nil {
			return errors.Join(unused, err)
		}
	}
	return errors.Join(unused, m.tidy(s))
}

// mostWait is the longest wait before a file is fetched again that could not be.
const mostWait = 5 * time.Minute

// get is fetch, that is not tried at every heartbeat when it has failed.
func (m *Member) get(ctx context.Context, r Release) error {
	if m.failed.id == r.ID && time.Now().Before(m.failed.again) {
		return m.failed.err
	}
	err := m.fetch(ctx, r)
	if err != nil {
		if m.failed.id != r.ID {
			m.failed.id, m.failed.wait = r.ID, m.opts.Heartbeat
		}
		m.failed.wait = min(2*m.failed.wait, mostWait)
		m.failed.again, m.failed.err = time.Now().Add(m.failed.wait), err
	}
	return err
}

// take fetches and verifies a file if this node does not have it, and says so.
func (m *Member) take(ctx context.Context, r Release) error {
	if m.has(r.SHA256) || m.refusesForGood(r) {
		return nil
	}
	err := m.get(ctx, r)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		m.refuse(ctx, r, err)
		return nil // it is said in Status; the others are not kept from their part
	}
	m.mu.Lock()
	m.self.Have = append(m.self.Have, r.SHA256)
	if m.self.Refuses == r.ID {
		m.self.Refuses, m.self.Reason = "", ""
	}
	m.mu.Unlock()
	m.log.Info("this node has the release", "sha256", r.SHA256)
	return m.report(ctx)
}

// agree writes the switch when all nodes that live have the file.
func (m *Member) agree(ctx context.Context, r Release) error {
	if !m.has(r.SHA256) {
		return nil
	}
	nodes, err := m.living(ctx)
	if err != nil {
		return err
	}
	names := missing(nodes, r.SHA256)
	if len(names) > 0 || len(nodes) == 0 {
		if late := m.now().Sub(r.Published); late > m.opts.Patience && m.told != r.ID && len(names) > 0 {
			m.told = r.ID
			m.log.Warn("a release waits for nodes that live and do not have it: see its status, mend them, or switch it in without them", "nodes", names, "waiting", late.Round(time.Second))
		}
		return nil
	}
	err = m.change(ctx, func(s *state) error {
		if s.Proposed == nil || s.Proposed.ID != r.ID {
			return ErrGone // another node was quicker
		}
		s.switchIn(m.now())
		return nil
	})
	if errors.Is(err, ErrGone) {
		err = nil
	} else if err == nil {
		m.log.Info("all have the release: all switch", "sha256", r.SHA256)
		if err := m.tidyStore(ctx); err != nil {
			m.log.Warn("old files stay in the object store", "error", err)
		}
	}
	m.stir()
	return err
}

// use puts the current file to use.
func (m *Member) use(ctx context.Context, r Release) error {
	if !m.has(r.SHA256) {
		if err := m.get(ctx, r); err != nil {
			return err
		}
	}
	if err := m.opts.Switch(ctx, r, m.path(r.SHA256)); err != nil {
		return fmt.Errorf("it could not be put to use: %w", err)
	}
	if err := m.remember(r); err != nil {
		m.log.Warn("which file is in use could not be written down, and a start without the bus would not find it", "error", err)
	}
	m.mu.Lock()
	m.self.Uses = r.SHA256
	if !slices.Contains(m.self.Have, r.SHA256) {
		m.self.Have = append(m.self.Have, r.SHA256)
	}
	if m.self.Refuses == r.ID {
		m.self.Refuses, m.self.Reason = "", ""
	}
	m.mu.Unlock()
	m.log.Info("this node uses the release", "sha256", r.SHA256)
	return m.report(ctx)
}

// errUnfit is a failure that trying again does not mend.
var errUnfit = errors.New("verification failed")

// refuse says to all why this node cannot use a release.
func (m *Member) refuse(ctx context.Context, r Release, why error) {
	reason := strings.Join(strings.Fields(why.Error()), " ")
	m.mu.Lock()
	same := m.self.Refuses == r.ID && m.self.Reason == reason
	m.self.Refuses, m.self.Reason = r.ID, reason
	m.mu.Unlock()
	if same {
		return
	}
	m.log.Error("this node cannot use the release, and so holds it up", "sha256", r.SHA256, "error", reason)
	if err := m.report(ctx); err != nil {
		m.log.Debug("the refusal is told with the next heartbeat", "error", err)
	}
}

func (m *Member) refusesForGood(r Release) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.self.Refuses == r.ID && strings.HasPrefix(m.self.Reason, errUnfit.Error())
}

func (m *Member) has(sha256 string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Contains(m.self.Have, sha256)
}

func (m *Member) uses() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.self.Uses
}

// beat says that this node lives, and what it has.
func (m *Member) beat(ctx context.Context) error {
	m.mu.Lock()
	value, err := json.Marshal(m.self)
	m.mu.Unlock()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, max(m.opts.Heartbeat, time.Second))
	defer cancel()
	_, err = m.nodes.Put(ctx, m.opts.Name+"."+strings.ReplaceAll(m.opts.Node, ".", "_"), value)
	return err
}

// report is a beat that the others hear of at once.
func (m *Member) report(ctx context.Context) error {
	if err := m.beat(ctx); err != nil {
		return err
	}
	return m.tell(ctx)
}

// tidy deletes copies that nothing refers to any more. The previous one stays, for
// what still reads from it.
func (m *Member) tidy(s state) error {
	keep := map[string]bool{m.uses(): true}
	for _, r := range []*Release{s.Current, s.Proposed, s.Previous} {
		if r != nil {
			keep[r.SHA256] = true
		}
	}
	entries, err := os.ReadDir(m.opts.Dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if sha256, ok := m.copyOf(e.Name()); ok && !keep[sha256] {
			m.mu.Lock()
			m.self.Have = slices.DeleteFunc(m.self.Have, func(have string) bool { return have == sha256 })
			m.mu.Unlock()
			if err := os.Remove(m.path(sha256)); err != nil {
				return err
			}
		}
	}
	return nil
}
