// Package rolls is the computerised electoral rolls: for each electoral area (census
// block) the lists of its voters, by sections 23 to 49 of the Elections Act 2017. Here
// are a voter's entry, the block it stands in, and the [Store] that keeps both. A person
// has one entry for ever, found by the CNIC; it enters, moves, is corrected and leaves
// only through the verbs of the Store, and each of them names its [Cause]: a batch of the
// identity authority, or an officer's decision. Who may do it is asked before, by the
// packages that take feeds and decide claims.
//
// What is personal is sealed in the database (package vault): block, list, serial and
// household stand there in the clear, nothing else of a person. TestNothingPersonalIsInTheClear
// reads the database's own file for it.
//
// A serial (silsila) is given once in an edition of a block's list: an entry that leaves
// takes its serial with it, an addition gets the next, and so the printed roll and its
// supplements stay true until the block is consolidated anew ([Store.Consolidate]).
// TestSerialsAreStable shows it.
package rolls
