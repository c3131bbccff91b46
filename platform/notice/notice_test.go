package notice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/emersion/go-smtp"

	"intikhab/platform/bus"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/notice/catcher"
	"intikhab/platform/sms"
	"intikhab/platform/sms/smpp"
	"intikhab/platform/sms/smsc"
	"intikhab/platform/words"
	"intikhab/test/databases"
)

// kinds are one that may be held back, and one that may not.
func kinds(t testing.TB) []Kind {
	t.Helper()
	texts, err := words.NewCatalogue(fstest.MapFS{
		"words/en.json": {Data: []byte(`{"t.text":"Your objection {number} was received.","t.subject":"Objection {number}"}`)},
		"words/ur.json": {Data: []byte(`{"t.text":"آپ کا اعتراض {number} موصول ہوا۔","t.subject":"اعتراض {number}"}`)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return []Kind{
		{Name: "objection", Texts: texts, Text: "t.text", Subject: "t.subject"},
		{Name: "warning", Texts: texts, Text: "t.text", Subject: "t.subject", Duty: true},
	}
}

// operator is a telephone network that does what it is told.
type operator struct {
	mu    sync.Mutex
	texts []string
	does  func(m sms.Outgoing) (sms.Sent, error) // if not nil
	n     int
}

func (o *operator) Send(_ context.Context, m sms.Outgoing) (sms.Sent, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.does != nil {
		if sent, err := o.does(m); err != nil {
			return sent, err
		}
	}
	o.n++
	o.texts = append(o.texts, m.To.Reveal()+" "+m.Text)
	return sms.Sent{Operator: "first", IDs: []string{fmt.Sprint(o.n)}}, nil
}

// clock can be set.
type clock struct{ at atomic.Int64 }

func (c *clock) now() time.Time  { return time.Unix(0, c.at.Load()) }
func (c *clock) set(t time.Time) { c.at.Store(t.UnixNano()) }

// noon is by day in Pakistan.
var noon = time.Date(2027, 2, 8, 7, 0, 0, 0, time.UTC)

type site struct {
	t     *testing.T
	db    *database.DB
	s     *Service
	clock *clock
}

// start has a service work on a database.
func start(t *testing.T, db *database.DB, change func(*Config)) *site {
	t.Helper()
	if err := Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	b, err := bus.Open(t.Context(), bus.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	out, err := b.Outbox(db)
	if err != nil {
		t.Fatal(err)
	}
	c := &clock{}
	c.set(noon)
	cfg := Config{DB: db, Outbox: out, Keys: vault.New(noon), Sender: "8300", Paisa: 150, Now: c.now}
	change(&cfg)
	s, err := New(cfg, kinds(t)...)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Work(b); err != nil {
		t.Fatal(err)
	}
	return &site{t, db, s, c}
}

func (s *site) update(f func(tx *database.Tx) error) {
	s.t.Helper()
	if err := s.db.Update(s.t.Context(), f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) put(n Notice) (id string) {
	s.t.Helper()
	if n.Telephone == (sms.MSISDN{}) && n.Address == "" {
		n.Telephone, _ = sms.ParseMSISDN("03001234567")
	}
	n.Data = map[string]string{"number": "17"}
	s.update(func(tx *database.Tx) (err error) {
		id, err = s.s.Put(tx, n)
		return err
	})
	return id
}

// is waits until a notice is in a state.
func (s *site) is(id string, want State) Listed {
	s.t.Helper()
	var last Listed
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		err := s.db.View(s.t.Context(), func(tx *database.Tx) error {
			page, _, err := s.s.List(tx, Query{})
			for _, l := range page {
				if l.ID == id {
					last = l
				}
			}
			return err
		})
		if err != nil {
			s.t.Fatal(err)
		}
		if last.State == want {
			return last
		}
	}
	s.t.Fatalf("%s is %q (%s), want %q", id, last.State, last.Reason, want)
	return last
}

func TestSentOnce(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		o := &operator{}
		s := start(t, db, func(c *Config) { c.Telephone = o })
		for range 3 {
			s.put(Notice{Kind: "objection", Key: "17", Language: words.English, On: "objection:17"})
		}
		l := s.is("objection:17", Sent)
		if l.To != "92300*******" || l.Segments != 1 || l.Paisa != 150 || l.On != "objection:17" {
			t.Errorf("the list has %+v", l)
		}
		other := s.put(Notice{Kind: "objection", Language: words.Urdu})
		s.is(other, Sent)
		want := []string{"923001234567 Your objection 17 was received.", "923001234567 آپ کا اعتراض 17 موصول ہوا۔"}
		if got := strings.Join(o.texts, "|"); got != strings.Join(want, "|") {
			t.Errorf("sent %q, want %q", got, want)
		}
		// What an act puts that does not happen is never sent.
		refused := errors.New("no")
		err := db.Update(t.Context(), func(tx *database.Tx) error {
			number, _ := sms.ParseMSISDN("03001234567")
			if _, err := s.s.Put(tx, Notice{Kind: "objection", Telephone: number, Key: "18"}); err != nil {
				return err
			}
			return refused
		})
		if err != refused {
			t.Fatal(err)
		}
		// Neither the number nor the data stand in the open.
		err = db.View(t.Context(), func(tx *database.Tx) error {
			var row string
			return tx.QueryRow(`SELECT masked FROM notice WHERE masked LIKE '%1234567%'`).Scan(&row)
		})
		if err == nil {
			t.Error("the number stands in the open")
		}
		if len(o.texts) != 2 {
			t.Errorf("%d texts were sent", len(o.texts))
		}
	})
}

// Receipts are found whether they come before or after the notice is noted as sent.
func TestReceipts(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		o := &operator{}
		s := start(t, db, func(c *Config) { c.Telephone = o })
		early := []sms.Receipt{{Operator: "first", ID: "1", State: "DELIVRD", Final: true}, {Operator: "first", ID: "1", State: "ENROUTE"}}
		if err := s.s.Receipts(t.Context(), early); err != nil {
			t.Fatal(err)
		}
		s.is(s.put(Notice{Kind: "objection"}), Delivered)
		second := s.put(Notice{Kind: "objection"})
		s.is(second, Sent)
		if err := s.s.Receipts(t.Context(), []sms.Receipt{{Operator: "other", ID: "2", State: "DELIVRD", Final: true}}); err != nil {
			t.Fatal(err)
		}
		s.is(second, Sent) // another operator's number 2
		if err := s.s.Receipts(t.Context(), []sms.Receipt{{Operator: "first", ID: "2", State: "UNDELIV", Final: true}}); err != nil {
			t.Fatal(err)
		}
		l := s.is(second, Undelivered)
		if got, want := l.Why(words.English), "The operator says that it did not arrive (UNDELIV)"; got != want {
			t.Errorf("why: %q, want %q", got, want)
		}
		third := s.put(Notice{Kind: "objection"})
		s.is(third, Sent)
		s.clock.set(noon.Add(noReceipt + time.Hour))
		if n, err := s.s.Sweep(t.Context()); n != 1 || err != nil {
			t.Errorf("Sweep: %d, %v", n, err)
		}
		s.is(third, Undelivered)
	})
}

