package web

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The server's patience. A stream of events lengthens its own.
const (
	readHeaderTimeout = 5 * time.Second
	readTimeout       = 10 * time.Second
	writeTimeout      = 30 * time.Second
	idleTimeout       = 60 * time.Second
	drainTimeout      = 10 * time.Second
	maxHeaderBytes    = 16 << 10
)

// Serve answers on the listener until ctx ends. Then it takes no new request,
// tells streams to end (see Stopping), waits up to 10 seconds for the requests
// under way, and returns. After it returns the listener is closed and no handler
// runs, but for one that overstayed those 10 seconds; then there is an error. With a
// TLS configuration it speaks HTTPS.
func Serve(ctx context.Context, listener net.Listener, secure *tls.Config, handler http.Handler, log *slog.Logger) error {
	if log == nil {
		log = slog.Default()
	}
	stopping := make(chan struct{})
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: readHeaderTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		TLSConfig:         secure,
		// A broken client's complaint is no event for an operator, and may quote its bytes.
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
		BaseContext: func(net.Listener) context.Context {
			return context.WithValue(context.Background(), stoppingKey, (<-chan struct{})(stopping))
		},
	}
	ended := make(chan error, 1)
	go func() {
		if secure != nil {
			ended <- server.ServeTLS(listener, "", "")
			return
		}
		ended <- server.Serve(listener)
	}()
	select {
	case err := <-ended:
		close(stopping)
		return err
	case <-ctx.Done():
	}
	close(stopping)
	drain, cancel := context.WithTimeout(context.Background(), drainTimeout)
	defer cancel()
	err := server.Shutdown(drain)
	if err != nil {
		server.Close()
	}
	if serveErr := <-ended; !errors.Is(serveErr, http.ErrServerClosed) {
		err = errors.Join(err, serveErr)
	}
	return err
}

// Stopping is closed when the server that carries this request begins to shut
// down. A handler that streams ends then.
func Stopping(ctx context.Context) <-chan struct{} {
	c, _ := ctx.Value(stoppingKey).(<-chan struct{})
	return c
}
