package peers

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"intikhab/platform/sms"
	"intikhab/platform/sms/gsm"
)

// nodeSMSC starts the npm package as an SMSC and binds a gateway to it.
func nodeSMSC(t *testing.T, cfg sms.OperatorConfig) (*peer, *sms.Gateway) {
	t.Helper()
	return nodeSMSCFor(t, cfg, echo)
}

func nodeSMSCFor(t *testing.T, cfg sms.OperatorConfig, handler sms.Handler) (*peer, *sms.Gateway) {
	t.Helper()
	p := node(t, "smsc.js", "PEER_PASSWORD=hidden")
	cfg.Address = fmt.Sprintf("127.0.0.1:%d", p.expect("listening")[0].Port)
	cfg.SystemID, cfg.Password = "8300", "hidden"
	g := bind(t, cfg, handler)
	binds := 1
	if cfg.Mode == sms.ReceiverTransmitter {
		binds = 2
	}
	for range binds {
		if e := p.expect("bind")[0]; !e.Right || e.SystemID != "8300" {
			t.Fatalf("bound as %+v", e)
		}
	}
	p.do(fields{"do": "hold", "ms": 30})
	return p, g
}

// deliver has the peer send a question.
func (p *peer) deliver(tag string, pdu fields) {
	p.Helper()
	whole := fields{"source_addr_ton": 1, "source_addr_npi": 1, "source_addr": "923001234567", "destination_addr": "8300"}
	for name, value := range pdu {
		whole[name] = value
	}
	p.do(fields{"do": "deliver", "tag": tag, "pdu": whole})
}

// TestNodeSMSC asks in every way that the package can write, and reads the reply as
// the package understands it. The reply is always accepted before the question is
// acknowledged.
func TestNodeSMSC(t *testing.T) {
	p, g := nodeSMSC(t, sms.OperatorConfig{})
	for _, q := range []struct {
		name  string
		pdu   fields
		reply string
		part  int // the reply's segments
		code  byte
	}{
		{"GSM 7-bit", fields{"text": "4230112345671", "data_coding": 0}, found, 1, 0},
		{"ASCII of SMPP", fields{"text": "my CNIC is 42301-1234567-1", "data_coding": 1}, found, 1, 0},
		{"Latin-1", fields{"text": "numéro 42301 1234567 1", "data_coding": 3}, found, 1, 0},
		{"UCS-2", fields{"text": "شناختی کارڈ ۴۲۳۰۱۱۲۳۴۵۶۷۱", "data_coding": 8}, foundUrdu, 0, 8},
		{"message_payload", fields{"text": "میرا نمبر ۴۲۳۰۱-۱۲۳۴۵۶۷-۱ ہے", "data_coding": 8, "payload": true}, foundUrdu, 0, 8},
		{"octets", fields{"hex": "34323330313132333435363731", "data_coding": 4}, found, 1, 0},
		{"nonsense", fields{"text": "@£$¥ {who?} €", "data_coding": 0}, notUnderstood, 1, 0},
		{"empty", fields{"text": "", "data_coding": 0}, notUnderstood, 1, 0},
	} {
		t.Run(q.name, func(t *testing.T) {
			p.T = t
			p.deliver(q.name, q.pdu)
			if text := p.reply(q.code); text != q.reply {
				t.Errorf("reply %q, want %q", text, q.reply)
			}
			if e := p.expect("acked")[0]; e.Tag != q.name || e.Status != 0 {
				t.Errorf("acknowledged as %+v", e)
			}
		})
	}
	p.T = t
	p.deliver("silence", fields{"text": "STOP", "data_coding": 0})
	if e := p.expect("acked")[0]; e.Tag != "silence" {
		t.Errorf("%+v", e)
	}
	if c := counts(g); c.Answered != 8 || c.Silent != 1 || c.Acked != 9 || c.Malformed != 0 {
		t.Errorf("%+v", c)
	}
}

// TestNodeSMSCService has the real service answer: what the package reads is what the
// service said, in its three languages.
func TestNodeSMSCService(t *testing.T) {
	answers := service(t)
	p, g := nodeSMSCFor(t, sms.OperatorConfig{}, answers)
	for _, q := range []struct {
		text     string
		in, back byte // data_coding
	}{
		{"4230112345671 EN", 0, 0},
		{"میرا شناختی کارڈ نمبر ۴۲۳۰۱۱۲۳۴۵۶۷۱ ہے", 8, 8},
		{"42301 1234567 1 ro", 1, 0},
		{"4230112345673 en", 0, 0},
		{"where do I vote? en", 3, 0},
	} {
		p.deliver(q.text, fields{"text": q.text, "data_coding": q.in})
		if got, want := p.reply(q.back), said(answers, q.text); got != want || got == "" {
			t.Errorf("%q is answered %q, want %q", q.text, got, want)
		}
		p.expect("acked")
	}
	if c := counts(g); c.Answered != 5 {
		t.Errorf("%+v", c)
	}
}

