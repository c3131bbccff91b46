package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/transparency-dev/formats/proof"

	"intikhab/platform/ledger"
	"intikhab/platform/ledger/checkpoint"
	"intikhab/platform/ledger/verify"
)

// appendTo brings a log's entries up to number to.
func appendTo(t *testing.T, dir string, opts ledger.Options, to uint64) {
	t.Helper()
	l, err := ledger.Open(t.Context(), dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	_, c := l.Checkpoint()
	var entries [][]byte
	for n := c.Size + 1; n <= to; n++ {
		entries = append(entries, ledger.Entry{Kind: "audit", Number: n, Commitment: ledger.Commit([32]byte{byte(n)}, nil)}.Bytes())
	}
	if _, err := l.Append(t.Context(), entries...); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLedger is an observer's year: the log's key is made, a newspaper runs a
// witness, checkpoints are kept and heard on the telephone, and in the end somebody
// changes the past.
func TestLedger(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	said, status := run(t, "ledger", "keygen", "ledger.example.org/audit", "--out", at("key"))
	vkey := strings.TrimSpace(said)
	if status != 0 || !strings.HasPrefix(vkey, "ledger.example.org/audit+") {
		t.Fatalf("status %d: %s", status, said)
	}
	if _, status := run(t, "ledger", "keygen", "ledger.example.org/audit", "--out", at("key")); status == 0 {
		t.Error("a key was written over")
	}
	key, err := checkpoint.ReadKey(at("key"))
	if err != nil {
		t.Fatal(err)
	}

	newspaper := start(t, "witness", "--listen", "127.0.0.1:0", "--state", at("witness"), "--log", vkey, "--name", "daily.example.org")
	line := strings.Replace(newspaper.says(`^(witness NAME .*)$`), "NAME", "daily", 1)
	text := "log " + vkey + "\n" + line + "\nquorum daily\n"
	if err := os.WriteFile(at("policy"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	policy, err := checkpoint.ParsePolicy([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	opts := ledger.Options{Key: key, Policy: policy}
	appendTo(t, at("log"), opts, 300)

	ask := func(status int, want string, args ...string) string {
		t.Helper()
		said, got := run(t, append([]string{"ledger"}, args...)...)
		if got != status || !strings.Contains(said, want) {
			t.Errorf("ledger %v: status %d, want %d with %q:\n%s", args, got, status, want, said)
		}
		return said
	}
	kept := ask(0, "— daily.example.org ", "checkpoint", at("log"), "--policy", at("policy"))
	if err := os.WriteFile(at("kept"), []byte(kept), 0o644); err != nil {
		t.Fatal(err)
	}
	heard := strings.TrimSpace(ask(0, "IK1 ledger.example.org/audit 300 ", "checkpoint", at("log"), "--short", "--key", vkey))
	ask(0, "not checked: give the log's public key", "verify", at("log"))
	ask(0, "by 1 of 1 witnesses: [daily]", "verify", at("log"), "--policy", at("policy"))

	// The witness goes on where it was when it was ended.
	if status := newspaper.end(terminate); status != 0 {
		t.Errorf("the witness ends with %d", status)
	}
	address := strings.TrimPrefix(line[strings.LastIndex(line, "http://"):], "http://")
	newspaper = start(t, "witness", "--listen", address, "--state", at("witness"), "--log", vkey)
	newspaper.says(`^(witness NAME .*)$`)
	appendTo(t, at("log"), opts, 1000)
	server := httptest.NewServer(http.FileServer(http.Dir(at("log"))))
	defer server.Close()
	for _, where := range []string{at("log"), server.URL} {
		ask(0, "continues   2 of 2 earlier checkpoints", "verify", where, "--policy", at("policy"), "--from", at("kept"), "--spoken", strings.ToLower(heard))
		var report verify.Report
		if err := json.Unmarshal([]byte(ask(0, "{", "verify", where, "--key", vkey, "--json")), &report); err != nil || report.Size != 1000 || len(report.Findings) > 0 {
			t.Errorf("%+v, %v", report, err)
		}
		var p proof.TLogProof
		if err := p.Unmarshal([]byte(ask(0, "c2sp.org/tlog-proof@v1", "prove", where, "700", "--entry", at("entry")))); err != nil || p.Index != 700 {
			t.Errorf("%+v, %v", p, err)
		}
		if e, err := os.ReadFile(at("entry")); err != nil || !strings.HasPrefix(string(e), "intikhab/audit v1\n701\n") {
			t.Errorf("%q, %v", e, err)
		}
	}
	ask(1, "entry 1000 is not among them", "prove", at("log"), "1000")
	ask(1, "ask for this group again", "verify", at("log"), "--spoken", strings.Replace(heard, heard[len(heard)-5:], "00000", 1))
	ask(1, "which is not the quorum", "verify", at("log"), "--policy", writePolicyWithStranger(t, at("other"), text))
	ask(1, "no such file", "verify", at("nowhere"))

	// The past is changed by somebody who holds the key.
	if err := os.RemoveAll(at("log")); err != nil {
		t.Fatal(err)
	}
	appendTo(t, at("log"), ledger.Options{Key: key}, 299)
	ask(1, "rolled back: ", "verify", at("log"), "--key", vkey, "--from", at("kept"))
	ask(1, "rolled back: ", "verify", at("log"), "--key", vkey, "--spoken", heard)
}

// writePolicyWithStranger writes a policy that asks for another witness as well.
func writePolicyWithStranger(t *testing.T, path, text string) string {
	t.Helper()
	k, err := checkpoint.GenerateKey("stranger.example.org")
	if err != nil {
		t.Fatal(err)
	}
	v, err := k.CosignVerifier()
	if err != nil {
		t.Fatal(err)
	}
	text = strings.Replace(text, "quorum daily\n", "witness stranger "+v+"\ngroup both all daily stranger\nquorum both\n", 1)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}
