package witness_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	cosign "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/witness"
)

// TestMain lets the test binary be the witness that a test kills.
func TestMain(m *testing.M) {
	if os.Getenv("WITNESS_TEST_DIR") == "" {
		os.Exit(m.Run())
	}
	if err := childWitness(); err != nil {
		fmt.Fprintln(os.Stderr, "child:", err)
		os.Exit(1)
	}
}

func childWitness() error {
	v, err := checkpoint.ParseVerifier(os.Getenv("WITNESS_TEST_LOG"))
	if err != nil {
		return err
	}
	w, err := witness.Open(os.Getenv("WITNESS_TEST_DIR"), witness.Options{Name: "witness.example.net", Logs: []note.Verifier{v}, Log: discard()})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	key, err := w.Verifier()
	if err != nil {
		return err
	}
	fmt.Printf("%s http://%s\n", key, listener.Addr())
	go http.Serve(listener, w.Handler())
	io.Copy(io.Discard, os.Stdin) // until the parent ends
	return nil
}

// TestKill: a log with two histories sends checkpoints of both at once, and the
// witness is killed in the middle of it, again and again. What it cosigned is of one
// history and only ever grew.
func TestKill(t *testing.T) {
	const rounds, longest = 30, 4000
	key := newKey(t, origin)
	var histories [2]*history
	for h := range histories {
		histories[h] = &history{key: key}
		for i := range longest {
			e := fmt.Sprint("entry ", i)
			if i >= 3 {
				e += fmt.Sprint(" of history ", h)
			}
			histories[h].grow(t, e)
		}
	}
	dir := t.TempDir()
	var vkey string
	cosigned := map[string]bool{} // bodies of checkpoints
	var sizes []uint64
	rng := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))
	last := int64(0) // what the witness is believed to have
	for round := range rounds {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "WITNESS_TEST_DIR="+dir, "WITNESS_TEST_LOG="+key.Verifier())
		cmd.Stderr = os.Stderr
		stdin, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(out).ReadString('\n')
		if err != nil {
			t.Fatalf("round %d: the witness does not start again: %v", round, err)
		}
		k, url, _ := strings.Cut(strings.TrimSpace(line), " ")
		if vkey == "" {
			vkey = k
		}
		if k != vkey {
			t.Fatalf("round %d: it has another key", round)
		}
		killed := time.AfterFunc(time.Duration(rng.IntN(120))*time.Millisecond, func() { cmd.Process.Kill() })
		for last < longest {
			size := last + 1 + rng.Int64N(3)
			if size > longest {
				break
			}
			r := histories[rng.IntN(2)].request(t, last, size)
			response, err := http.Post(url+"/add-checkpoint", "text/plain", bytes.NewReader(r.Bytes()))
			if err != nil {
				break // killed
			}
			answer, err := io.ReadAll(response.Body)
			response.Body.Close()
			if err != nil {
				break
			}
			switch response.StatusCode {
			case http.StatusOK:
				body := checkCosigned(t, vkey, r.Raw, answer)
				cosigned[body.Body()] = true
				sizes = append(sizes, body.Size)
				last = size
			case http.StatusConflict:
				fmt.Sscan(string(answer), &last) // it had stored one and was killed before it could say so
			case http.StatusUnprocessableEntity: // the other history
			default:
				t.Fatalf("round %d: %s %s", round, response.Status, answer)
			}
		}
		killed.Stop()
		cmd.Process.Kill()
		stdin.Close()
		cmd.Wait()
	}
	if !slices.IsSorted(sizes) {
		t.Errorf("what was cosigned did not only grow: %v", sizes)
	}
	of := [2]int{}
	for body := range cosigned {
		c, err := checkpoint.Parse([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		for h := range histories {
			if n, err := checkpoint.Parse(histories[h].checkpoint(t, int64(c.Size))); err == nil && n == c && c.Size > 3 {
				of[h]++
			}
		}
	}
	t.Logf("%d kills, %d cosignatures, %v of each history", rounds, len(sizes), of)
	if of[0] > 0 && of[1] > 0 {
		t.Error("both histories were cosigned")
	}
	if len(sizes) == 0 {
		t.Error("nothing was cosigned")
	}
}

func checkCosigned(t *testing.T, vkey string, raw, lines []byte) checkpoint.Checkpoint {
	t.Helper()
	v, err := cosign.NewVerifierForCosignatureV1(vkey)
	if err != nil {
		t.Fatal(err)
	}
	n, err := note.Open(append(slices.Clone(raw), lines...), note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	c, err := checkpoint.Parse([]byte(n.Text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
