// Package bus is the way in which one part of the program asks another for work,
// and one node tells the others what it has learnt: queues whose messages survive
// a crash, letters that could not be delivered, events, schedules, and an outbox
// in the transaction of the act itself. It stands on NATS JetStream, by default a
// server inside this process that listens on nothing; see docs/bus.md for what is
// promised.
//
// # At least once
//
// When [Bus.Send] returns nil, the message is on the disk (on the disks of most
// nodes, in a cluster); TestKilledNode and TestKilledCluster show that none is
// then lost. A handler is called at least once for it, until it returns nil or
// its attempts are used up. After a crash it may be called again for what it has
// done already, so handlers work once a key: [Once] keeps the keys that are done
// in the handler's own transaction.
//
// # An act and its message
//
// [Outbox.Put] keeps a message in the transaction of the act: both happen or
// neither. A relay sends it afterwards; TestOutboxKilled shows it.
//
// Bodies may hold personal data and keys may not: keys stand in lists and logs,
// bodies never do.
package bus
