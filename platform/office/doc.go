// Package office is the commission's offices and the officers in them: who holds
// which role, where, from which day to which, and what he may therefore do.
package office
