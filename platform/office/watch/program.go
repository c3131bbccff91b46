package watch

import (
	"net/http"
	"time"

	"intikhab/platform/web"
)

// standing is how the machinery stands, for a program that watches it with a token.
// Well is false where the first page would say that something is wrong.
type standing struct {
	Well   bool      `json:"well"`
	At     time.Time `json:"at"`
	Ledger *record   `json:"ledger,omitempty"` // missing where another node keeps it
	Bus    *queued   `json:"bus,omitempty"`    // missing where it cannot be reached
}

type record struct {
	Origin    string    `json:"origin"`
	Published uint64    `json:"published"`
	Since     time.Time `json:"published_at"`
	Cosigned  []string  `json:"cosigned"`
	Sealed    int64     `json:"rows_sealed"`
	Unsealed  int64     `json:"rows_unsealed"`
}

type queued struct {
	Node    string            `json:"node"`
	Nodes   int               `json:"nodes"`
	Outbox  int               `json:"outbox"`
	Waiting map[string]uint64 `json:"waiting"` // by queue
	Dead    map[string]uint64 `json:"dead"`    // by queue; only those that have some
}

// program answers with the first page's facts as JSON.
func (w *Watch) program(rw http.ResponseWriter, r *http.Request) {
	v := w.look(r)
	out := standing{Well: len(v.Notices) == 0, At: v.Now.UTC()}
	if v.Origin != "" {
		out.Ledger = &record{v.Origin, v.Log.Published, v.Log.At.UTC(), append([]string{}, v.Log.Cosigned...), v.Sealer.Sealed, v.Sealer.Waiting}
	}
	if v.Reached {
		out.Bus = &queued{Node: v.Bus.Node, Nodes: v.Bus.Nodes, Outbox: v.Bus.Outbox.Waiting, Waiting: map[string]uint64{}, Dead: map[string]uint64{}}
		for _, q := range v.Bus.Queues {
			out.Bus.Waiting[q.Queue] = q.Waiting
			if q.Dead > 0 {
				out.Bus.Dead[q.Queue] = q.Dead
			}
		}
	}
	web.WriteJSON(rw, http.StatusOK, "application/json", out)
}
