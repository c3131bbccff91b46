// Package web is what every page and every HTTP door of intikhab stands on: a
// page shell in English and Urdu, one catalogue of words, assets that a browser
// keeps by their content, security headers, problem details for machines (RFC
// 9457), and a server with time limits.
//
// It knows no system. A system gives a table of routes (see [Route]) and its own
// words; [New] turns tables into one handler. What it never does: set a cookie,
// fetch anything from another site, put a query string, a body or a whole client
// address into the log. See TestAccessLogHoldsNoPersonalData.
package web
