package database

import "testing"

func TestNumbered(t *testing.T) {
	for in, want := range map[string]string{
		`SELECT 1`:                           `SELECT 1`,
		`a = ? AND b IN (?,?)`:               `a = $1 AND b IN ($2,$3)`,
		`'?' "?" ?`:                          `'?' "?" $1`,
		`'it''s ?' ?`:                        `'it''s ?' $1`,
		"-- who's ?\n? /* it's ? */ - ? / ?": "-- who's ?\n$1 /* it's ? */ - $2 / $3",
		`? '?`:                               `$1 '?`,
		`? -- ?`:                             `$1 -- ?`,
		`? /* ?`:                             `$1 /* ?`,
		`?-?`:                                `$1-$2`,
		``:                                   ``,
	} {
		if got := numbered(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestTranslated(t *testing.T) {
	for in, want := range map[string]string{
		"a BLOB, b integer, c REAL, blobs TEXT":      "a BYTEA, b BIGINT, c DOUBLE PRECISION, blobs TEXT",
		"-- BLOB\n a BLOB DEFAULT 'INTEGER'":         "-- BLOB\n a BYTEA DEFAULT 'INTEGER'",
		"CREATE TABLE t (n INTEGER)\nWITHOUT ROWID;": "CREATE TABLE t (n BIGINT);",
		"CREATE TABLE t (n BIGINT) STRICT;":          "CREATE TABLE t (n BIGINT);",
	} {
		if got := translated(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

// FuzzCodeSpans: cutting loses nothing and ends.
func FuzzCodeSpans(f *testing.F) {
	for _, s := range []string{"", "?", "'", "''", "/*", "/**/", "/*/", "--", "a-b/c'd\"e"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		whole := ""
		codeSpans(text, func(part string, code bool) { whole += part })
		if whole != text {
			t.Errorf("%q became %q", text, whole)
		}
	})
}

func TestWithoutPassword(t *testing.T) {
	for in, want := range map[string]string{
		"postgres://u:geheim@h/db":                                      "postgres://u@h/db",
		"postgres://u:ge:h@im@h/db":                                     "postgres://u@h/db",
		"postgres://u@h/db?sslmode=disable":                             "postgres://u@h/db?sslmode=disable",
		"postgres://u:geheim@a:5432,b:5433/db?target_session_attrs=any": "postgres://u@a:5432,b:5433/db?target_session_attrs=any",
		"postgres:///db?host=/run/postgresql&password=geheim&user=u":    "postgres:///db?host=/run/postgresql&password=…&user=u",
		"postgres://u@h/db?sslpassword=geheim":                          "postgres://u@h/db?sslpassword=…",
		"postgresql://h/db":                                             "postgresql://h/db",
		"postgres://u:ge/heim@h/db":                                     "postgres://u@h/db",
		"postgres://:geheim@h/db":                                       "postgres://@h/db",
	} {
		if got := withoutPassword(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
