// Package frozen is the frozen roll: the roll of some electoral areas as it was on a day,
// to which nothing is added any more (section 39 of the Elections Act 2017), and the roll
// that 8300 answers from. When one is taken, every entry of it gets a leaf in a tree of
// hashes (RFC 6962), block by block; the root goes to the public ledger, and the same pass
// over the entries builds the index for 8300. So database, index and ledger can be held
// against each other ([Verify], TestVerifyFinds), and a voter can be given the proof that
// his own entry is in the roll, which tells nobody of anyone else's ([Keeper.Prove],
// docs/frozen-roll.md, TestIndependentScript).
//
// A leaf is a salted commitment: it tells nothing of a voter to whoever has no salt.
package frozen
