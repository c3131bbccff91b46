package certificate

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// ACME says from whom a certificate is fetched, and for which names. The
// authority proves the names by asking the listener itself on port 443
// (TLS-ALPN-01, RFC 8737), so that it must be reached there from outside.
type ACME struct {
	Directory string   // URL of the authority's directory
	Email     string   // where the authority writes to; may be empty
	Hosts     []string // the names of the certificate
	Dir       string   // where account and certificates are kept, 0700
	CAFile    string   // PEM of who signed the directory's own certificate; if empty, the system's
}

// Config is the TLS of a listener that fetches its certificate at the first
// connection and renews it thirty days before its end. While the authority cannot
// be reached, connections fail, and it is asked again once a minute.
func (a ACME) Config() (*tls.Config, error) {
	switch {
	case a.Directory == "":
		return nil, errors.New("acme: no directory: give the URL that the authority names in its documentation")
	case len(a.Hosts) == 0:
		return nil, errors.New("acme: no names: a certificate is for the names by which the site is reached")
	}
	if err := os.MkdirAll(a.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("acme: %w", err)
	}
	client := &acme.Client{DirectoryURL: a.Directory, UserAgent: "intikhab"}
	if a.CAFile != "" {
		pem, err := os.ReadFile(a.CAFile)
		if err != nil {
			return nil, fmt.Errorf("acme: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("acme: %s holds no PEM certificate", a.CAFile)
		}
		client.HTTPClient = &http.Client{
			Timeout:   30 * time.Second,
			Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, Proxy: http.ProxyFromEnvironment},
		}
	}
	m := &autocert.Manager{
		Prompt: autocert.AcceptTOS, Cache: autocert.DirCache(a.Dir), HostPolicy: autocert.HostWhitelist(a.Hosts...),
		Email: a.Email, Client: client,
	}
	config := m.TLSConfig()
	config.MinVersion = tls.VersionTLS12
	return config, nil
}

// Kept reads the certificate that was fetched for a name; nil if none was yet.
func (a ACME) Kept(ctx context.Context, host string) (*x509.Certificate, error) {
	b, err := autocert.DirCache(a.Dir).Get(ctx, host)
	if errors.Is(err, autocert.ErrCacheMiss) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(b, b)
	if err != nil {
		return nil, fmt.Errorf("acme: what is kept for %s: %w", host, err)
	}
	return x509.ParseCertificate(pair.Certificate[0])
}
