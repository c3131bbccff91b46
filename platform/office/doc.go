// Package office is the commission's offices and the officers in them: who holds
// which role, where, from which day to which, and what he may therefore do. The
// commission and its officers are those of chapter II and of sections 50 to 53 of
// the Elections Act 2017 (Election Commission, Provincial and District Election
// Commissioners, District Returning and Returning Officers, Presiding Officers).
//
// Who may do an act stands in one table that a lawyer can read, permissions.csv,
// and nowhere else; docs/permissions.md is made of it. [Rules.Decide] applies it,
// without a clock and without a disk; TestEveryRoleEveryAct tries every role against
// every act, in and out of jurisdiction, before, within and after its days, on
// leave, acting and suspended, against a second statement of the rules.
//
// [Book] is where all that is written down. Each of its verbs asks whether the
// officer may, again, in the transaction that does it, and writes the row of the
// audit trail there; a page or a command can't forget to. Acts that need two
// officers go through package approval, and a list from outside through package
// sheet. docs/officers.md draws every state.
package office
