// Package site is the officers' pages of the electoral rolls (Elections Act 2017, sections
// 23 to 49): what waits for an officer, the electoral areas and how their lists are split
// between polling stations, the search for a voter and his entry, claims from hearing to
// appeal, frozen rolls and a voter's own proof, likely doubles. Calendar, feed, prints and
// display centres have pages of their own.
//
// Each page asks the table of permissions twice: the route's act, and then the area that
// it is about, in the transaction that reads or does it; TestStranger tries every route as
// an officer of another district. Whoever is shown a person's data has given a reason,
// which the audit trail has before anything is shown. No page goes through the roll entry
// by entry.
package site
