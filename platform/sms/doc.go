// Package sms is the short code's gateway to the mobile operators: it binds to
// each operator's SMSC as an ESME of SMPP 3.4 (Short Message Peer to Peer Protocol
// Specification v3.4, sections 2 and 5), hands every question to a Handler, and
// sends its reply back.
//
// The operator's SMSC is the queue. A question is acknowledged only when its whole
// reply has been accepted or refused for good, so a crash at any instant loses
// none: the SMSC brings it again. TestKillGateway and TestKillSMSC show it; what
// may be answered twice is listed, and counted, in docs/smpp-session.md, which
// also draws the states of a bind and of a question.
//
// Telephone numbers are masked wherever they are printed; texts are never logged.
package sms
