package console

import (
	"net/http"
	"time"

	"intikhab/platform/sms"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics answers GET /metrics from a registry of its own. Labels are names from
// the settings and the standards' own codes: operators, binds, outcomes, statuses.
func (c *Console) metrics() http.HandlerFunc {
	registry := prometheus.NewRegistry()
	registry.MustRegister(collector{c}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	h := promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, Timeout: 10 * time.Second})
	return h.ServeHTTP
}

// collector reads the snapshots at each scrape; nothing is counted twice.
type collector struct{ c *Console }

// A describe makes one metric of the table below.
func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("intikhab_"+name, help, labels, nil)
}

var (
	answersDesc  = describe("answers_total", "Answers given, by all doors.", "channel", "operator", "outcome", "language")
	lostDesc     = describe("statistics_lost_total", "Answers that are missing in the statistics because they could not be written.")
	rollDesc     = describe("roll_info", "The roll in use.", "name", "frozen", "root")
	votersDesc   = describe("roll_voters", "Voters on the roll in use.")
	endedDesc    = describe("sms_questions_ended_total", "Questions by SMS that have ended, by how.", "operator", "ending")
	statusDesc   = describe("sms_status_total", "SMPP statuses other than ESME_ROK: refused (a reply, for good), deferred (a reply, for now), answered (by us to the SMSC).", "operator", "sort", "status")
	receiptsDesc = describe("sms_receipts_total", "Delivery receipts.", "operator", "state")
	latencyDesc  = describe("sms_latency_seconds", "From a question's arrival to the acceptance of its reply.", "operator")
	stateDesc    = describe("sms_bind_state", "1 for the state that the bind is in.", "operator", "bind", "state")
	windowDesc   = describe("sms_bind_window_used", "Replies that wait for the SMSC's response.", "operator", "bind")
	sizeDesc     = describe("sms_bind_window_size", "Replies that may wait for the SMSC's response.", "operator", "bind")
	openDesc     = describe("sms_bind_pending", "Questions that are not yet acknowledged.", "operator", "bind")
	sessionsDesc = describe("sms_bind_sessions_total", "Connections that the bind has had.", "operator", "bind")
	throttleDesc = describe("sms_throttled", "1 while the operator's SMSC has us send more slowly.", "operator")
	rateDesc     = describe("sms_rate_limit", "Messages a second that may be sent now; 0 is no limit.", "operator")
)

// Counters of an operator that need no further label.
var operatorCounters = []struct {
	desc  *prometheus.Desc
	value func(sms.OperatorSnapshot) uint64
}{
	{describe("sms_questions_total", "deliver_sm that ask.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.Questions }},
	{describe("sms_submitted_total", "submit_sm written.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.Submitted }},
	{describe("sms_accepted_total", "submit_sm accepted.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.Accepted }},
	{describe("sms_acknowledged_total", "deliver_sm acknowledged.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.Acked }},
	{describe("sms_malformed_total", "PDUs that could not be read.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.Malformed }},
	{describe("sms_timeouts_total", "submit_sm without a response in time.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.Timeouts }},
	{describe("sms_resends_total", "submit_sm sent again, the outcome of the first unknown.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.Resends }},
	{describe("sms_repeats_total", "deliver_sm brought again and not answered again.", "operator"), func(o sms.OperatorSnapshot) uint64 { return o.LimboHits }},
}

// endings are the ways in which a question ends.
var endings = map[string]func(sms.OperatorSnapshot) uint64{
	"answered": func(o sms.OperatorSnapshot) uint64 { return o.Answered },
	"refused":  func(o sms.OperatorSnapshot) uint64 { return o.Refused },
	"silent":   func(o sms.OperatorSnapshot) uint64 { return o.Silent },
	"failed":   func(o sms.OperatorSnapshot) uint64 { return o.Failed },
	"given_up": func(o sms.OperatorSnapshot) uint64 { return o.GivenUp },
	"dropped":  func(o sms.OperatorSnapshot) uint64 { return o.Dropped },
	"busy":     func(o sms.OperatorSnapshot) uint64 { return o.Busy },
	"left":     func(o sms.OperatorSnapshot) uint64 { return o.Left },
	"expired":  func(o sms.OperatorSnapshot) uint64 { return o.ExpiredParts },
}

// latencyBuckets end where the gateway's own, an eighth of an octave wide, do.
var latencyBuckets = []time.Duration{
	128 * time.Microsecond, 256 * time.Microsecond, 512 * time.Microsecond, 1024 * time.Microsecond,
	2048 * time.Microsecond, 4096 * time.Microsecond, 8192 * time.Microsecond, 16384 * time.Microsecond,
	32768 * time.Microsecond, 65536 * time.Microsecond, 131072 * time.Microsecond, 262144 * time.Microsecond,
	524288 * time.Microsecond, 1048576 * time.Microsecond, 2097152 * time.Microsecond, 8388608 * time.Microsecond,
	33554432 * time.Microsecond,
}

var bindStates = []sms.State{sms.Waiting, sms.Dialing, sms.Binding, sms.Bound, sms.Draining, sms.Unbinding, sms.Closed}

// Describe tells of nothing: which metrics there are depends on the settings.
func (collector) Describe(chan<- *prometheus.Desc) {}

// Collect reads the service.
func (k collector) Collect(out chan<- prometheus.Metric) {
	counter := func(d *prometheus.Desc, n uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	a := k.c.cfg.Answers()
	for _, n := range a.Counts {
		counter(answersDesc, n.N, n.Channel, n.Operator, n.Outcome, n.Language)
	}
	counter(lostDesc, a.LostStatistics)
	if r := a.Roll; r != nil {
		gauge(rollDesc, 1, r.Name, r.Frozen.Format(time.DateOnly), r.Root)
		gauge(votersDesc, float64(r.Voters))
	}
	if k.c.cfg.Gateway == nil {
		return
	}
	for _, o := range k.c.cfg.Gateway().Operators {
		for _, m := range operatorCounters {
			counter(m.desc, m.value(o), o.Name)
		}
		for ending, value := range endings {
			counter(endedDesc, value(o), o.Name, ending)
		}
		for sort, by := range map[string]map[string]uint64{"refused": o.Refusals, "deferred": o.Deferred, "answered": o.Naks} {
			for status, n := range by {
				counter(statusDesc, n, o.Name, sort, status)
			}
		}
		for state, n := range o.Receipts {
			counter(receiptsDesc, n, o.Name, state)
		}
		buckets := make(map[float64]uint64, len(latencyBuckets))
		for _, at := range latencyBuckets {
			buckets[at.Seconds()] = o.Latency.AtMost(at)
		}
		out <- prometheus.MustNewConstHistogram(latencyDesc, o.Latency.Count(), o.Latency.Sum().Seconds(), buckets, o.Name)
		gauge(rateDesc, o.Rate, o.Name)
		gauge(throttleDesc, one(o.Throttled), o.Name)
		for _, b := range o.Binds {
			for _, state := range bindStates {
				gauge(stateDesc, one(b.State == state), o.Name, b.Name, string(state))
			}
			gauge(windowDesc, float64(b.WindowUsed), o.Name, b.Name)
			gauge(sizeDesc, float64(b.WindowSize), o.Name, b.Name)
			gauge(openDesc, float64(b.Pending), o.Name, b.Name)
			counter(sessionsDesc, b.Sessions, o.Name, b.Name)
		}
	}
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}
