package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"intikhab/platform/bus/release"
)

// joinRelease has 8300 on this node take the rolls that any node publishes, and use
// none before all nodes have it.
func (n *node) joinRelease(ctx context.Context) (*release.Member, error) {
	roll := func(path string) rollConfig {
		r := n.cfg.Roll
		r.File = path
		return r
	}
	return release.Join(ctx, n.bus, release.Options{
		Name: "roll", Dir: filepath.Join(n.cfg.State.Dir, "release"), Node: n.cfg.Bus.Node, Log: n.log,
		Verify: func(_ context.Context, path string) error {
			_, err := roll(path).open()
			return err
		},
		// The settings' file becomes the new roll first: the next start must not begin
		// with the one before.
		Switch: func(_ context.Context, _ release.Release, path string) error {
			if err := replaceFile(n.cfg.Roll.File, path); err != nil {
				return err
			}
			opened, err := n.cfg.Roll.open()
			if err != nil {
				return err
			}
			n.voters.take(opened, n.state)
			return nil
		},
	})
}

// releaseRoll brings the roll in the settings' file to all nodes, and follows it until
// it is in use or a node cannot use it; then it is withdrawn, and nobody's changes.
func (n *node) releaseRoll(ctx context.Context) {
	fail := func(err error) {
		n.log.Error("the new roll is not taken; all nodes answer from the one before", "error", err)
		n.state.tell(published{Error: err.Error()})
	}
	opened, err := n.cfg.Roll.open()
	if err != nil {
		fail(err)
		return
	}
	info := opened.Info()
	go func() {
		if err := n.bring(ctx, n.cfg.Roll.File, info.Name+" "+info.Root); err != nil {
			if ctx.Err() == nil {
				fail(err)
			}
			return
		}
		n.state.tell(published{Root: info.Root}) // also where it was in use already
	}()
}

// followEvery is how often it is asked how far a release is.
const followEvery = 250 * time.Millisecond

// bring has all nodes of 8300 answer from an index: this one alone, or all by the bus.
// After it returns nil they do. A node that cannot use it has it withdrawn, and nobody's
// roll changes.
func (n *node) bring(ctx context.Context, path, note string) error {
	if n.release == nil {
		if err := replaceFile(n.cfg.Roll.File, path); err != nil {
			return err
		}
		opened, err := n.cfg.Roll.open()
		if err != nil {
			return err
		}
		n.voters.take(opened, n.state)
		return nil
	}
	r, err := n.release.Publish(ctx, path, note)
	if err != nil {
		return err
	}
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		s, err := n.release.Status(ctx) // fails where there is no majority just now
		if err == nil {
			if done, err := n.released(ctx, r, s); done {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// released tells whether a release has come to its end, and how.
func (n *node) released(ctx context.Context, r release.Release, s release.Status) (done bool, err error) {
	if s.Proposed == nil || s.Proposed.ID != r.ID {
		if s.Current != nil && s.Current.SHA256 == r.SHA256 {
			return true, nil
		}
		return true, errors.New("another roll was released meanwhile")
	}
	for _, other := range s.Nodes {
		if other.Refuses == r.ID {
			err := fmt.Errorf("node %s cannot use it: %s", other.Node, other.Reason)
			if withdrawErr := n.release.Withdraw(ctx, r.ID); withdrawErr != nil {
				err = fmt.Errorf("%w (and it could not be withdrawn: %v)", err, withdrawErr)
			}
			return true, err
		}
	}
	return false, nil
}
