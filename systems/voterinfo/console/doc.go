// Package console shows 8300 at work to the people who run it: a live page, a
// page of statistics with plots and downloads, Prometheus metrics, and the two
// health checks that a service manager asks.
//
// It is meant for a listener of its own, on loopback unless the settings say
// otherwise: it asks nobody who he is. It holds no personal data; what it shows
// are counts, states and the roll's own name, and its metrics have no label that
// a citizen could be known by. What it never does: change anything. See
// TestMetricsHoldNoPersonalData.
package console
