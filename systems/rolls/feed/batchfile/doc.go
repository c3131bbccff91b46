// Package batchfile is a batch of the identity authority as a file: new cards, changes
// of particulars and address, cancellations and deaths, one row a card, as CSV (RFC 4180;
// plain, gzip or zstd) or Apache Parquet. A [Mapping] reads a file that was made for
// something else. docs/feed.md describes columns, mappings and codes.
//
// Every row that cannot be taken comes back with its line, a code that does not change
// and the reason; none is dropped in silence, and a reason names nobody
// (TestEveryLineIsAccountedFor). TestForeignFile reads a voter file of another country
// through a mapping; FuzzRead and FuzzMapping hand in whatever bytes there are.
package batchfile
