package database_test

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/url"
	"sync/atomic"
	"testing"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

// A scissor is a network between us and the server that is cut when a certain
// statement passes: before the server has it, or before we have the answer.
type scissor struct {
	at     atomic.Pointer[cut]
	done   atomic.Int64 // how often it has cut
	server url.URL
}

type cut struct {
	statement []byte
	after     bool
}

// TestCutInCommit: when the connection goes while COMMIT is under way, nobody knows
// whether it was done; it is told so and not done twice. When it goes earlier,
// nothing was done, and it is done again.
func TestCutInCommit(t *testing.T) {
	where := databases.Postgres(t)
	straight := databases.Open(t, where)
	run(t, straight, `CREATE TABLE c (n BIGINT)`)
	network := &scissor{}
	db := databases.Open(t, network.listen(t, where))
	insert := func(n int64) (ran int, err error) {
		err = db.Update(t.Context(), func(tx *database.Tx) error {
			ran++
			_, err := tx.Exec(fmt.Sprintf(`INSERT /* %d */ INTO c VALUES (?)`, n), n)
			return err
		})
		return ran, err
	}
	cases := []struct {
		name    string
		cut     cut
		unknown bool
		ran     int
		there   int64
	}{
		{"before the server has COMMIT", cut{[]byte("commit"), false}, true, 1, 0},
		{"before we have the answer", cut{[]byte("commit"), true}, true, 1, 1},
		{"at BEGIN", cut{[]byte("begin"), true}, false, 1, 1},
		{"at the statement", cut{[]byte("INSERT /* 3 */"), false}, false, 2, 1},
	}
	for i, c := range cases {
		if _, err := insert(-1); err != nil { // a connection that works
			t.Fatal(err)
		}
		before := network.done.Load()
		network.at.Store(&c.cut)
		ran, err := insert(int64(i))
		if errors.Is(err, database.ErrOutcomeUnknown) != c.unknown || !c.unknown && err != nil {
			t.Errorf("%s: error %v", c.name, err)
		}
		if ran != c.ran {
			t.Errorf("%s: ran %d times, want %d", c.name, ran, c.ran)
		}
		if got := number(t, straight, `SELECT count(*) FROM c WHERE n = ?`, i); got != c.there {
			t.Errorf("%s: %d rows, want %d", c.name, got, c.there)
		}
		if network.done.Load() == before {
			t.Errorf("%s: nothing was cut", c.name)
		}
	}
}

// listen gives the URL under which the server is reached through the network.
func (s *scissor) listen(t *testing.T, where string) string {
	t.Helper()
	u, err := url.Parse(where)
	if err != nil {
		t.Fatal(err)
	}
	s.server = *u
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go s.carry(client)
		}
	}()
	u.Host = l.Addr().String()
	u.RawQuery = "sslmode=disable"
	return u.String()
}

func (s *scissor) dial() (net.Conn, error) {
	if folder := s.server.Query().Get("host"); folder != "" {
		return net.Dial("unix", folder+"/.s.PGSQL."+s.server.Query().Get("port"))
	}
	return net.Dial("tcp", s.server.Host)
}

func (s *scissor) carry(client net.Conn) {
	defer client.Close()
	server, err := s.dial()
	if err != nil {
		return
	}
	defer server.Close()
	var silent atomic.Bool
	answered := make(chan struct{}, 1)
	go func() {
		defer client.Close()
		part := make([]byte, 32<<10)
		for {
			n, err := server.Read(part)
			if silent.Load() {
				answered <- struct{}{}
				return
			}
			if n > 0 {
				client.Write(part[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	part := make([]byte, 32<<10)
	for {
		n, err := client.Read(part) // a statement of these tests fits in one packet
		if c := s.at.Load(); c != nil && n > 0 && bytes.Contains(part[:n], c.statement) && s.at.CompareAndSwap(c, nil) {
			s.done.Add(1)
			if c.after {
				silent.Store(true)
				server.Write(part[:n])
				<-answered
			}
			return
		}
		if n > 0 {
			if _, err := server.Write(part[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
