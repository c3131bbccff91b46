package design

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/web"
	"intikhab/platform/web/draft"
	"intikhab/platform/web/webtest"
	"intikhab/test/databases"
)

// BenchmarkPagesAtRate asks for pages over loopback HTTP at 500 a second, whether or
// not the ones before have been answered, and tells how long answers took from the
// instant at which they were due. Ask for seconds of it: -benchtime 5000x is ten.
func BenchmarkPagesAtRate(b *testing.B) {
	const rate = 500
	for _, path := range []string{"/design/tables?lang=ur", "/design/forms?lang=en"} {
		b.Run(strings.TrimPrefix(path, "/design/"), func(b *testing.B) {
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			ctx, stop := context.WithCancel(context.Background())
			served := make(chan error, 1)
			h := web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, New(Config{}).Routes())
			go func() { served <- web.Serve(ctx, listener, nil, h, nil) }()
			client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}
			ask := func() (int, error) {
				res, err := client.Get("http://" + listener.Addr().String() + path)
				if err != nil {
					return 0, err
				}
				defer res.Body.Close()
				_, err = io.Copy(io.Discard, res.Body)
				return res.StatusCode, err
			}
			for range 20 {
				ask()
			}
			var lost atomic.Int64
			took := make([]time.Duration, b.N)
			var all sync.WaitGroup
			start := time.Now()
			for i := range b.N {
				due := start.Add(time.Duration(i) * time.Second / rate)
				time.Sleep(time.Until(due))
				all.Go(func() {
					if status, err := ask(); err != nil || status != http.StatusOK {
						lost.Add(1)
					}
					took[i] = time.Since(due)
				})
			}
			all.Wait()
			elapsed := time.Since(start)
			slices.Sort(took)
			milli := func(part float64) float64 {
				return float64(took[min(len(took)-1, int(part*float64(len(took))))].Microseconds()) / 1000
			}
			b.ReportMetric(float64(b.N)/elapsed.Seconds(), "pages/s")
			b.ReportMetric(milli(0.5), "p50-ms")
			b.ReportMetric(milli(0.99), "p99-ms")
			b.ReportMetric(float64(lost.Load()), "lost")
			b.ReportMetric(0, "ns/op")
			stop()
			<-served
		})
	}
}

// BenchmarkPage is what one page costs.
func BenchmarkPage(b *testing.B) {
	h := handler()
	b.ReportAllocs()
	for b.Loop() {
		webtest.Fetch(h, "/design/tables?lang=ur")
	}
}

// Ensure that a form is left half way and found again by the same officer, and by no
// other.
func TestDraft(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		drafts, err := draft.New(t.Context(), db, vault.New(time.Now()), nil)
		if err != nil {
			t.Fatal(err)
		}
		site := func(officer string) http.Handler {
			d := New(Config{Drafts: drafts, Officer: func(*http.Request) string { return officer }})
			return web.New(web.Config{Gate: webtest.Open, Log: slog.New(slog.DiscardHandler)}, d.Routes())
		}
		w := post(site("a"), "/design/forms?lang=en", "name=Zahida&cnic=423&do=later")
		if w.Code != http.StatusSeeOther {
			t.Fatalf("got %d:\n%s", w.Code, w.Body)
		}
		for officer, found := range map[string]bool{"a": true, "b": false} {
			body := webtest.Fetch(site(officer), "/design/forms?lang=en").Body.String()
			if strings.Contains(body, `value="Zahida"`) != found || strings.Contains(body, `value="423"`) != found {
				t.Errorf("officer %s finds the draft: %v", officer, !found)
			}
			if !strings.Contains(body, "Save and come back later") {
				t.Error("nobody can come back later")
			}
		}
		if body := webtest.Fetch(site(""), "/design/forms?lang=en").Body.String(); strings.Contains(body, "Zahida") || strings.Contains(body, "come back later") {
			t.Error("somebody who has not signed in has a draft")
		}
	})
}
