package certificate

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"intikhab/platform/health"
	"intikhab/test/need"
)

// write makes a certificate for a name in two files.
func write(t *testing.T, dir, name string, from, to time.Time) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: from, NotAfter: to, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for path, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}

func serial(t *testing.T, f *files) string {
	t.Helper()
	pair, err := f.get(nil)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(pair.Certificate[0])
	if err != nil {
		t.Fatal(err)
	}
	return leaf.SerialNumber.String()
}

// Ensure that renewed files are taken without a restart, and half-renewed ones not.
func TestRenewedFilesAreTaken(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	cert, key := write(t, dir, "a.example", now, now.Add(time.Hour))
	f := &files{cert: cert, key: key}
	if err := f.load(); err != nil {
		t.Fatal(err)
	}
	first := serial(t, f)

	old, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	write(t, dir, "a.example", now, now.Add(2*time.Hour))
	renewed, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	at := func(path string, content []byte, stamp time.Time) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, stamp, stamp); err != nil {
			t.Fatal(err)
		}
	}
	at(key, old, now.Add(time.Second)) // only the certificate has been replaced so far
	f.next = time.Time{}
	if got := serial(t, f); got != first {
		t.Error("half a pair was taken")
	}
	at(key, renewed, now.Add(2*time.Second))
	if got := serial(t, f); got != first {
		t.Error("the files were looked at before the minute was over")
	}
	f.next = time.Time{}
	if got := serial(t, f); got == first {
		t.Error("the renewed pair was not taken")
	}
	if _, err := Files(cert, filepath.Join(dir, "none.pem")); err == nil || !strings.Contains(err.Error(), "none.pem") {
		t.Errorf("error %v does not name the file", err)
	}
}

func TestCheck(t *testing.T) {
	now := time.Date(2027, 1, 10, 12, 0, 0, 0, time.UTC)
	day := 24 * time.Hour
	for _, c := range []struct {
		from, to time.Duration
		host     string
		want     health.Level
		says     string
	}{
		{-day, 90 * day, "a.example", health.Good, "valid until 2027-04-10"},
		{-day, 20 * day, "a.example", health.Warning, "in 20 days"},
		{-day, -time.Hour, "a.example", health.Bad, "ended on 2027-01-10"},
		{day, 90 * day, "a.example", health.Bad, "not valid before 2027-01-11"},
		{-day, 90 * day, "b.example", health.Bad, "b.example"},
	} {
		cert, key := write(t, t.TempDir(), "a.example", now.Add(c.from), now.Add(c.to))
		found := CheckFiles(cert, key, c.host, now)
		if got := health.Worst(found); got != c.want || !strings.Contains(fmt.Sprint(found), c.says) {
			t.Errorf("from %v to %v for %s: %v, want %v and %q", c.from, c.to, c.host, found, c.want, c.says)
		}
	}
}

// TestACME fetches a certificate from Pebble, the small authority that Let's
// Encrypt tests clients with.
func TestACME(t *testing.T) {
	pebble := need.Program(t, "go install github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.1", "pebble")
	dir := t.TempDir()
	cert, key := write(t, dir, "localhost", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	site, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer site.Close()
	directory, management := freeAddress(t), freeAddress(t)
	settings, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": directory, "managementListenAddress": management, "certificate": cert, "privateKey": key,
		"httpPort": 5002, "tlsPort": site.Addr().(*net.TCPAddr).Port,
		"profiles": map[string]any{"default": map[string]any{"description": "default", "validityPeriod": 7776000}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(file, settings, 0o600); err != nil {
		t.Fatal(err)
	}
	authority := exec.Command(pebble, "-config", file, "-dnsserver", startNames(t))
	var said strings.Builder
	authority.Stdout, authority.Stderr = &said, &said
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(said.String())
		}
	})
	authority.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1")
	if err := authority.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { authority.Process.Kill(); authority.Wait() }()

	a := ACME{Directory: "https://" + directory + "/dir", Hosts: []string{"office.example"}, Dir: filepath.Join(dir, "acme"), CAFile: cert}
	if kept, err := a.Kept(t.Context(), "office.example"); kept != nil || err != nil {
		t.Errorf("before the first connection: %v, %v", kept, err)
	}
	config, err := a.Config()
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.NotFoundHandler(), TLSConfig: config, ErrorLog: log.New(io.Discard, "", 0), ReadHeaderTimeout: 5 * time.Second}
	defer server.Close()
	go server.ServeTLS(site, "", "")

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for ctx.Err() == nil { // autocert does not ask again for a minute after it found nobody
		if conn, err := net.Dial("tcp", directory); err == nil {
			conn.Close()
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	dialer := &tls.Dialer{Config: &tls.Config{ServerName: "office.example", InsecureSkipVerify: true}} // Pebble's root is made anew at each start
	conn, err := dialer.DialContext(ctx, "tcp", site.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	leaf := conn.(*tls.Conn).ConnectionState().PeerCertificates[0]
	if !strings.Contains(leaf.Issuer.CommonName, "Pebble") || leaf.VerifyHostname("office.example") != nil {
		t.Errorf("the listener shows %v by %v", leaf.DNSNames, leaf.Issuer)
	}
	kept, err := a.Kept(ctx, "office.example")
	if err != nil || kept == nil || !kept.Equal(leaf) {
		t.Errorf("another certificate is kept: %v, %v", kept, err)
	}
	if _, err := tls.Dial("tcp", site.Addr().String(), &tls.Config{ServerName: "other.example", InsecureSkipVerify: true}); err == nil {
		t.Error("a certificate for a name that is not ours was fetched")
	}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// startNames is a name server, over TCP as Pebble asks, for which every name is
// this machine.
func startNames(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go answerNames(conn)
		}
	}()
	return l.Addr().String()
}

func answerNames(conn net.Conn) {
	defer conn.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		question := make([]byte, binary.BigEndian.Uint16(size[:]))
		if _, err := io.ReadFull(conn, question); err != nil {
			return
		}
		var m dnsmessage.Message
		if m.Unpack(question) != nil || len(m.Questions) != 1 {
			return
		}
		m.Response, m.Additionals = true, nil
		if q := m.Questions[0]; q.Type == dnsmessage.TypeA {
			m.Answers = []dnsmessage.Resource{{
				Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 60},
				Body:   &dnsmessage.AResource{A: [4]byte{127, 0, 0, 1}},
			}}
		}
		reply, err := m.AppendPack(make([]byte, 2, 512))
		if err != nil {
			return
		}
		binary.BigEndian.PutUint16(reply, uint16(len(reply)-2))
		if _, err := conn.Write(reply); err != nil {
			return
		}
	}
}
