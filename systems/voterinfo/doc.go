// Package voterinfo is 8300, the voter information service: whoever asks about a
// CNIC is told where and under which number its holder stands in the roll
// (Elections Act 2017, Chapter IV), and near a poll at which polling station he
// or she votes.
//
// There is one answer and many doors. [Service.Answer] takes a [Question] (who
// asks, by which channel, what was typed, when) and gives an [Answer]; SMS, web
// and whatever comes only carry it.
//
// What it never does: tell a name, parentage or address; tell a whole CNIC; keep
// a CNIC or a telephone number in a log, in the statistics or in the database;
// wait for the database before it answers. TestNothingPersonal and
// TestDatabaseAway show it.
//
// The parts that have a life of their own: rollindex (the frozen roll), limits
// (how often one may ask), memory (the language chosen), statistics (the counts),
// and the wording, which an officer can edit: see wording/README.md.
package voterinfo
