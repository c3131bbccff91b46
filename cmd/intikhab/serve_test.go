package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/sms/smsc"
)

// shortest is the shortest configuration that works, but for the ports: free
// ones, and a console on one too.
const shortest = `
[roll]
file = "roll.index"
key_file = "roll.key"
[http]
listen = "127.0.0.1:0"
[sms.operators.first]
address = "%s"
system_id = "8300"
password_file = "first.password"
binds = 2
[console]
listen = "127.0.0.1:0"
`

// quick is shortest with a service that binds again at once.
var quick = strings.Replace(shortest, "binds = 2", `binds = 2
reconnect_min = "20ms"
reconnect_max = "100ms"`, 1)

// One evening of a service: every door answers, each in its language; what the
// console tells fits; at the end nothing is left over.
func TestServe(t *testing.T) {
	password := filepath.Join(t.TempDir(), "password")
	writeFile(t, password, "secret\n")
	o := startOperator(t, "--password-file", password)
	token := strings.Repeat("t", 24)
	config := settingsFolder(t, shortest+`
[webhook]
token_file = "tokens"
[answer]
scheme_final = "2026-01-01"
helpline = "051111111111"
`, o.address)
	writeFile(t, filepath.Join(filepath.Dir(config), "tokens"), token+"\n\n")
	s := startService(t, config)
	o.until("bound twice", func(c smsc.Counters) bool { return c.Bound == 2 })

	v := sampleRolls.voters[7]
	answers := 0
	for _, c := range []struct{ text, want string }{
		{v.cnic, fmt.Sprintf("سلسلہ %d گھرانہ %d", v.first.serial, v.first.household)}, // nobody has chosen a language
		{v.cnic + " EN", fmt.Sprintf("Serial %d, household %d", v.first.serial, v.first.household)},
		{v.cnic, fmt.Sprintf("Serial %d, household %d", v.first.serial, v.first.household)}, // remembered
		{"RO " + v.cnic, fmt.Sprintf("Silsila %d, gharana %d", v.first.serial, v.first.household)},
		{"EN", "Answers will be in English."},
		{"my cnic is " + v.cnic[:5] + "-" + v.cnic[5:12] + "-" + v.cnic[12:], "Polling station: "},
		{"0000000000001", "is not on the roll"},
		{"what is this", "Send the 13 digits of your CNIC."},
		{"help", "Helpline 051111111111"},
	} {
		reply, err := o.ask("923001234567", c.text)
		if err != nil {
			t.Fatalf("%q: %v", c.text, err)
		}
		if answers++; !strings.Contains(reply.Text, c.want) {
			t.Errorf("%q is answered\n%s\nwant %q", c.text, reply.Text, c.want)
		}
	}

	// The other doors.
	var found struct {
		Outcome string
		Voter   struct{ Serial, Household int }
	}
	if err := post(s.public+"/api/v1/lookup", map[string]string{"cnic": v.cnic, "language": "en"}, &found); err != nil {
		t.Fatal(err)
	}
	if answers++; found.Outcome != "found" || found.Voter.Serial != v.first.serial || found.Voter.Household != v.first.household {
		t.Errorf("the API answers %+v, want %+v", found, v.first)
	}
	if status, page := get(t, s.public+"/?lang=en"); status != http.StatusOK || !strings.Contains(page, `name="cnic"`) {
		t.Errorf("the public page: %d\n%s", status, page)
	}
	page, err := http.PostForm(s.public+"/?lang=ur", url.Values{"cnic": {v.cnic}})
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if answers++; page.StatusCode != http.StatusOK {
		t.Errorf("the public page's answer: %s", page.Status)
	}
	status, text := get(t, s.public+"/webhook/kannel?token="+token+"&from=923007654321&to=8300&text="+v.cnic+"+EN")
	if answers++; status != http.StatusOK || !strings.Contains(text, fmt.Sprintf("Serial %d,", v.first.serial)) {
		t.Errorf("the webhook: %d %s", status, text)
	}
	if status, _ := get(t, s.public+"/webhook/kannel?token=wrong&from=923007654321&to=8300&text="+v.cnic); status != http.StatusUnauthorized {
		t.Errorf("the webhook with a wrong token: %d", status)
	}

	// What the operator at night looks at.
	for path, want := range map[string]string{
		"/healthz": `"alive":true`, "/readyz": `"ready":true`, "/console?lang=en": "first", "/": "first",
		"/metrics":                   `intikhab_answers_total{channel="sms",language="en",operator="first",outcome="found"} 3`,
		"/statistics.csv?by=outcome": "found",
	} {
		if status, body := get(t, s.console+path); status != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %s:\n%s", path, status, want, body)
		}
	}
	// The console is not for the public, nor whole numbers for the log.
	for _, path := range []string{"/metrics", "/console", "/statistics"} {
		if status, _ := get(t, s.public+path); status != http.StatusNotFound {
			t.Errorf("the public listener answers %s with %d", path, status)
		}
	}

	if status := s.end(terminate); status != 0 {
		t.Errorf("after SIGTERM it ends with %d", status)
	}
	if private := regexp.MustCompile(v.cnic + `|923001234567|\d{5}-\d{7}-\d`).FindString(s.said()); private != "" {
		t.Errorf("the log has %s", private)
	}
	if c := o.counters(); c.Bound != 0 || c.Acked != c.Asked || c.Lost != 0 || c.Duplicates != 0 {
		t.Errorf("the operator counts %+v", c)
	}
	if got := counted(t, config); got != answers {
		t.Errorf("the statistics have %d answers of %d", got, answers)
	}
}

