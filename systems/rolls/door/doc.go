// Package door is the citizen's own way to the electoral roll: which form he needs
// (enrolment, transfer, correction, objection: forms 15 to 17 during display, 21 to 23
// between revisions, section 37 of the Elections Act 2017), one question a page, a
// telephone confirmed by a one-time code, documents, a receipt, and afterwards where the
// claim stands, its hearing and decision, withdrawal, completion and appeal. It works
// without scripts and on a telephone of 320 pixels. TestWholeWay goes it in both languages.
//
// It tells nobody whether somebody is on the roll: a CNIC alone gets the same pages in
// every case (TestStrangerLearnsNothing). No address has anything personal in it, and
// what was answered is kept sealed, by package visit.
//
// What remains: a claim on the entry of somebody whose vote stands in another area, where
// the form is not taken just now, is refused, and so tells that he has an entry there. It
// takes a confirmed telephone each time, and 8300 tells as much to everybody who has the
// number. The person objected against has no telephone in the claim, and follows it at
// the office that invited him, not here.
package door
