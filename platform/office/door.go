package office

import (
	"net/http"
	"slices"

	"intikhab/platform/web"
)

// Door is a gate for a listener that no officer signs in at: it admits the acts
// of the roles that are the way in, and refuses all others.
func Door(roles ...Role) web.Gate {
	d := door{}
	for _, p := range Permissions() {
		if slices.Contains(roles, p.Role) {
			d[p.Act] = true
		}
	}
	return d
}

type door map[web.Act]bool

func (door) Knows(act web.Act) bool { return Known(act) }

func (d door) Admit(w http.ResponseWriter, r *http.Request, route web.Route) (*http.Request, bool) {
	if d[route.Act] {
		return r, true
	}
	web.NewProblem(http.StatusForbidden, "forbidden", "Not allowed here",
		"This act is for officers who have signed in, and nobody signs in at this address.").Write(w, r)
	return nil, false
}
