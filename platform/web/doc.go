// Package web is what every page and every HTTP door of intikhab stands on: a
// page shell in English and Urdu with the components of its pages, assets that a
// browser keeps by their content, security headers, the refusal of what no page of
// ours sends, error pages, problem details for machines (RFC 9457), server-sent
// events, and a server with time limits. docs/design-components.md tells how pages
// are made of it.
//
// It knows no system and no officer. A system gives a table of routes (see [Route])
// and its own words; [New] turns tables into one handler; a [Gate] says who may pass,
// and puts the [Visitor] that the shell shows into the context. What it never does:
// set a cookie on a visitor who has neither signed in nor sent a form, fetch anything
// from another site, put a query string, a body or a whole client address into the
// log. See TestAccessLogHoldsNoPersonalData and TestFormsOfOtherSitesAreRefused.
package web
