package console

import (
	"fmt"
	"net/http"

	"intikhab/platform/sms"
	"intikhab/platform/web"
)

// healthz answers that the process lives. A service manager restarts it when this
// fails, so nothing outside the process may make it fail.
func (c *Console) healthz(w http.ResponseWriter, r *http.Request) {
	web.WriteJSON(w, http.StatusOK, "application/json", map[string]bool{"alive": true})
}

// readiness is the answer of /readyz.
type readiness struct {
	Ready   bool     `json:"ready"`
	Reasons []reason `json:"reasons"` // why not; empty when ready
}

type reason struct {
	Code   string `json:"code"` // no_roll, operator_down
	Detail string `json:"detail"`
}

// readyz answers whether questions can be answered: a roll is loaded, and each
// operator has a bind that receives and one that sends. The look is taken now, not
// at the last sample.
func (c *Console) readyz(w http.ResponseWriter, r *http.Request) {
	out := c.readiness()
	web.WriteJSON(w, out.status(), "application/json", out)
}

// readyPlain answers /readyz without the reasons, which are the operator's.
func (c *Console) readyPlain(w http.ResponseWriter, r *http.Request) {
	out := c.readiness()
	web.WriteJSON(w, out.status(), "application/json", map[string]bool{"ready": out.Ready})
}

// Health is the table for a listener that the public reaches, such as a load
// balancer's: alive or not, ready or not, and nothing of why.
func (c *Console) Health() []web.Route {
	return []web.Route{
		{Method: http.MethodGet, Path: "/healthz", Act: "service.health", Handler: c.healthz, Machine: true},
		{Method: http.MethodGet, Path: "/readyz", Act: "service.health", Handler: c.readyPlain, Machine: true},
	}
}

func (c *Console) readiness() readiness {
	out := readiness{Reasons: []reason{}}
	if c.cfg.Answers().Roll == nil {
		out.Reasons = append(out.Reasons, reason{"no_roll", "No roll is loaded: see roll.file in the settings, or intikhab roll publish."})
	}
	if c.cfg.Gateway != nil {
		for _, o := range c.cfg.Gateway().Operators {
			if receives, sends := o.Bound(); !receives || !sends {
				out.Reasons = append(out.Reasons, reason{"operator_down", fmt.Sprintf(
					"Operator %s: no bind is up that %s; %s.", o.Name, lacks(receives, sends), lastFailure(o))})
			}
		}
	}
	out.Ready = len(out.Reasons) == 0
	return out
}

func (r readiness) status() int {
	if r.Ready {
		return http.StatusOK
	}
	return http.StatusServiceUnavailable
}

func lacks(receives, sends bool) string {
	switch {
	case !receives && !sends:
		return "receives or sends"
	case !receives:
		return "receives"
	}
	return "sends"
}

func lastFailure(o sms.OperatorSnapshot) string {
	for _, b := range o.Binds {
		if b.State != sms.Bound && b.Failure != "" {
			return "the last failure of " + b.Name + " was: " + b.Failure
		}
	}
	return "no failure is known yet"
}
