package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/smsc"
	"intikhab/platform/web"
)

// smscCommand is the simulated operator alone.
type smscCommand struct {
	Listen       string        `placeholder:"HOST:PORT" default:"127.0.0.1:2775" help:"Where ESMEs bind to (${default}; port 0 takes a free one)."`
	Control      string        `placeholder:"HOST:PORT" help:"Serve the control interface (HTTP) here: GET /counters, POST /ask, /queue, /faults, /redeliver, /drop."`
	SystemID     string        `placeholder:"NAME" default:"8300" help:"Account that may bind (${default})."`
	PasswordFile string        `placeholder:"FILE" type:"path" help:"File with its password; without one, any password will do."`
	ShortCode    string        `placeholder:"DIGITS" default:"8300" help:"Number that is asked (${default})."`
	Window       int           `placeholder:"N" default:"256" help:"Questions under way on each bind (${default})."`
	Journal      string        `placeholder:"FILE" type:"path" help:"File in which questions and acknowledgements outlive the program."`
	Rate         float64       `placeholder:"N" help:"Accept so many replies a second; the others are throttled."`
	Throttle     int           `placeholder:"N" help:"Throttle every N-th reply."`
	QueueFull    int           `placeholder:"N" help:"Answer every N-th reply that the queue is full."`
	Refuse       int           `placeholder:"N" help:"Refuse every N-th reply for good."`
	Delay        time.Duration `placeholder:"TIME" help:"Wait before each response, as 100ms."`
	Mute         int           `placeholder:"N" help:"Give every N-th reply no response."`
	Reorder      int           `placeholder:"N" help:"Keep N responses back and send them mixed up."`
	Drop         int           `placeholder:"N" help:"Cut a connection at every N-th message sent on it."`
	LoseAcks     int           `placeholder:"N" help:"At every N-th acknowledgement cut the connection and forget it."`
	Garbage      int           `placeholder:"N" help:"Send a malformed message before every N-th question."`
	Seed         uint64        `placeholder:"N" default:"1" help:"Of what is left to chance (${default})."`
	Load         bool          `help:"Ask as fast as the ESME takes it, once it is bound; print what came of it and end."`
	LoadRate     float64       `placeholder:"N" help:"With --load: questions a second."`
	LoadFor      time.Duration `placeholder:"TIME" default:"10s" help:"With --load: how long (${default})."`
	LoadAskers   int           `placeholder:"N" default:"1000000" help:"With --load: different telephones (${default})."`
	LoadTexts    string        `placeholder:"FILE" type:"path" help:"With --load: file of questions, one a line, asked in turn."`
}

func (c *smscCommand) Run(ctx context.Context) error {
	password, err := firstLine(c.PasswordFile)
	if err != nil {
		return fmt.Errorf("--password-file: %w", err)
	}
	config := smsc.Config{
		Listen: c.Listen, ShortCode: c.ShortCode, Window: c.Window, Journal: c.Journal,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Faults: smsc.Faults{
			Rate: c.Rate, Throttle: c.Throttle, QueueFull: c.QueueFull, Refuse: c.Refuse, Delay: c.Delay, Mute: c.Mute,
			Reorder: c.Reorder, Drop: c.Drop, LoseAcks: c.LoseAcks, Garbage: c.Garbage, Seed: c.Seed,
		},
	}
	if c.PasswordFile != "" {
		config.Accounts = map[string]string{c.SystemID: password}
	}
	server, err := smsc.Start(config)
	if err != nil {
		return err
	}
	defer server.Close()
	fmt.Printf("simulated operator at %s, short code %s\n", server.Addr(), c.ShortCode)
	if c.Load {
		return c.load(ctx, server)
	}
	if c.Control != "" {
		listener, err := listen("--control", c.Control)
		if err != nil {
			return err
		}
		fmt.Printf("control at http://%s\n", listener.Addr())
		if err := web.Serve(ctx, listener, nil, smscControl(server), config.Log); err != nil {
			return err
		}
	}
	<-ctx.Done()
	return json.NewEncoder(os.Stdout).Encode(server.Counters())
}

func (c *smscCommand) load(ctx context.Context, server *smsc.Server) error {
	texts, err := lines(c.LoadTexts)
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stderr, "waiting for a bind")
	if err := server.WaitBound(ctx, 1); err != nil {
		return err
	}
	time.Sleep(time.Second) // for the others of the same ESME
	result, err := server.RunLoad(ctx, smsc.Load{Askers: c.LoadAskers, Rate: c.LoadRate, Duration: c.LoadFor, Texts: texts})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

// smscControl is the control interface: JSON in and out, for tests in any
// language. It is for a trusted machine only.
func smscControl(server *smsc.Server) http.Handler {
	mux := http.NewServeMux()
	reply := func(w http.ResponseWriter, v any, err error) {
		w.Header().Set("Content-Type", "application/json")
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			v = map[string]string{"error": err.Error()}
		}
		json.NewEncoder(w).Encode(v)
	}
	mux.HandleFunc("GET /counters", func(w http.ResponseWriter, _ *http.Request) { reply(w, server.Counters(), nil) })
	mux.HandleFunc("POST /ask", func(w http.ResponseWriter, r *http.Request) {
		var q struct{ From, Text string }
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, `want {"from": "923001234567", "text": "…"}: `+err.Error(), http.StatusBadRequest)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), 20*time.Second)
		defer cancel()
		answer, err := server.Ask(ctx, q.From, q.Text)
		reply(w, answer, err)
	})
	mux.HandleFunc("POST /queue", func(w http.ResponseWriter, r *http.Request) {
		var q struct {
			From []string
			Text string
		}
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, `want {"from": ["923001234567", …], "text": "…"}: `+err.Error(), http.StatusBadRequest)
			return
		}
		err := server.Queue(q.Text, q.From...)
		reply(w, server.Counters(), err)
	})
	mux.HandleFunc("POST /faults", func(w http.ResponseWriter, r *http.Request) {
		var f struct {
			smsc.Faults
			Delay sms.Duration `json:"delay"` // "100ms", not nanoseconds
		}
		d := json.NewDecoder(r.Body)
		d.DisallowUnknownFields()
		if err := d.Decode(&f); err != nil {
			http.Error(w, `want some of the faults, as {"throttle": 10, "delay": "100ms"}; the others end: `+err.Error(), http.StatusBadRequest)
			return
		}
		f.Faults.Delay = time.Duration(f.Delay)
		server.SetFaults(f.Faults)
		reply(w, f, nil)
	})
	mux.HandleFunc("POST /redeliver", func(w http.ResponseWriter, _ *http.Request) {
		server.Redeliver()
		reply(w, server.Counters(), nil)
	})
	mux.HandleFunc("POST /drop", func(w http.ResponseWriter, _ *http.Request) {
		server.DropAll()
		reply(w, server.Counters(), nil)
	})
	return mux
}

// firstLine reads the first line of a file; "" when none is named.
func firstLine(path string) (string, error) {
	all, err := lines(path)
	if err != nil || len(all) == 0 {
		return "", err
	}
	return all[0], nil
}

// lines reads the lines of a file that are not empty; none when none is named.
func lines(path string) (all []string, err error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := bufio.NewScanner(f)
	for s.Scan() {
		if line := strings.TrimRight(s.Text(), "\r"); line != "" {
			all = append(all, line)
		}
	}
	return all, s.Err()
}
