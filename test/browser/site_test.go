package browser

import (
	"context"
	"log/slog"
	"math"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/sms"
	"intikhab/platform/sms/smsc"
	"intikhab/platform/web"
	"intikhab/platform/web/webtest"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/console"
	"intikhab/systems/voterinfo/demo"
	"intikhab/systems/voterinfo/door"
	"intikhab/systems/voterinfo/rollindex"
	"intikhab/systems/voterinfo/statistics"
)

// The numbers that the fake service answers for.
const (
	onRoll    = "4230112345671"
	noStation = "3520298765432"
	notOnRoll = "1110111111111"
	tooOften  = "6110155555555"
)

// service is a voterinfo with four numbers in it.
type service struct{}

func (service) Answer(q voterinfo.Question) voterinfo.Answer {
	a := voterinfo.Answer{Language: q.Language}
	switch q.Text {
	case onRoll, noStation:
		a.Outcome, a.Entry, a.Text = voterinfo.Found, entry(q.Text == onRoll), "Block 440160404"
	case tooOften:
		a.Outcome, a.RetryAt = voterinfo.TooOften, q.At.Add(4*time.Minute)
	default:
		a.Outcome = voterinfo.NotOnRoll
	}
	return a
}

func entry(withStation bool) rollindex.Entry {
	station := &rollindex.Station{
		ID: "NA-245-0117", Kind: "combined",
		NameEn: "Gulistan Girls Secondary School, Block A", NameUr: "گلستان گرلز سیکنڈری اسکول، بلاک اے",
		Lat: 24.87, Lon: 67.06,
	}
	e := rollindex.Entry{Block: 440160404, Serial: 226, Household: 158, Area: &rollindex.Area{
		Block: 440160404, NameEn: "Sindhi Muslim Housing Society, Circle No. 4", NameUr: "سندھی مسلم ہاؤسنگ سوسائٹی، سرکل نمبر 4",
		TehsilEn: "Ferozabad", TehsilUr: "فیروز آباد", DistrictEn: "Karachi East", DistrictUr: "کراچی شرقی", NA: "NA-245", PA: "PS-110",
	}}
	if withStation {
		e.Station = station
	}
	return e
}

// line is an operator that replies at once.
type line struct{}

func (line) Ask(_ context.Context, _, text string) (smsc.Reply, error) {
	switch text {
	case onRoll:
		return smsc.Reply{Text: urduReply, Encoding: "UCS-2", Segments: 4, Octets: 520, Took: 1400 * time.Microsecond}, nil
	case "EN":
		return smsc.Reply{Text: "Replies will be in English.", Encoding: "GSM 7-bit", Segments: 1, Octets: 24, Took: 900 * time.Microsecond}, nil
	case "silence":
		return smsc.Reply{}, smsc.ErrSilence
	}
	return smsc.Reply{Text: "The number is not on the electoral roll.", Encoding: "GSM 7-bit", Segments: 1, Octets: 35, Took: 800 * time.Microsecond}, nil
}

const urduReply = `بلاک کوڈ 440160404
سلسلہ نمبر 226
گھرانہ نمبر 158
سندھی مسلم ہاؤسنگ سوسائٹی، کراچی شرقی
NA-245 PS-110
پولنگ اسٹیشن: گلستان گرلز سیکنڈری اسکول، بلاک اے`

// gateway is a gateway of two operators, one of which is in trouble. Its counts
// grow at every look.
type gateway struct{ looks atomic.Uint64 }

// latencies are those of all looks up to the n-th, a slow one now and then.
func (g *gateway) latencies(n uint64) (h sms.Histogram) {
	for i := range 50 * n {
		h.Add(2 * time.Millisecond)
		if i%60 == 0 {
			h.Add(time.Duration(12+i%7) * time.Millisecond)
		}
	}
	return h
}

func (g *gateway) snapshot() sms.Snapshot {
	n := g.looks.Add(1)
	wave := uint64(900 + 300*math.Sin(float64(n)/9))
	since := time.Date(2027, 2, 8, 3, 4, 5, 0, time.UTC)
	return sms.Snapshot{At: since, Operators: []sms.OperatorSnapshot{
		{
			Name: "first", Questions: n*1000 + wave, Accepted: n*2100 + 2*wave, Pending: 37,
			Latency: g.latencies(n),
			Binds: []sms.BindSnapshot{
				{Name: "first-1", Kind: "transceiver", State: sms.Bound, Since: since, WindowUsed: 21, WindowSize: 256, Pending: 20, MaxPending: 2000},
				{Name: "first-2", Kind: "transceiver", State: sms.Bound, Since: since, WindowUsed: 17, WindowSize: 256, Pending: 17, MaxPending: 2000},
			},
		},
		{
			Name: "second", Questions: 120, Accepted: 90, Timeouts: 3, Throttled: true, Rate: 85,
			Refusals: map[string]uint64{"ESME_RINVDSTADR": 4}, Deferred: map[string]uint64{"ESME_RTHROTTLED": 1322, "ESME_RMSGQFUL": 18},
			Binds: []sms.BindSnapshot{
				{Name: "second-rx", Kind: "receiver", State: sms.Bound, Since: since, Pending: 3, MaxPending: 2000},
				{Name: "second-tx", Kind: "transmitter", State: sms.Waiting, Since: since, WindowSize: 256, Failure: "dial 10.1.2.3:2775: connection refused; trying again in 8s"},
			},
		},
	}}
}

