package databases

import (
	"context"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"intikhab/platform/database"
)

func TestEach(t *testing.T) {
	for range 2 { // the second time the database is empty again
		Each(t, func(t *testing.T, db *database.DB) {
			var sum int64
			err := db.Update(t.Context(), func(tx *database.Tx) error {
				if _, err := tx.Exec(`CREATE TABLE t (a TEXT PRIMARY KEY, n BIGINT NOT NULL)`); err != nil {
					return err
				}
				if _, err := tx.Exec(`INSERT INTO t (a, n) VALUES (?, ?), (?, ?)`, "what?", 1, "اردو", 2); err != nil {
					return err
				}
				return tx.QueryRow(`SELECT sum(n) FROM t WHERE a <> '?' AND n < ?`, 100).Scan(&sum)
			})
			if err != nil || sum != 3 {
				t.Errorf("sum %d, %v", sum, err)
			}
		})
	}
}

// TestProgramToKill is the test program that TestServerEndsWithProgram kills.
func TestProgramToKill(t *testing.T) {
	file := os.Getenv("INTIKHAB_TEST_URL")
	if file == "" {
		return
	}
	where := Postgres(t)
	if err := os.WriteFile(file+".new", []byte(where), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
	time.Sleep(10 * time.Minute) // a wait without a timer is a deadlock to the runtime, which would end the program
}

// TestServerEndsWithProgram: a test program is killed, and its server and the
// server's folder are gone soon after.
func TestServerEndsWithProgram(t *testing.T) {
	Postgres(t) // or there is none
	if os.Getenv("INTIKHAB_POSTGRES") != "" {
		return // the server is not ours
	}
	file := filepath.Join(t.TempDir(), "url")
	child := exec.Command(os.Args[0], "-test.run", "^TestProgramToKill$")
	child.Env = append(os.Environ(), "INTIKHAB_TEST_URL="+file)
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	var where string
	until(t, "the program has a server", func() bool {
		text, err := os.ReadFile(file)
		where = string(text)
		return err == nil
	})
	c, err := pgx.Connect(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	child.Process.Kill()
	child.Wait()
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	until(t, "the folder is gone", func() bool {
		_, err := os.Stat(u.Query().Get("host"))
		return os.IsNotExist(err)
	})
	if err := c.Ping(t.Context()); err == nil {
		t.Error("the server still answers")
	}
}

func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for range 1200 {
		if is() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("waited a minute in vain until %s", strings.TrimSpace(what))
}
