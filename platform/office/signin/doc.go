// Package signin is how an officer proves who he is, and what he holds afterwards:
// passkeys (W3C Web Authentication, Level 3), or a password (NIST SP 800-63B-4) with
// the code of an app (RFC 6238); a session in a cookie; a token (RFC 6750) for what
// runs unattended. [Service.Gate] is the gate of officers that package web asks
// before every route. TestGate shows who is admitted and how everybody else is
// answered, TestWholeCeremonies the passkeys, with every way to get past them.
//
//	invitation ──opened──> setting up ──passkey, or password + code──> full session
//	recovery code ──used──> setting up                                     │ ▲
//	                                                      5 minutes later │ │ proof anew,
//	                                                                      v │ new secret
//	                                                           no grave acts
//	full session ──20 minutes unused, 12 hours, signed out, revoked, suspended──> nothing
//
// A setting up opens nothing but its own pages and lasts half an hour. What the
// settings are and why, and what is done when an officer has lost everything, stands
// in docs/sign-in.md. What it never does: keep a secret that it gives out, tell a
// stranger whether an officer has an account, lock one out for good, or let a
// password alone, or a stolen database, in.
//
// # What a browser test can hold on to
//
// The ids of elements stay: the buttons passkey-sign-in (on /sign-in), passkey-make
// (on /enrol and /account, with the field passkey-name) and passkey-confirm (on
// /confirm), each hidden until the script has found that the browser can; the
// sentence passkey-failed; the fields login, password, code, recovery, again, name,
// acts-1 …, area, until-day, name_en, name_ur, cnic, email, telephone; the picture
// code-picture with the text code-secret; the list recovery-codes; the text
// token-secret; the forms open-invitation, make-codes, new-app, remove-password,
// remove-passkey, end-others, put-away, and end-ID of the session ID.
package signin
