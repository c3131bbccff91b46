package release

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

// state is what all nodes agree on, one value in the bucket, changed only by a write
// that names what it changes.
type state struct {
	Current  *Release `json:"current,omitempty"`
	Proposed *Release `json:"proposed,omitempty"`
	Previous *Release `json:"previous,omitempty"` // kept for those who still use it
}

func (s *state) switchIn(now time.Time) {
	s.Proposed.Switched = now.UTC()
	s.Previous, s.Current, s.Proposed = s.Current, s.Proposed, nil
}

// A Node is what a node says of itself.
type Node struct {
	Node    string   `json:"node"`
	Have    []string `json:"have,omitempty"`    // SHA-256 of files that it has and has verified
	Uses    string   `json:"uses,omitempty"`    // of the file in use
	Refuses string   `json:"refuses,omitempty"` // ID of a release that it cannot use
	Reason  string   `json:"reason,omitempty"`  // why
}

// A Status is how far a release is.
type Status struct {
	Current  *Release // nil: nothing was ever switched in
	Proposed *Release // nil: nothing is on its way
	Nodes    []Node   // that live, by name
	Missing  []string // nodes that live and do not have the proposed file yet
	Late     bool     // some have been missing for longer than Options.Patience
}

// Status asks how far the release is.
func (m *Member) Status(ctx context.Context) (s Status, err error) {
	if err := m.ready(ctx); err != nil {
		return s, err
	}
	st, _, err := m.state(ctx)
	if err != nil {
		return s, err
	}
	s.Current, s.Proposed = st.Current, st.Proposed
	if s.Nodes, err = m.living(ctx); err != nil {
		return s, err
	}
	if s.Proposed != nil {
		s.Missing = missing(s.Nodes, s.Proposed.SHA256)
		s.Late = len(s.Missing) > 0 && m.now().Sub(s.Proposed.Published) > m.opts.Patience
	}
	return s, nil
}

// missing are the nodes that do not have a file.
func missing(nodes []Node, sha256 string) (names []string) {
	for _, n := range nodes {
		if !slices.Contains(n.Have, sha256) {
			names = append(names, n.Node)
		}
	}
	return names
}

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// readState reads what may come from anybody on a cluster's connection. The sum
// becomes a file's name, so it is one.
func readState(value []byte) (s state, err error) {
	if err := json.Unmarshal(value, &s); err != nil {
		return state{}, fmt.Errorf("the state of a release is not to be understood: %w", err)
	}
	for _, r := range []*Release{s.Current, s.Proposed, s.Previous} {
		if r != nil && (!hexSum.MatchString(r.SHA256) || r.Size < 0 || r.ID == "") {
			return state{}, errors.New("the state of a release names a file without its sum, size or ID")
		}
	}
	return s, nil
}

// state reads it, with the revision that a change names.
func (m *Member) state(ctx context.Context) (state, uint64, error) {
	entry, err := m.states.Get(ctx, m.opts.Name)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return state{}, 0, nil
	}
	if err != nil {
		return state{}, 0, err
	}
	s, err := readState(entry.Value())
	return s, entry.Revision(), err
}

// change changes the state, again if another node did so meanwhile, and tells all.
func (m *Member) change(ctx context.Context, f func(*state) error) (err error) {
	for range 20 {
		s, revision, err := m.state(ctx)
		if err == nil {
			err = f(&s)
		}
		if err != nil {
			return err
		}
		value, err := json.Marshal(s)
		if err != nil {
			return err
		}
		if revision == 0 {
			_, err = m.states.Create(ctx, m.opts.Name, value)
		} else {
			_, err = m.states.Update(ctx, m.opts.Name, value, revision)
		}
		if err == nil {
			return m.tell(ctx)
		}
		if !errors.Is(err, jetstream.ErrKeyExists) {
			return err
		}
	}
	return fmt.Errorf("release %s is being changed by others all the time: try again", m.opts.Name)
}

func (m *Member) tell(ctx context.Context) error { return m.bus.Tell(ctx, m.subject(), nil) }

// living are the nodes that have said something within Lapse, by name.
func (m *Member) living(ctx context.Context) ([]Node, error) {
	keys, err := m.nodes.ListKeysFiltered(ctx, m.opts.Name+".*")
	if err != nil {
		return nil, err
	}
	defer keys.Stop()
	var names []string
	for key := range keys.Keys() {
		names = append(names, key)
	}
	var all []Node
	for _, key := range names {
		entry, err := m.nodes.Get(ctx, key)
		if errors.Is(err, jetstream.ErrKeyNotFound) {
			continue // it lapsed meanwhile
		}
		if err != nil {
			return nil, err
		}
		n, err := readNode(entry.Value())
		if err != nil {
			return nil, err
		}
		all = append(all, n)
	}
	slices.SortFunc(all, func(x, y Node) int { return strings.Compare(x.Node, y.Node) })
	return all, nil
}

func readNode(value []byte) (n Node, err error) {
	if err = json.Unmarshal(value, &n); err != nil || n.Node == "" {
		return Node{}, fmt.Errorf("what a node says of itself is not to be understood: %w", errors.Join(err, errors.New("it has no name")))
	}
	return n, nil
}