func TestFailures(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		o := &operator{}
		s := start(t, db, func(c *Config) { c.Telephone = o })
		does := func(f func(sms.Outgoing) (sms.Sent, error)) {
			o.mu.Lock()
			defer o.mu.Unlock()
			o.does = f
		}
		does(func(sms.Outgoing) (sms.Sent, error) {
			return sms.Sent{}, &sms.Refused{Operator: "first", Status: smpp.StatusInvDstAdr}
		})
		l := s.is(s.put(Notice{Kind: "objection"}), GivenUp)
		if !strings.Contains(l.Why(words.English), "refused for good (first: ") || l.Why(words.Urdu) == l.Why(words.English) {
			t.Errorf("why: %q", l.Why(words.English))
		}
		does(func(sms.Outgoing) (sms.Sent, error) { return sms.Sent{}, sms.ErrUnknownOutcome })
		lost := s.put(Notice{Kind: "objection"})
		s.is(lost, Uncertain)
		tries := 0
		does(func(sms.Outgoing) (sms.Sent, error) {
			if tries++; tries < 2 {
				return sms.Sent{}, sms.ErrNotNow
			}
			return sms.Sent{}, nil
		})
		l = s.is(s.put(Notice{Kind: "objection"}), Sent) // tried again
		if l.Attempts != 2 {
			t.Errorf("%d attempts", l.Attempts)
		}
		// One that was given up before anybody tried it can be sent again too, and a key
		// may hold any sign.
		does(nil)
		odd := s.put(Notice{Kind: "objection", Key: "a#1#b"})
		s.is(odd, Sent)
		s.update(func(tx *database.Tx) error {
			_, err := tx.Exec(`UPDATE notice SET state = 'given_up', attempts = 0 WHERE id = ?`, odd)
			return err
		})
		s.update(func(tx *database.Tx) error { return s.s.Resend(tx, odd) })
		s.is(odd, Sent)
		// An officer has the uncertain one sent again; once.
		s.update(func(tx *database.Tx) error { return s.s.Resend(tx, lost) })
		s.is(lost, Sent)
		err := s.db.Update(t.Context(), func(tx *database.Tx) error { return s.s.Resend(tx, lost) })
		if !errors.Is(err, ErrState) {
			t.Errorf("a second time: %v", err)
		}
	})
}

