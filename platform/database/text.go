package database

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// codeSpans cuts SQL into what the database reads and what it does not: quoted text
// and names, and comments. visit gets each in turn.
func codeSpans(text string, visit func(part string, code bool)) {
	for len(text) > 0 {
		at := strings.IndexAny(text, `'"-/`)
		if at < 0 {
			visit(text, true)
			return
		}
		n := 0 // length of what is no code
		switch rest := text[at:]; {
		case rest[0] == '\'' || rest[0] == '"': // a doubled one opens the next span
			n = 2 + strings.IndexByte(rest[1:], rest[0])
			if n == 1 {
				n = len(rest)
			}
		case strings.HasPrefix(rest, "--"):
			if n = strings.IndexByte(rest, '\n'); n < 0 {
				n = len(rest)
			}
		case strings.HasPrefix(rest, "/*"):
			if n = 2 + strings.Index(rest[2:], "*/") + 2; n == 3 {
				n = len(rest)
			}
		default: // minus or division
			visit(text[:at+1], true)
			text = text[at+1:]
			continue
		}
		visit(text[:at], true)
		visit(text[at:at+n], false)
		text = text[at+n:]
	}
}

var numberedQueries sync.Map // query with ? to query with $1

// numbered writes $1, $2, … for each ? of a query.
func numbered(query string) string {
	if known, ok := numberedQueries.Load(query); ok {
		return known.(string)
	}
	var out strings.Builder
	n := 0
	codeSpans(query, func(part string, code bool) {
		for code {
			before, after, found := strings.Cut(part, "?")
			if !found {
				break
			}
			n++
			out.WriteString(before + "$" + strconv.Itoa(n))
			part = after
		}
		out.WriteString(part)
	})
	numberedQueries.Store(query, out.String())
	return out.String()
}

// forPostgres are the words of migrations that PostgreSQL has another word for.
// SQLite's INTEGER has 64 bits as BIGINT has; there is no room to number rows by
// itself in either, since INTEGER PRIMARY KEY becomes a plain column.
var forPostgres = []struct {
	word *regexp.Regexp
	its  string
}{
	{regexp.MustCompile(`(?i)\bBLOB\b`), "BYTEA"},
	{regexp.MustCompile(`(?i)\bINTEGER\b`), "BIGINT"},
	{regexp.MustCompile(`(?i)\bREAL\b`), "DOUBLE PRECISION"},
	{regexp.MustCompile(`(?i)\)\s*WITHOUT\s+ROWID\b`), ")"},
	{regexp.MustCompile(`(?i)\)\s*STRICT\b`), ")"},
}

// translated is a migration's text as PostgreSQL takes it.
func translated(text string) string {
	var out strings.Builder
	codeSpans(text, func(part string, code bool) {
		if code {
			for _, t := range forPostgres {
				part = t.word.ReplaceAllLiteralString(part, t.its)
			}
		}
		out.WriteString(part)
	})
	return out.String()
}
