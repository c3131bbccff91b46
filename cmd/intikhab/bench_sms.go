package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime/pprof"
	"strings"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/sms"
	"intikhab/platform/sms/smsc"
	"intikhab/systems/voterinfo"
	"intikhab/systems/voterinfo/rollindex"
)

// benchSMS asks the whole service through a simulated operator on the same
// machine: real TCP, real SMPP, the limits and statistics at work.
type benchSMS struct {
	File    string        `arg:"" type:"path" help:"The index."`
	Binds   int           `default:"2" help:"Connections of the service to the operator."`
	Window  int           `default:"1000" help:"Questions under way on each."`
	For     time.Duration `default:"10s" help:"How long each run asks."`
	Steady  float64       `default:"75000" help:"Questions a second of the steady run."`
	Askers  int           `default:"1000000" help:"Different telephones."`
	Texts   int           `default:"500000" help:"Different questions; one in ten is of a number not on the roll."`
	Profile string        `type:"path" help:"Write a profile of the processor's work in the answer's full-speed run."`
	JSON    bool          `name:"json" help:"Print one JSON line for each run."`
	keyFlag
}

// smsRun is one run of the benchmark.
type smsRun struct {
	Name     string  `json:"name"`
	Language string  `json:"language,omitempty"` // "" for the bare echo
	Urdu     bool    `json:"urdu_tables,omitempty"`
	More     string  `json:"-"`                    // said after each answer
	Rate     float64 `json:"asked_rate,omitempty"` // 0: as fast as the windows allow
	smsc.Result
	Memory uint64 `json:"memory_bytes"` // of the process, without mapped files
}

func (c *benchSMS) Run(ctx context.Context) error {
	key, err := c.key()
	if err != nil {
		return err
	}
	roll, err := rollindex.Open(c.File, key)
	if err != nil {
		return err
	}
	texts, err := c.texts(roll)
	if err != nil {
		return err
	}
	runs := []smsRun{{Name: "echo"}, {Name: "answer", Language: "en"}, {Name: "answer, half rate", Language: "en"},
		{Name: "answer, steady", Language: "en", Rate: c.Steady}, {Name: "answer in Urdu", Language: "ur"},
		{Name: "answer in Urdu, five parts", Language: "ur", More: urduFiller},
		{Name: "answer in Urdu, shift tables", Language: "ur", Urdu: true}}
	for i := range runs {
		r := &runs[i]
		if r.Name == "answer, half rate" {
			r.Rate = runs[i-1].Result.Rate / 2
		}
		if err := c.answered(ctx, r, roll, texts); err != nil {
			return err
		}
		if err := c.print(r, &runs[0]); err != nil {
			return err
		}
	}
	return nil
}

// answered runs one load against what the run is named for.
func (c *benchSMS) answered(ctx context.Context, r *smsRun, roll *rollindex.Roll, texts []string) error {
	if r.Language == "" {
		return c.one(ctx, r, sms.Echo(strings.Repeat("e", 150)), texts) // one part
	}
	language, err := voterinfo.ParseLanguage(r.Language)
	if err != nil {
		return err
	}
	service, err := voterinfo.New(voterinfo.Config{Language: language, StationsFrom: time.Now().AddDate(0, 0, -1)})
	if err != nil {
		return err
	}
	defer service.Close(ctx)
	service.Publish(roll)
	if r.Name == "answer" && c.Profile != "" {
		f, err := os.Create(c.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	return c.one(ctx, r, longer{service, r.More}, texts)
}

// longer answers as the service does and says more, to see what parts cost.
type longer struct {
	*voterinfo.Service
	more string
}

// HandleSMSBatch implements sms.BatchHandler.
func (l longer) HandleSMSBatch(in []sms.Message, replies [][]byte) {
	l.Service.HandleSMSBatch(in, replies)
	for i := range replies {
		replies[i] = append(replies[i], l.more...)
	}
}

// urduFiller makes five parts of the usual Urdu answer's three.
var urduFiller = "\n" + strings.Repeat("پولنگ سٹیشن جائیں ", 7)

// texts are the questions: numbers of voters, one in ten of nobody.
func (c *benchSMS) texts(roll *rollindex.Roll) ([]string, error) {
	rng := rand.New(rand.NewPCG(8300, 1))
	texts := make([]string, 0, c.Texts)
	for _, n := range roll.Sample(rng, c.Texts) {
		if len(texts)%10 == 9 {
			var err error
			if n, err = cnic.FromUint64(rng.Uint64N(cnic.Space)); err != nil {
				return nil, err
			}
		}
		texts = append(texts, n.Reveal())
	}
	return texts, nil
}

// one runs a load against a handler.
func (c *benchSMS) one(ctx context.Context, r *smsRun, handler sms.Handler, texts []string) error {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
	operator, err := smsc.Start(smsc.Config{Window: c.Window, Log: log})
	if err != nil {
		return err
	}
	defer operator.Close()
	gateway, err := sms.NewGateway(sms.Config{Operators: map[string]sms.OperatorConfig{"bench": {
		Address: operator.Addr(), SystemID: "8300", Password: "bench", Binds: c.Binds,
		Window: 8 * c.Window, MaxPending: 2 * c.Window, UrduTables: r.Urdu,
	}}}, handler, log)
	if err != nil {
		return err
	}
	gateway.Start(ctx)
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		gateway.Shutdown(ctx)
	}()
	if err := operator.WaitBound(ctx, c.Binds); err != nil {
		return err
	}
	r.Result, err = operator.RunLoad(ctx, smsc.Load{Askers: c.Askers, Rate: r.Rate, Window: c.Window, Duration: c.For, Texts: texts})
	r.Memory = anonymousMemory()
	return err
}

func (c *benchSMS) print(r, echo *smsRun) error {
	if c.JSON {
		return json.NewEncoder(os.Stdout).Encode(r)
	}
	rate := "as fast as it goes"
	if r.Rate > 0 {
		rate = fmt.Sprintf("at %s a second", thousands(uint64(r.Rate)))
	}
	fmt.Printf("%s, %s: %s questions a second answered, %.2f parts a reply, %.2f µs of processor a question; p50 %v, p99 %v, longest %v; refused %d; %s MB of memory\n",
		r.Name, rate, thousands(uint64(r.Result.Rate)), float64(r.Segments)/float64(cmp.Or(r.Replies, 1)), r.Micros, r.P50, r.P99, r.Max, r.Refused, thousands(r.Memory>>20))
	if r.Language != "" && r.Rate == 0 {
		fmt.Printf("  %.2f of the echo's rate\n", r.Result.Rate/echo.Result.Rate)
	}
	return nil
}

// anonymousMemory is the process's memory that is not a file's (RssAnon of
// proc(5)); 0 where there is no such file.
func anonymousMemory() uint64 {
	all, err := lines("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range all {
		var kilobytes uint64
		if n, _ := fmt.Sscanf(line, "RssAnon: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10
		}
	}
	return 0
}
