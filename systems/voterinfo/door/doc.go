// Package door carries questions to the one answer of 8300 (package voterinfo)
// and answers back, over HTTP: a look-up interface for programs, described by an
// OpenAPI 3.1 document; a webhook for SMS gateways that speak no SMPP; and the
// public look-up page, in English and Urdu, which ships no script at all.
//
// A CNIC never stands in a URL that this package makes, and the access log holds
// no URL at all but the route's pattern. The one exception is the GET form of the
// webhook, which Kannel prescribes: see [Door.kannel]. What it never does: decide
// what is answered, or to whom. TestDocumentMatchesRoutes shows that the document
// and the routes agree.
package door
