package ledger

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/transparency-dev/tessera"
	"k8s.io/klog/v2"

	"intikhab/platform/ledger/checkpoint"
)

// witnessGroup says the policy in tessera's words.
func witnessGroup(p *checkpoint.Policy) (tessera.WitnessGroup, error) {
	var group func(q checkpoint.Quorum) (tessera.WitnessGroup, error)
	group = func(q checkpoint.Quorum) (tessera.WitnessGroup, error) {
		if q.Witness >= 0 {
			q = checkpoint.Quorum{Witness: -1, N: 1, Members: []checkpoint.Quorum{q}}
		}
		g := tessera.NewWitnessGroup(0)
		for _, m := range q.Members {
			if m.Witness < 0 {
				inner, err := group(m)
				if err != nil {
					return g, err
				}
				g.Components = append(g.Components, inner)
				continue
			}
			w := p.Witnesses[m.Witness]
			at, err := url.Parse(w.URL)
			if err != nil {
				return g, err
			}
			one, err := tessera.NewWitness(w.Key, at)
			if err != nil {
				return g, fmt.Errorf("witness %q: %w", w.Name, err)
			}
			g.Components = append(g.Components, one)
		}
		g.N = q.N
		return g, nil
	}
	return group(p.Quorum)
}

// A witnessClient carries tessera's requests to the witnesses, bounds what they can
// answer, and remembers who failed. Tessera itself says so only in its own log.
type witnessClient struct {
	transport *http.Transport
	log       *slog.Logger
	names     map[string]string // by scheme and host and path

	mu     sync.Mutex
	failed map[string]string // by name
}

const maxWitnessAnswer = 64 << 10

func newWitnessClient(p *checkpoint.Policy, timeout time.Duration, log *slog.Logger) *witnessClient {
	c := &witnessClient{log: log, names: map[string]string{}, failed: map[string]string{},
		transport: &http.Transport{Proxy: http.ProxyFromEnvironment, ResponseHeaderTimeout: timeout, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 2}}
	for _, w := range p.Witnesses {
		if u, err := url.Parse(w.URL); err == nil {
			c.names[u.JoinPath("/add-checkpoint").String()] = w.Name
		}
	}
	return c
}

// RoundTrip implements http.RoundTripper.
func (c *witnessClient) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := c.transport.RoundTrip(r)
	name := c.names[r.URL.String()]
	if err != nil {
		if r.Context().Err() != context.Canceled { // cancelled: the others were a quorum already
			c.note(name, err.Error())
		}
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, maxWitnessAnswer))
	response.Body.Close()
	if err != nil {
		return nil, err
	}
	response.Body = io.NopCloser(bytes.NewReader(body))
	switch {
	case response.StatusCode == http.StatusOK:
		c.note(name, "")
	case response.StatusCode == http.StatusConflict && response.Header.Get("Content-Type") == "text/x.tlog.size":
		// Usual when it missed some checkpoints; tessera asks again from there. It is told
		// if the witness has seen more than we have.
		if seen, err := checkpoint.ParseSize(strings.TrimSpace(string(body))); err == nil && seen > askedSize(r) {
			c.note(name, fmt.Sprintf("it has seen %d entries, more than this log has: the folder was restored from an old copy, or somebody else has the key; stop, and restore the newest copy", seen))
		}
	default:
		c.note(name, "it answered "+response.Status)
	}
	return response, nil
}

// askedSize is the size of the checkpoint in a request.
func askedSize(r *http.Request) uint64 {
	if r.GetBody == nil {
		return 0
	}
	body, err := r.GetBody()
	if err != nil {
		return 0
	}
	text, _ := io.ReadAll(body)
	if _, note, found := bytes.Cut(text, []byte("\n\n")); found {
		if c, err := checkpoint.Parse(note); err == nil {
			return c.Size
		}
	}
	return 0
}

// note remembers how it went, and logs a change.
func (c *witnessClient) note(name, trouble string) {
	c.mu.Lock()
	was := c.failed[name]
	if trouble == "" {
		delete(c.failed, name)
	} else {
		c.failed[name] = trouble
	}
	c.mu.Unlock()
	switch {
	case trouble != "" && was == "":
		c.log.Warn("a witness of the ledger does not cosign", "witness", name, "why", trouble)
	case trouble == "" && was != "":
		c.log.Info("a witness of the ledger cosigns again", "witness", name)
	}
}

func (c *witnessClient) trouble() map[string]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.failed)
}

var quieted sync.Once

// quiet silences tessera's own log, which goes to the standard error of the process:
// whatever in it is of use is told through ours.
func quiet() {
	quieted.Do(func() {
		flags := flag.NewFlagSet("klog", flag.ContinueOnError)
		klog.InitFlags(flags)
		flags.Set("stderrthreshold", "FATAL")
		klog.LogToStderr(false)
		klog.SetOutput(io.Discard)
	})
}
