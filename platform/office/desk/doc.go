// Package desk is the officers' own site: what waits for an officer, the commission's
// tree of offices, its officers and the roles that they hold from a day to a day, what
// one officer asks for and a second approves, lists that come as CSV files (RFC 4180),
// and the auditor's view of the audit trail. Whatever is done there is done by the
// verbs of packages office, approval, sheet and audit, each of which asks again, in the
// transaction of the act, whether the officer may. TestFirstStart walks from the first
// administrator to what a third officer does within his jurisdiction, on both databases.
//
// # What a browser test can hold on to
//
// Every form stands in an element whose id is its name: form-second, form-commission,
// form-office, form-add, form-officer, form-state, form-reveal, form-grant, form-check,
// form-end, form-leave, form-back, form-charge, form-invite, form-approve, form-refuse,
// form-withdraw, form-sheet, form-take, form-export. Its fields have the names of the
// parameters as ids (name_en, name_ur, cnic, telephone, email, office, role, from-day,
// reason …). Further: the lists first-steps, deciding, asked and posts on the first page;
// tree on /offices; officers-here and change-office on the page of an office; new-office,
// open-commission, import-offices, new-officer and import-officers; posts, post-ID and
// timeline on /officers/{id}, with grant-role, reveal, change-officer, sign-in, trail,
// suspend, resume, close, and leave-ID, end-ID, back-ID and charge-ID of each post and
// leave; the text invitation-link and the form invitation-letter where a link has just
// been made; revealed around what was shown; the text approval-hash; changes and seal of a
// row of the trail, and the link export.
package desk