// reply collects the parts of one reply until all were answered, and joins them. An
// acknowledgement between them fails the test.
func (p *peer) reply(coding byte) string {
	p.Helper()
	var parts []string
	total := 1
	for answered := 0; answered < total; {
		e := p.next()
		switch {
		case e.Event == "answered":
			answered++
		case e.Event != "submit":
			p.Fatalf("%+v comes before the reply's %d parts were all accepted", e, total)
		default:
			if e.Coding != coding || e.From != "8300" || e.To != "923001234567" {
				p.Errorf("reply from %s to %s with data_coding %d, want 8300, 923001234567, %d", e.From, e.To, e.Coding, coding)
			}
			if len(e.UDH) > 0 {
				var ref, number int
				if _, err := fmt.Sscanf(e.UDH[0], "0003%02x%02x%02x", &ref, &total, &number); err != nil || number != len(parts)+1 {
					p.Errorf("part %d has the header %s", len(parts)+1, e.UDH)
				}
			}
			if e.SarRef != nil {
				if total = e.SarTotal; e.SarNumber != len(parts)+1 {
					p.Errorf("part %d is numbered %d", len(parts)+1, e.SarNumber)
				}
			}
			parts = append(parts, e.Text)
		}
	}
	return strings.Join(parts, "")
}

// TestNodeSMSCParts asks in two parts, the second before the first: neither is
// acknowledged before the one reply is accepted.
func TestNodeSMSCParts(t *testing.T) {
	p, g := nodeSMSC(t, sms.OperatorConfig{})
	p.deliver("second", fields{"udh": "0500032a0202", "text": " ۱۲۳۴۵۶۷ ۱", "data_coding": 8})
	p.deliver("first", fields{"udh": "0500032a0201", "text": "میرا شناختی کارڈ نمبر: ۴۲۳۰۱", "data_coding": 8})
	if text := p.reply(8); text != foundUrdu {
		t.Errorf("reply %q", text)
	}
	acked := p.expect("acked", "acked")
	if acked[0].Tag == acked[1].Tag || acked[0].Status|acked[1].Status != 0 {
		t.Errorf("%+v", acked)
	}
	if c := counts(g); c.Answered != 1 || c.Acked != 2 {
		t.Errorf("%+v", c)
	}
}

// TestNodeSMSCConcatenation has long replies joined in the other two ways.
func TestNodeSMSCConcatenation(t *testing.T) {
	for _, how := range []gsm.Concatenation{gsm.UDH16, gsm.SAR, gsm.Payload} {
		t.Run(how.String(), func(t *testing.T) {
			p, _ := nodeSMSC(t, sms.OperatorConfig{Concatenation: how})
			p.deliver("q", fields{"text": "۴۲۳۰۱۱۲۳۴۵۶۷۱", "data_coding": 8})
			if how == gsm.UDH16 {
				var text strings.Builder
				for total, i := 1, 1; i <= total; i++ {
					e := p.expect("submit")[0]
					var ref, number int
					if _, err := fmt.Sscanf(strings.Join(e.UDH, ""), "0804%04x%02x%02x", &ref, &total, &number); err != nil || number != i {
						t.Fatalf("part %d has the header %s", i, e.UDH)
					}
					text.WriteString(e.Text)
				}
				if text.String() != foundUrdu {
					t.Errorf("reply %q", text.String())
				}
				return
			}
			if text := p.reply(8); text != foundUrdu {
				t.Errorf("reply %q", text)
			}
			p.expect("acked")
		})
	}
}

// TestNodeSMSCRefuses has the SMSC put the reply off and then refuse it: put off, it
// comes again and the question waits; refused for good, the question is
// acknowledged.
func TestNodeSMSCRefuses(t *testing.T) {
	const throttled, queueFull, badAddress = 0x58, 0x14, 0x0B
	p, g := nodeSMSC(t, sms.OperatorConfig{})
	p.do(fields{"do": "statuses", "list": []int{throttled, queueFull}})
	p.deliver("put off", fields{"text": "4230112345671", "data_coding": 0})
	p.expect("submit", "answered", "submit", "answered", "submit", "answered", "acked")
	p.do(fields{"do": "statuses", "list": []int{badAddress}})
	p.deliver("refused", fields{"text": "4230112345671", "data_coding": 0})
	p.expect("submit", "answered", "acked")
	c := counts(g)
	if c.Answered != 1 || c.Refused != 1 || c.Deferred["ESME_RTHROTTLED"] != 1 || c.Deferred["ESME_RMSGQFUL"] != 1 || c.Refusals["ESME_RINVDSTADR"] != 1 {
		t.Errorf("%+v", c)
	}
}

