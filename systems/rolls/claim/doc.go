// Package claim is the life of a claim on the electoral roll: enrolment or transfer,
// objection, correction of particulars (forms 15, 16, 17 during display; 21, 22, 23
// between revisions, section 37 of the Elections Act 2017). It is received, listed,
// heard, decided with reasons and, if it is allowed, carried out on the roll in the same
// transaction as the decision; the other side may appeal. docs/claims.md draws the
// states; [Next] is their table.
//
// Everything personal of a claim is sealed in one value; the claimant's and the other
// person's CNIC are found by a blind index. TestEveryStep tries each step in each state,
// TestClaimsModel random lives against a second statement of them, and TestKilled a
// process that is killed while it decides.
package claim