func answers() console.Answers {
	return console.Answers{
		Roll: &rollindex.Info{
			Name: "General election 2027", Frozen: time.Date(2027, 1, 20, 0, 0, 0, 0, time.UTC), Voters: 122_000_000,
			Areas: 185_514, Stations: 90_675, Root: strings.Repeat("9f3c71d04be8a256", 4),
		},
		Counts: []console.Count{
			{Channel: "sms", Operator: "first", Outcome: "found", Language: "ur", N: 1_402_331},
			{Channel: "sms", Operator: "first", Outcome: "not_on_roll", Language: "ur", N: 88_120},
			{Channel: "sms", Operator: "second", Outcome: "not_understood", Language: "ro", N: 40_877},
			{Channel: "sms", Operator: "second", Outcome: "too_often", Language: "en", N: 912},
		},
	}
}

// book is a week of statistics.
type book struct{}

func (book) Query(_ context.Context, f statistics.Filter, by ...statistics.Dimension) (statistics.Table, error) {
	t := statistics.Table{By: by}
	add := func(value string, n uint64) {
		t.Rows = append(t.Rows, statistics.Row{Values: []string{value}, Questions: n})
	}
	switch by[0] {
	case statistics.ByDay:
		day, _ := time.Parse(time.DateOnly, f.From)
		for i, n := range []uint64{210_400, 230_100, 288_000, 301_500, 420_000, 610_400, 1_240_900} {
			add(day.AddDate(0, 0, i).Format(time.DateOnly), n)
		}
	case statistics.ByHour:
		for h := range 24 {
			add(strconv.Itoa(h), uint64(140_000+130_000*math.Sin(float64(h-9)*math.Pi/12)))
		}
	case statistics.ByDistrict:
		for i, d := range geography.Districts() {
			add(d.NameEn, uint64(200_000/(i+1)))
		}
	case statistics.ByGender:
		add("M", 1_820_000)
		add("F", 1_300_000)
		add("X", 12)
		add("", 181_288)
	default:
		for i, name := range map[statistics.Dimension][]string{
			statistics.ByOperator: {"first", "second", ""}, statistics.ByLanguage: {"ur", "ro", "en"},
			statistics.ByOutcome: {"found", "not_on_roll", "not_understood", "too_often"}, statistics.ByChannel: {"sms", "web", "http"},
		}[by[0]] {
			add(name, uint64(2_600_000/(1+6*i)))
		}
	}
	return t, nil
}

// A place is everything that is looked at, on one address.
type place struct {
	url     string
	console *console.Console
	stop    func() // ends the server, streams included
}

func site(t *testing.T) place {
	t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	d, err := door.New(door.Config{Service: service{}, Page: "/voter"})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2027, 2, 8, 3, 12, 0, 0, time.UTC) // the clock stands, but for the samples
	g := new(gateway)
	c, err := console.New(console.Config{Answers: answers, Gateway: g.snapshot, Statistics: book{}, Log: quiet,
		Now: func() time.Time { now = now.Add(time.Second); return now }})
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		c.Sample()
	}
	page, err := demo.New(demo.Config{Line: line{}, Console: c, Lookup: "/voter", Samples: []demo.Sample{
		{CNIC: onRoll, OnRoll: true}, {CNIC: noStation, OnRoll: true}, {CNIC: "6110112345674", OnRoll: true}, {CNIC: notOnRoll},
	}})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		handler := web.New(web.Config{Gate: webtest.Open, Log: quiet}, d.Routes(), c.Routes(), page.Routes())
		if err := web.Serve(ctx, listener, nil, handler, quiet); err != nil {
			t.Errorf("serve: %v", err)
		}
	}()
	p := place{url: "http://" + listener.Addr().String(), console: c, stop: func() { cancel(); <-ended }}
	t.Cleanup(p.stop)
	return p
}
