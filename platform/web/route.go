package web

import "net/http"

// Who may use a route. It stands beside each route so that a reader of the table
// sees it; the route's own handler or listener holds to it.
type Who string

// The kinds of visitor.
const (
	Anyone   Who = "anyone"   // the public, within the limits on how often one may ask
	Gateway  Who = "gateway"  // an SMS gateway that shows the token shared with it
	Operator Who = "operator" // whoever reaches the console's own listener (loopback by default)
)

// A Route is one line of a system's table of routes.
type Route struct {
	Method  string // GET also answers HEAD
	Path    string // as http.ServeMux has it
	Who     Who
	Handler http.HandlerFunc
	Machine bool // answers a program: errors are problem details (RFC 9457), not pages
}
