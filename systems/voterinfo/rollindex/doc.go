// Package rollindex is the frozen roll: one immutable, memory-mapped file that
// tells for each identity number where in the electoral roll its holder stands,
// and that tells a thief without the key nothing of it.
//
// The roll is frozen under section 39 of the Elections Act 2017 by package
// freeze and read here. A look-up is exact over the whole thirteen-digit space:
// TestIndexAgainstMap holds it against a map. The file's layout is in package
// format and, byte by byte, in docs/index-format.md.
//
// What is never in the file: name, parentage, address, date of birth.
package rollindex
