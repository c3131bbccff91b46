// Package sheet is a list of offices or officers as somebody brings it: a CSV file
// (RFC 4180) from a spreadsheet, with what spreadsheets do to one. It is read whole
// and compared with the book first, and shown: what is new, what changes, what is
// the same, and each fault by line and column with what to do. Nothing is taken in
// while a line is wrong; taken in twice, it changes nothing the second time
// (TestTwiceIsOnce). docs/officers.md has the columns.
//
// Roles in a list take a second officer as any role does: by one approval for the
// whole list. TestOneApproval shows it.
package sheet