// TestNodeSMSCCuts cuts the connection while a reply is under way: the gateway binds
// again, and the question, which the SMSC brings again, is answered.
func TestNodeSMSCCuts(t *testing.T) {
	p, _ := nodeSMSC(t, sms.OperatorConfig{})
	p.do(fields{"do": "hold", "ms": 60_000})
	p.deliver("lost", fields{"text": "4230112345671", "data_coding": 0})
	p.expect("submit")
	p.do(fields{"do": "hold", "ms": 0})
	p.do(fields{"do": "cut", "session": 1})
	p.expect("closed", "bind")
	p.do(fields{"do": "deliver", "session": 2, "tag": "again", "pdu": fields{"source_addr": "923001234567",
		"destination_addr": "8300", "text": "4230112345671", "data_coding": 0}})
	events := p.expect("submit", "answered", "acked")
	if events[0].Text != found || events[2].Tag != "again" {
		t.Errorf("%+v", events)
	}
}

// TestNodeSMSCSession has both sides ask whether the other is alive, and both unbind:
// the SMSC, upon which the gateway binds again, and the gateway when it shuts down.
func TestNodeSMSCSession(t *testing.T) {
	p, g := nodeSMSC(t, sms.OperatorConfig{})
	p.do(fields{"do": "enquire", "session": 1})
	if e := p.expect("alive")[0]; e.Status != 0 {
		t.Errorf("%+v", e)
	}
	p.do(fields{"do": "unbind", "session": 1})
	if e := p.expect("unbound")[0]; e.Status != 0 {
		t.Errorf("%+v", e)
	}
	for closed, bound := false, false; !closed || !bound; {
		switch e := p.next(); e.Event {
		case "closed":
			closed = true
		case "bind":
			bound = true
		default:
			t.Fatalf("%+v after unbind", e)
		}
	}
	eventually(t, "the gateway is bound again", func() bool { return bound(g) })
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	if err := g.Shutdown(ctx); err != nil {
		t.Error(err)
	}
	p.expect("unbind", "closed")
}

// TestNodeSMSCBothWays uses a receiver and a transmitter instead of a transceiver.
func TestNodeSMSCBothWays(t *testing.T) {
	p := node(t, "smsc.js")
	address := fmt.Sprintf("127.0.0.1:%d", p.expect("listening")[0].Port)
	bind(t, sms.OperatorConfig{Address: address, SystemID: "8300", Password: "secret", Mode: sms.ReceiverTransmitter}, echo)
	receiver := 0
	for range 2 {
		if e := p.expect("bind")[0]; e.Kind == "bind_receiver" {
			receiver = e.Session
		}
	}
	p.do(fields{"do": "deliver", "session": receiver, "tag": "q", "pdu": fields{"source_addr": "923001234567",
		"destination_addr": "8300", "text": "4230112345671", "data_coding": 0}})
	events := p.expect("submit", "answered", "acked")
	if events[0].Session == receiver || events[2].Session != receiver || events[0].Text != found {
		t.Errorf("%+v", events)
	}
}

// TestNodeSMSCMany asks a thousand times at once; every question is answered once,
// and acknowledged after that.
func TestNodeSMSCMany(t *testing.T) {
	const many = 1000
	p, g := nodeSMSC(t, sms.OperatorConfig{Window: 20})
	p.do(fields{"do": "hold", "ms": 0})
	for i := range many {
		p.deliver(fmt.Sprint(i), fields{"source_addr": fmt.Sprintf("9230%08d", i), "text": "4230112345671", "data_coding": 0})
	}
	replies, acked := map[string]int{}, map[string]bool{}
	for len(acked) < many {
		switch e := p.next(); e.Event {
		case "submit":
			replies[e.To]++
		case "acked":
			if acked[e.Tag] = true; replies[fmt.Sprintf("9230%08s", e.Tag)] != 1 {
				t.Fatalf("question %s is acknowledged after %d replies", e.Tag, replies[fmt.Sprintf("9230%08s", e.Tag)])
			}
		}
	}
	for to, n := range replies {
		if n != 1 {
			t.Errorf("%s got %d replies", to, n)
		}
	}
	if c := counts(g); c.Answered != many || c.Acked != many || c.Binds[0].State != sms.Bound {
		t.Errorf("%+v", c)
	}
}

// TestNodeSMSCWrongPassword is told that it is wrong and tries again, later and later.
func TestNodeSMSCWrongPassword(t *testing.T) {
	p := node(t, "smsc.js", "PEER_PASSWORD=another")
	g, err := sms.NewGateway(sms.Config{Operators: map[string]sms.OperatorConfig{"peer": {
		Address:  fmt.Sprintf("127.0.0.1:%d", p.expect("listening")[0].Port),
		SystemID: "8300", Password: "hidden", ReconnectMin: sms.Duration(10 * time.Millisecond)}}}, echo, nil)
	if err != nil {
		t.Fatal(err)
	}
	g.Start(t.Context())
	defer g.Shutdown(t.Context())
	if e := p.expect("bind")[0]; e.Right {
		t.Errorf("%+v", e)
	}
	eventually(t, "the bind says why", func() bool {
		return strings.Contains(counts(g).Binds[0].Failure, "ESME_RINVPASWD")
	})
}
