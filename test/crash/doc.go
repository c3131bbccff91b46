// Package crash is the test that kills: a process that does acts under load is
// ended by kill -9 at a random instant, again and again, on both databases. It
// shows (TestCrash) that an act that was acknowledged is there, with its audit row
// and its message, that nothing is half there, and that the audit trail and the
// ledger verify after each kill. TestRollsCrash shows the same of the electoral rolls,
// with everything that an office does to them under way at once. INTIKHAB_CRASH_ROUNDS
// says how often.
package crash