// TestKilledBetween: a node that dies after handing a notice over has not noted the
// answer. The notice is uncertain and is not sent again.
func TestKilledBetween(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		o := &operator{}
		s := start(t, db, func(c *Config) { c.Telephone = o; c.Night = Night{0, 0} })
		id := s.put(Notice{Kind: "objection"})
		s.is(id, Sent)
		s.update(func(tx *database.Tx) error { return s.s.note(tx, id, Sending, "") }) // as the kill left it
		if err := s.s.deliver(t.Context(), bus.Message{Key: id + "#0", Attempt: 2}); err != nil {
			t.Fatal(err)
		}
		s.is(id, Uncertain)
		if len(o.texts) != 1 {
			t.Errorf("sent %d times", len(o.texts))
		}
	})
}

func TestNightAndStop(t *testing.T) {
	db, err := database.Open(t.Context(), t.TempDir()+"/x.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	o := &operator{}
	s := start(t, db, func(c *Config) { c.Telephone = o })
	s.clock.set(time.Date(2027, 2, 8, 18, 30, 0, 0, time.UTC)) // half past eleven at night
	held := s.put(Notice{Kind: "objection"})
	s.is(s.put(Notice{Kind: "warning"}), Sent) // a duty
	s.is(held, Waiting)
	s.update(func(tx *database.Tx) error { return s.s.Cancel(tx, held) })
	s.is(held, Cancelled)
	s.clock.set(noon)

	number, _ := sms.ParseMSISDN("03001234567")
	for _, c := range []struct {
		text string
		want State
	}{{"stop", Unwanted}, {" START. ", Sent}, {"بند", Unwanted}, {"شروع", Sent}} {
		reply := string(s.s.HandleSMS(&sms.Message{From: number, Text: c.text}, nil))
		if !strings.Contains(reply, "Election Commission") || !strings.Contains(reply, "الیکشن کمیشن") {
			t.Errorf("%q is answered %q", c.text, reply)
		}
		s.is(s.put(Notice{Kind: "objection"}), c.want)
		s.is(s.put(Notice{Kind: "warning"}), Sent)
	}
}

// A wish to be left alone, and the search for what somebody was told, outlive the key
// under which they were found.
func TestStopOutlivesItsKey(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		keys := vault.New(noon)
		s := start(t, db, func(c *Config) { c.Telephone = &operator{}; c.Keys = keys })
		number, _ := sms.ParseMSISDN("03001234567")
		s.is(s.put(Notice{Kind: "objection"}), Sent)
		for range 2 {
			s.update(func(tx *database.Tx) error { return s.s.Stop(tx, number) })
		}
		old := keys.Newest()
		keys.Add(noon)
		if err := vault.Rotate(t.Context(), db, keys, SealedColumns(), nil); err != nil {
			t.Fatal(err)
		}
		if err := keys.Drop(old); err != nil {
			t.Fatal(err)
		}
		s.is(s.put(Notice{Kind: "objection"}), Unwanted)
		err := db.View(t.Context(), func(tx *database.Tx) error {
			_, total, err := s.s.List(tx, Query{To: "923001234567"})
			if total != 2 {
				t.Errorf("%d notices to the number are found, want 2", total)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		s.update(func(tx *database.Tx) error { return s.s.Start(tx, number) })
		s.is(s.put(Notice{Kind: "objection"}), Sent)
	})
}

func TestNightUntil(t *testing.T) {
	at := func(hour int) time.Time { return time.Date(2027, 2, 8, hour, 15, 0, 0, words.Zone) }
	for _, c := range []struct {
		night Night
		hour  int
		until int // hour; -1 by day
		days  int
	}{
		{Night{21, 8}, 22, 8, 1}, {Night{21, 8}, 3, 8, 0}, {Night{21, 8}, 8, -1, 0}, {Night{21, 8}, 20, -1, 0},
		{Night{1, 5}, 3, 5, 0}, {Night{1, 5}, 0, -1, 0}, {Night{7, 7}, 7, -1, 0}, {Night{21, 0}, 23, 0, 1},
	} {
		end, inside := c.night.until(at(c.hour))
		if inside != (c.until >= 0) {
			t.Errorf("%v at %d: inside %v", c.night, c.hour, inside)
		} else if want := time.Date(2027, 2, 8+c.days, c.until, 0, 0, 0, words.Zone); inside && !end.Equal(want) {
			t.Errorf("%v at %d: until %v, want %v", c.night, c.hour, end, want)
		}
	}
}

func TestMail(t *testing.T) {
	c, err := catcher.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	db, err := database.Open(t.Context(), t.TempDir()+"/x.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := start(t, db, func(cfg *Config) {
		cfg.Mail = &MailConfig{Host: "127.0.0.1", Port: c.Port(), From: "Election Commission <no-reply@ecp.example>", Plain: true}
		if err := cfg.Mail.Check(); err != nil {
			t.Error(err)
		}
	})
	l := s.is(s.put(Notice{Kind: "objection", Key: "5", Address: "Voter@Home.example"}), Sent)
	if l.To != "v•••@home.example" || l.Channel != Mail {
		t.Errorf("the list has %+v", l)
	}
	letters := c.Letters()
	if len(letters) != 1 {
		t.Fatalf("%d letters", len(letters))
	}
	got := letters[0]
	if got.Subject != "اعتراض 17" || got.To[0] != "voter@home.example" || got.Header.Get("Auto-Submitted") != "auto-generated" ||
		got.Header.Get("Message-Id") != "<objection.5@ecp.example>" {
		t.Errorf("the letter is %+v", got)
	}
	c.Refuse(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such user voter@home.example"})
	l = s.is(s.put(Notice{Kind: "objection", Address: "voter@home.example"}), GivenUp)
	if why := l.Why(words.English); !strings.Contains(why, "no such user") || strings.Contains(why, "voter@home") {
		t.Errorf("why: %q", why)
	}
	c.Refuse(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "come back"})
	later := s.put(Notice{Kind: "objection", Address: "voter@home.example"})
	for s.is(later, Waiting).Attempts == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	c.Refuse(nil)
	s.is(later, Sent)
	// Without a mail server or an operator a notice is given up at once.
	s.is(s.put(Notice{Kind: "objection"}), GivenUp)
}

// Through a real gateway and a simulated operator, to the receipt.
func TestThroughGateway(t *testing.T) {
	texts := make(chan string, 10)
	server, err := smsc.Start(smsc.Config{Unasked: func(to, from, text string) { texts <- from + " " + to + " " + text }})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	g, err := sms.NewGateway(sms.Config{Operators: map[string]sms.OperatorConfig{"first": {Address: server.Addr(), SystemID: "8300"}}}, sms.Echo("x"), nil)
	if err != nil {
		t.Fatal(err)
	}
	db, err := database.Open(t.Context(), t.TempDir()+"/x.sqlite")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := start(t, db, func(c *Config) { c.Telephone = g })
	g.Receipts(s.s.Receipts)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	g.Start(ctx)
	l := s.is(s.put(Notice{Kind: "objection"}), Delivered)
	if got := <-texts; got != "8300 923001234567 آپ کا اعتراض 17 موصول ہوا۔" {
		t.Errorf("the telephone got %q", got)
	}
	if l.Segments != 1 {
		t.Errorf("%d segments", l.Segments)
	}
}

func TestPreview(t *testing.T) {
	s := &Service{kinds: map[string]Kind{}, cfg: Config{Paisa: 150}}
	for _, k := range kinds(t) {
		s.kinds[k.Name] = k
	}
	p, err := s.Preview("objection", words.Urdu, map[string]string{"number": strings.Repeat("۷", 60)})
	if err != nil || p.Segments != 2 || p.Paisa != 300 || p.Encoding != "UCS-2" {
		t.Errorf("got %+v, %v", p, err)
	}
	if _, err := s.Preview("nothing", words.Urdu, nil); err == nil {
		t.Error("a kind that there is not")
	}
}

func FuzzWord(f *testing.F) {
	for _, w := range append(append([]string{}, stopWords...), startWords...) {
		f.Add(w)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if stop, start := Word(text); stop && start {
			t.Errorf("%q asks for both", text)
		}
	})
}
