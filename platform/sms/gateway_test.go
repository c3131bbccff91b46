package sms_test

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/smsc"
)

// pair is a simulated operator and a gateway bound to it.
type pair struct {
	smsc    *smsc.Server
	gateway *sms.Gateway
}

// start brings both up and waits until all is bound. They are closed at the test's
// end.
func start(t testing.TB, sc smsc.Config, oc sms.OperatorConfig, h sms.Handler) pair {
	t.Helper()
	server, err := smsc.Start(sc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	g := startGateway(t, server.Addr(), oc, h)
	binds := max(1, oc.Binds)
	if oc.Mode == sms.ReceiverTransmitter {
		binds *= 2
	}
	if err := server.WaitBound(timeout(t), binds); err != nil {
		t.Fatal(err)
	}
	return pair{server, g}
}

func startGateway(t testing.TB, addr string, oc sms.OperatorConfig, h sms.Handler) *sms.Gateway {
	t.Helper()
	oc.Address = addr
	if oc.SystemID == "" {
		oc.SystemID = "8300"
	}
	if oc.ReconnectMin == 0 {
		oc.ReconnectMin, oc.ReconnectMax = sms.Duration(5*time.Millisecond), sms.Duration(50*time.Millisecond)
	}
	var log *slog.Logger
	if os.Getenv("SMS_TEST_LOG") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	g, err := sms.NewGateway(sms.Config{Operators: map[string]sms.OperatorConfig{"first": oc}}, h, log)
	if err != nil {
		t.Fatal(err)
	}
	g.Start(context.Background())
	t.Cleanup(func() {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		g.Shutdown(ctx)
	})
	return g
}

func timeout(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestAsk(t *testing.T) {
	p := start(t, smsc.Config{}, sms.OperatorConfig{}, sms.Echo("hello"))
	r, err := p.smsc.Ask(timeout(t), "923001234567", "4230149640001")
	if err != nil || r.Text != "hello" || r.Segments != 1 {
		t.Fatalf("got %+v, %v", r, err)
	}
}

// echo has the length of a short English answer, urduAnswer that of the real one in
// Urdu, whose five segments are five submit_sm a question.
const (
	echo       = sms.Echo("CNIC 42301-4964XXX-X, block code 440160404, serial 226, household 158, NA-245, PS-110")
	urduAnswer = sms.Echo("شناختی کارڈ: 42301-4964XXX-X شماریاتی بلاک کوڈ: 440160404 سلسلہ نمبر: 226 گھرانہ نمبر: 158 " +
		"انتخابی علاقہ: سندھی مسلم ہاؤسنگ سوسائٹی، سرکل نمبر 4، سب ڈویژن فیروز آباد، کراچی شرقی۔ پولنگ اسٹیشن: گلستان شاہ لطیف " +
		"گرلز سیکنڈری اسکول ایس ایم سی ایچ ایس بلاک اے (مشترکہ) این اے 245، پی ایس 110۔ دفتر کراچی شرقی: 021-99231029")
)

func benchmark(b *testing.B, oc sms.OperatorConfig, load smsc.Load, h sms.Handler) {
	p := start(b, smsc.Config{}, oc, h)
	load.Questions = uint64(b.N)
	load.Duration = time.Minute
	b.ReportAllocs()
	b.ResetTimer()
	r, err := p.smsc.RunLoad(context.Background(), load)
	b.StopTimer()
	if err != nil {
		b.Fatal(err)
	}
	if r.Acked != uint64(b.N) || r.Replies != uint64(b.N) {
		b.Errorf("%d of %d questions acknowledged: %+v %+v", r.Acked, b.N, r, p.gateway.Snapshot().Operators[0])
	}
	b.ReportMetric(r.Rate, "questions/s")
	b.ReportMetric(r.Micros, "cpu-us/question")
	b.ReportMetric(float64(r.P50.Microseconds()), "p50-us")
	b.ReportMetric(float64(r.P99.Microseconds()), "p99-us")
}

// BenchmarkEcho is the gateway and the simulated operator alone, over loopback TCP,
// both in this process: nothing is looked up, the reply is one segment.
func BenchmarkEcho(b *testing.B) {
	benchmark(b, sms.OperatorConfig{Binds: 2, Window: 1000}, smsc.Load{Window: 1000}, echo)
}

// BenchmarkEchoAsShipped has the window that the settings have when nothing is said.
func BenchmarkEchoAsShipped(b *testing.B) {
	benchmark(b, sms.OperatorConfig{Binds: 2}, smsc.Load{}, echo)
}

func BenchmarkEchoReceiverTransmitter(b *testing.B) {
	benchmark(b, sms.OperatorConfig{Mode: sms.ReceiverTransmitter, Binds: 2, Window: 1000}, smsc.Load{Window: 1000}, echo)
}

// BenchmarkUrduAnswer sends the real answer's five segments.
func BenchmarkUrduAnswer(b *testing.B) {
	benchmark(b, sms.OperatorConfig{Binds: 2, Window: 1000}, smsc.Load{Window: 1000}, urduAnswer)
}

// BenchmarkHalfLoad is Echo at the rate of which the p99 is promised.
func BenchmarkHalfLoad(b *testing.B) {
	benchmark(b, sms.OperatorConfig{Binds: 2, Window: 1000}, smsc.Load{Window: 1000, Rate: 75_000}, echo)
}
