package peers

import (
	"context"
	"net"
	"strings"
	"testing"

	"intikhab/platform/sms/smsc"
)

// TestNodeESME binds the npm package to the simulated operator: what others test
// their programs with must be an SMSC to them too, not only to our gateway.
func TestNodeESME(t *testing.T) {
	server, err := smsc.Start(smsc.Config{Accounts: map[string]string{"node": "hidden"}, SystemID: "operator"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Addr())
	p := node(t, "esme.js", "PEER_PORT="+port)
	p.expect("connected")

	p.do(fields{"do": "submit", "pdu": fields{"destination_addr": "923001234567", "text": "not bound yet"}})
	if e := p.expect("accepted")[0]; e.Status == 0 {
		t.Errorf("a submit_sm before the bind is accepted: %+v", e)
	}
	p.do(fields{"do": "bind", "password": "wrong"})
	if e := p.expect("bound")[0]; e.Status != 0x0E { // ESME_RINVPASWD
		t.Errorf("bound with a wrong password: %+v", e)
	}
	p.do(fields{"do": "bind", "password": "hidden"})
	if e := p.expect("bound")[0]; e.Status != 0 || e.SystemID != "operator" {
		t.Fatalf("%+v", e)
	}
	p.do(fields{"do": "enquire"})
	if e := p.expect("alive")[0]; e.Status != 0 {
		t.Errorf("%+v", e)
	}

	p.do(fields{"do": "unknown"})
	if e := p.expect("nack")[0]; e.Status != 0x03 { // ESME_RINVCMDID
		t.Errorf("%+v", e)
	}

	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	for _, q := range []struct {
		text, reply, encoding string
		coding                byte
	}{
		{"4230112345671", "1765432110324", "GSM 7-bit", 0},
		{"۴۲۳۰۱۱۲۳۴۵۶۷۱", "۱۷۶۵۴۳۲۱۱۰۳۲۴", "UCS-2", 8},
	} {
		reply, err := server.Ask(ctx, "923001234567", q.text)
		if err != nil {
			t.Fatal(err)
		}
		if reply.Text != q.reply || reply.Encoding != q.encoding || reply.Segments != 1 {
			t.Errorf("reply %+v, want %q in %s", reply, q.reply, q.encoding)
		}
		if e := p.expect("deliver")[0]; e.Text != q.text || e.Coding != q.coding || e.From != "923001234567" || e.To != "8300" {
			t.Errorf("delivered as %+v", e)
		}
		// The receipt may overtake the submit_sm_resp in what the package prints.
		var id, receipted string
		for range 2 {
			switch e := p.next(); e.Event {
			case "accepted":
				id = e.ID
			case "deliver":
				receipted, _, _ = strings.Cut(strings.TrimPrefix(e.Text, "id:"), " ")
			default:
				t.Errorf("%+v", e)
			}
		}
		if id == "" || id != receipted {
			t.Errorf("reply %q has a receipt for %q", id, receipted)
		}
	}
	p.do(fields{"do": "unbind"})
	if e := p.expect("unbound", "closed")[0]; e.Status != 0 {
		t.Errorf("%+v", e)
	}
	eventually(t, "both questions are acknowledged", func() bool { return server.Counters().Acked == 2 })
	if c := server.Counters(); c.Lost != 0 || c.Duplicates != 0 || c.Replied != 2 || c.Bound != 0 {
		t.Errorf("%+v", c)
	}
}

// TestNodeESMEKeeps closes the ESME's connection before it has acknowledged: the
// operator keeps the question and brings it to the next one that binds.
func TestNodeESMEKeeps(t *testing.T) {
	server, err := smsc.Start(smsc.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	_, port, _ := net.SplitHostPort(server.Addr())
	server.SetFaults(smsc.Faults{Mute: 1}) // no reply is ever accepted, so none is acknowledged
	p := node(t, "esme.js", "PEER_PORT="+port)
	p.expect("connected")
	p.do(fields{"do": "bind", "password": ""})
	p.expect("bound")
	ctx, stop := context.WithTimeout(t.Context(), patience)
	defer stop()
	go server.Ask(ctx, "923001234567", "4230112345671")
	p.expect("deliver")
	server.DropAll()
	// The reply's receipt may have been on its way already.
	for e := p.next(); e.Event != "closed"; e = p.next() {
		if e.Event != "deliver" || !strings.HasPrefix(e.Text, "id:") {
			t.Fatalf("%+v", e)
		}
	}
	server.SetFaults(smsc.Faults{})

	p = node(t, "esme.js", "PEER_PORT="+port)
	p.expect("connected")
	p.do(fields{"do": "bind", "password": ""})
	if e := p.expect("bound", "deliver")[1]; e.Text != "4230112345671" {
		t.Errorf("%+v", e)
	}
	eventually(t, "the question is acknowledged", func() bool { return server.Counters().Acked == 1 })
}