// counted is how many answers the statistics of a service that has ended have.
func counted(t *testing.T, config string) (n int) {
	t.Helper()
	db, err := database.Open(t.Context(), filepath.Join(filepath.Dir(config), "state", "voterinfo.sqlite"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	err = db.View(t.Context(), func(tx *database.Tx) error {
		return tx.QueryRow("SELECT coalesce(sum(questions), 0) FROM questions").Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Until an operator is bound the service is alive but not ready, and says what
// is wrong.
func TestNotReadyWithoutOperator(t *testing.T) {
	o := startOperator(t, "--system-id", "somebody")
	o.end(kill) // only its address is wanted
	s := startService(t, settingsFolder(t, shortest, o.address))
	if status, body := get(t, s.console+"/healthz"); status != http.StatusOK {
		t.Errorf("healthz: %d %s", status, body)
	}
	for end := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		status, body := get(t, s.console+"/readyz")
		if status == http.StatusServiceUnavailable && strings.Contains(body, "operator_down") && strings.Contains(body, "refused") {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("readyz: %d %s", status, body)
		}
	}
	// A load balancer hears whether, and not why.
	if status, body := get(t, s.public+"/healthz"); status != http.StatusOK {
		t.Errorf("the public healthz: %d %s", status, body)
	}
	if status, body := get(t, s.public+"/readyz"); status != http.StatusServiceUnavailable || strings.Contains(body, "first") {
		t.Errorf("the public readyz: %d %s", status, body)
	}
	if status := s.end(interrupt); status != 0 {
		t.Errorf("it ends with %d", status)
	}
}

// Two services on one state folder would count everything into one another.
func TestSecondServiceIsRefused(t *testing.T) {
	config := settingsFolder(t, shortest, "127.0.0.1:1")
	s := startService(t, config)
	said, status := run(t, "serve", "--config", config)
	want := fmt.Sprintf("intikhab: state.dir: process %d works with the folder %s already", s.cmd.Process.Pid, filepath.Join(filepath.Dir(config), "state"))
	if status != 1 || !strings.Contains(said, want) {
		t.Errorf("status %d:\n%s\nwant %s", status, said, want)
	}
	// But its configuration can be checked meanwhile.
	if said, status := run(t, "serve", "--config", config, "--check"); status != 0 {
		t.Errorf("--check: status %d:\n%s", status, said)
	}
	if status := s.end(terminate); status != 0 {
		t.Errorf("it ends with %d", status)
	}
	startService(t, config)
}

// With a certificate the public listener speaks HTTPS, and only that.
func TestServeHTTPS(t *testing.T) {
	config := settingsFolder(t, strings.Replace(shortest, "[http]\n", "[http]\ntls_cert = \"cert.pem\"\ntls_key = \"cert.pem\"\n", 1)+`
[log]
format = "json"
`, "127.0.0.1:1")
	pool := selfSigned(t, filepath.Join(filepath.Dir(config), "cert.pem"))
	p := start(t, "serve", "--config", config)
	address := p.says(`"msg":"serving",.*"http":"([^"]+)"`)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}}
	r, err := client.Get("https://" + address + "/?lang=en")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK || r.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("%s %v", r.Status, r.Header)
	}
	client.CloseIdleConnections()
	if status, _ := get(t, "http://"+address+"/"); status != http.StatusBadRequest {
		t.Errorf("HTTP is answered with %d", status)
	}
	if status := p.end(terminate); status != 0 {
		t.Errorf("it ends with %d", status)
	}
}

// selfSigned makes a key and its certificate for 127.0.0.1 in one file.
func selfSigned(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert})
	writeFile(t, path, string(public)+string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})))
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(public)
	return pool
}

