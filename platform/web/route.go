package web

import (
	"net/http"
	"time"
)

// An Act is what a route or a command does, as the table of permissions names it:
// "roll.freeze". Who may do it, and where, stands in that table and nowhere else.
type Act string

// A Route is one line of a system's table of routes.
type Route struct {
	Method string // GET also answers HEAD
	Path   string // as http.ServeMux has it
	Act    Act
	// Area gives the key of the area that a request is about, which must lie in the
	// officer's jurisdiction. If nil, the act is about no area.
	Area    func(*http.Request) string
	Handler http.HandlerFunc
	Machine bool  // answers a program: errors are problem details (RFC 9457), not pages
	Body    int64 // the most bytes of a body; 0 is 16 KiB
	// Public is how long anybody on the way may keep a page that Render answers here,
	// because it is the same for everybody; 0 is not at all. A page that names a
	// visitor is never kept.
	Public time.Duration
}

// defaultBody bounds a body whose route says nothing: the longest honest one is a
// form of text fields.
const defaultBody = 16 << 10

func (r Route) body() int64 {
	if r.Body > 0 {
		return r.Body
	}
	return defaultBody
}

// A Gate stands before every route: it admits a request, or answers it with a
// refusal. Package office has the one that knows officers.
type Gate interface {
	// Knows tells whether the act stands in the table of permissions. A route whose
	// act does not stops the program at its start.
	Knows(act Act) bool
	// Admit returns the request, with whatever it has found out about its sender in
	// the context, and true; or it has answered, and returns false.
	Admit(w http.ResponseWriter, r *http.Request, route Route) (*http.Request, bool)
}
