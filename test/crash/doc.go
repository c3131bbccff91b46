// Package crash is the test that kills: a process that does acts under load is
// ended by kill -9 at a random instant, again and again, on both databases. It
// shows (TestCrash) that an act that was acknowledged is there, with its audit row
// and its message, that nothing is half there, and that the audit trail and the
// ledger verify after each kill. INTIKHAB_CRASH_ROUNDS says how often.
package crash