// An address that is taken is named by its setting.
func TestAddressTaken(t *testing.T) {
	s := startService(t, settingsFolder(t, shortest, "127.0.0.1:1"))
	text := strings.Replace(shortest, `[http]
listen = "127.0.0.1:0"`, `[http]
listen = "`+strings.TrimPrefix(s.public, "http://")+`"`, 1)
	said, status := run(t, "serve", "--config", settingsFolder(t, text, "127.0.0.1:1"))
	if status != 1 || !strings.Contains(said, "intikhab: http.listen: listen tcp") || !strings.Contains(said, "address already in use") {
		t.Errorf("status %d:\n%s", status, said)
	}
}

// SIGTERM in the middle of a crowd: what was begun is answered, the rest stays
// with the operator and is answered by the next service; nothing twice.
func TestTerminateUnderLoad(t *testing.T) {
	o := startOperator(t, "--delay", "20ms", "--window", "64")
	config := settingsFolder(t, shortest+unlimited, o.address)
	s := startService(t, config)
	const questions = 4000
	o.queue(questions, sampleRolls.voters[0].cnic)
	o.until("at work", func(c smsc.Counters) bool { return c.Replied > questions/4 })
	if status := s.end(terminate); status != 0 {
		t.Errorf("it ends with %d", status)
	}
	c := o.counters()
	if c.Replied == questions {
		t.Error("all was answered before the signal: nothing is shown")
	}
	if c.Acked != c.Replied || c.Duplicates != 0 {
		t.Errorf("after SIGTERM %+v", c)
	}
	if got := counted(t, config); got != int(c.Replied) {
		t.Errorf("the statistics have %d answers of %d", got, c.Replied)
	}
	s = startService(t, config)
	c = o.until("all answered", func(c smsc.Counters) bool { return c.Acked == questions })
	if c.Replied != questions || c.Duplicates != 0 || c.Lost != 0 || c.Rejected != 0 {
		t.Errorf("at the end %+v", c)
	}
	s.end(terminate)
	if got := counted(t, config); got != questions {
		t.Errorf("the statistics have %d answers of %d", got, questions)
	}
}

// unlimited lets a test ask as often as it likes.
const unlimited = `
[answer]
language = "en"
[limits]
number = { burst = -1 }
cnic = { burst = -1 }
misses = { burst = -1 }
different_cnics = -1
`
