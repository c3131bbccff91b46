package bus_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"intikhab/platform/bus"
)

// certificate makes one for loopback, which is its own authority, for both directions.
func certificate(t testing.TB) *tls.Config {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "intikhab test"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	must(t, err)
	leaf, err := x509.ParseCertificate(der)
	must(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, RootCAs: pool, ClientCAs: pool,
		ClientAuth: tls.RequireAndVerifyClientCert, MinVersion: tls.VersionTLS13}
}

// TestCluster: three nodes that trust each other share queues; one that does not know
// the secret, or is not of their authority, gets nothing.
func TestCluster(t *testing.T) {
	at := freeAddresses(t, 4)
	trust := certificate(t)
	cluster := func(i int) *bus.Cluster {
		return &bus.Cluster{Listen: at[i], Routes: at[:3], Secret: "only for this test 0123", TLS: trust}
	}
	var nodes []*bus.Bus
	for i := range 3 {
		nodes = append(nodes, open(t, bus.Options{Node: fmt.Sprint("n", i), Cluster: cluster(i)}))
	}
	var worked atomic.Int32
	for i, b := range nodes {
		must(t, b.Ready(t.Context()))
		must(t, b.Work("shared", quick, func(context.Context, bus.Message) error { worked.Add(1); return nil }))
		must(t, b.Send(t.Context(), "shared", fmt.Sprint(i), nil))
	}
	eventually(t, "all are worked", func() bool { return worked.Load() == 3 })
	eventually(t, "each node sees three, and one that leads", func() bool {
		for _, b := range nodes {
			if s, err := b.Status(t.Context()); err != nil || s.Nodes != 3 || !strings.HasPrefix(s.Leader, "n") || !s.Embedded {
				return false
			}
		}
		return true
	})
	for what, strange := range map[string]func(*bus.Cluster){
		"no secret":         func(c *bus.Cluster) { c.Secret = "another secret 0123456" },
		"another authority": func(c *bus.Cluster) { c.TLS = certificate(t) },
	} {
		c := cluster(3)
		strange(c)
		b := open(t, bus.Options{Node: "stranger", Cluster: c})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		if err := b.Send(ctx, "shared", "from-a-stranger", nil); err == nil || !strings.Contains(err.Error(), "not ready") {
			t.Errorf("%s: a stranger sends: %v", what, err)
		}
		cancel()
		must(t, b.Close())
	}
	if s, err := nodes[0].Status(t.Context()); err != nil || s.Nodes != 3 || worked.Load() != 3 {
		t.Errorf("%+v, %v", s, err)
	}
	// A port that is taken is told at once.
	l, err := net.Listen("tcp", at[3])
	must(t, err)
	defer l.Close()
	if b, err := bus.Open(t.Context(), bus.Options{Dir: t.TempDir(), Node: "n3", Cluster: cluster(3)}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("opened on a port that is taken: %v, %v", b, err)
	}
}

// TestURL: the bus may be a server of its own, that is started later.
func TestURL(t *testing.T) {
	at := freeAddresses(t, 1)[0]
	b := open(t, bus.Options{URL: "nats://" + at})
	var got atomic.Bool
	must(t, b.Work("q", quick, func(context.Context, bus.Message) error { got.Store(true); return nil }))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	if err := b.Send(ctx, "q", "k", nil); err == nil {
		t.Error("sent to nobody")
	}
	cancel()

	addr, err := net.ResolveTCPAddr("tcp", at)
	must(t, err)
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: addr.Port, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true})
	must(t, err)
	s.Start()
	t.Cleanup(func() { b.Close(); s.Shutdown(); s.WaitForShutdown() })
	must(t, b.Send(t.Context(), "q", "k", nil))
	eventually(t, "it is worked", got.Load)
	if s, err := b.Status(t.Context()); err != nil || s.Embedded || s.Nodes != 1 {
		t.Errorf("%+v, %v", s, err)
	}
}

// TestNothingListens: alone, the bus opens no port.
func TestNothingListens(t *testing.T) {
	before := listening(t)
	must(t, open(t, bus.Options{}).Ready(t.Context()))
	for port := range listening(t) {
		if !before[port] {
			t.Errorf("somebody listens on %s", port)
		}
	}
}
