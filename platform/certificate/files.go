package certificate

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// Files serves the certificate in two PEM files, the chain and its key. Whoever
// renews them puts the new ones in their place; within a minute new connections
// get them, without a restart. A pair that does not fit together, as while one
// of the two has been replaced, is not taken: the one before goes on.
func Files(cert, key string) (*tls.Config, error) {
	f := &files{cert: cert, key: key}
	if err := f.load(); err != nil {
		return nil, err
	}
	return &tls.Config{GetCertificate: f.get, MinVersion: tls.VersionTLS12}, nil
}

// look is how often the files are looked at.
const look = time.Minute

type files struct {
	cert, key string

	mu     sync.Mutex
	pair   *tls.Certificate
	stamps [2]time.Time
	next   time.Time // when to look again
}

func (f *files) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if now := time.Now(); now.After(f.next) {
		f.next = now.Add(look)
		_ = f.load() // the doctor says what is wrong with them; the pair before serves on
	}
	return f.pair, nil
}

func (f *files) load() error {
	var stamps [2]time.Time
	for i, path := range []string{f.cert, f.key} {
		info, err := os.Stat(path)
		if err != nil {
			return fmt.Errorf("certificate: %w", err)
		}
		stamps[i] = info.ModTime()
	}
	if f.pair != nil && stamps == f.stamps {
		return nil
	}
	pair, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return fmt.Errorf("certificate %s with key %s: %w", f.cert, f.key, err)
	}
	f.pair, f.stamps = &pair, stamps
	return nil
}
