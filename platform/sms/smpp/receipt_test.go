package smpp

import (
	"bytes"
	"fmt"
	"testing"
)

func TestParseReceipt(t *testing.T) {
	tests := []struct{ text, want string }{
		{"id:0123456789 sub:001 dlvrd:001 submit date:2402081011 done date:2402081012 stat:DELIVRD err:000 text:Hello id:7",
			"0123456789 DELIVRD 001 001 2402081011 2402081012 000 Hello id:7"},
		{"id:a1 sub:001 dlvrd:000 submit date:240208101100 done date:240208101200 stat:UNDELIV err:044 Text:",
			"a1 UNDELIV 001 000 240208101100 240208101200 044 "},
		{"ID:77 SUB:1 DLVRD:1 SUBMIT DATE:2402081011 DONE DATE:2402081012 STAT:delivered ERR:0 TEXT:x",
			"77 DELIVRD 1 1 2402081011 2402081012 0 x"},
		{"stat:EXPIRED,err:1,id:5f-3", "5f-3 EXPIRED     1 "},
		{"id: 9 submit_date: 2024-02-08 10:11:12 done_date: 2024-02-08 10:11:13 stat: REJECTD", "9 REJECTD   2024-02-08 10:11:12 2024-02-08 10:11:13  "},
		{"id:9 submitdate:1 donedate:2 status:ACCEPTED error:3", "9 ACCEPTD   1 2 3 "},
		{"id:9 smsc:abc stat:FAILED cost:3", "9 UNDELIV      "},
		{"Delivery report for id:9 stat:BUFFRED", "9 UNKNOWN      "},
		{"id:1 id:2 stat:DELETED", "1 DELETED      "},
		{"paid:4 stat:DELIVRD", ErrNotReceipt.Error()},
		{"id: stat:DELIVRD", ErrNotReceipt.Error()},
		{"text:id:5", ErrNotReceipt.Error()},
		{"", ErrNotReceipt.Error()},
	}
	for _, tt := range tests {
		r, err := ParseReceipt([]byte(tt.text))
		got := fmt.Sprintf("%s %v %s %s %s %s %s %s", r.ID, r.State, r.Sub, r.Dlvrd, r.Submit, r.Done, r.Err, r.Text)
		if err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("%q:\n%q\nwant\n%q", tt.text, got, tt.want)
		}
	}
}

func TestReceiptTLVs(t *testing.T) {
	m := Message{ESMClass: ESMClassDeliveryReceipt, ShortMessage: []byte("id:12 stat:ENROUTE")}
	m.TLVs = AppendTLV(m.TLVs, TagReceiptedMessageID, []byte("C\x00"))
	m.TLVs = AppendTLV8(m.TLVs, TagMessageState, byte(StateDelivered))
	r, err := m.Receipt()
	if err != nil || string(r.ID) != "C" || r.State != StateDelivered || !m.IsReceipt() {
		t.Error(string(r.ID), r.State, err)
	}
	m.ShortMessage = nil
	if r, err = m.Receipt(); err != nil || string(r.ID) != "C" {
		t.Error(string(r.ID), err)
	}
	m.TLVs = nil
	if _, err = m.Receipt(); err != ErrNotReceipt {
		t.Error(err)
	}
}

func TestAppendReceipt(t *testing.T) {
	text := AppendReceipt(nil, &Receipt{ID: []byte("7"), State: StateDelivered, Submit: []byte("2402081011"), Text: []byte("a")})
	if want := "id:7 sub:001 dlvrd:001 submit date:2402081011 done date: stat:DELIVRD err:000 text:a"; string(text) != want {
		t.Errorf("%s", text)
	}
}

func FuzzReceipt(f *testing.F) {
	f.Add([]byte("id:1 sub:001 dlvrd:001 submit date:2402081011 done date:2402081012 stat:DELIVRD err:000 text:Hello"))
	f.Fuzz(func(t *testing.T, text []byte) {
		r, err := ParseReceipt(text)
		if err != nil {
			return
		}
		again, err := ParseReceipt(AppendReceipt(nil, &r))
		if err != nil || !bytes.Equal(again.ID, r.ID) || again.State != r.State {
			t.Fatalf("%q: id %q then %q, %v then %v, %v", text, r.ID, again.ID, r.State, again.State, err)
		}
	})
}
