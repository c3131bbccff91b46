// Package notice is what the commission tells a citizen or an officer without having
// been asked: by SMS through the operators of package sms, or by e-mail (SMTP, RFC
// 5321). Texts stand in catalogues in both languages; see [Kind].
//
// A notice is put in the transaction of the act that it tells of, and leaves by the
// outbox: both happen or neither. It is sent once: before it is handed over, that is
// written down, and what a crash or a dying connection leaves open is marked uncertain
// and left to an officer, for a person who is told a thing twice believes it less.
// An SMS is followed to its delivery receipt. What can't be sent is given up with a
// reason that an officer sees. TestSentOnce and TestKilledBetween show it.
//
// SMS to the telephone stand behind every answer of 8300 (sms.Gateway.Send). At night
// they wait, and whoever has sent STOP gets no more, unless the notice is a duty.
//
// States; docs/notices.md says more of each:
//
//	waiting ─> sending ─> sent ─> delivered
//	   │          │         └──> undelivered
//	   │          ├──> uncertain            (an officer may send it again)
//	   │          └──> given up             (an officer may send it again)
//	   ├──> cancelled                       (by an officer)
//	   └──> unwanted                        (whom it is for has sent STOP)
package notice
