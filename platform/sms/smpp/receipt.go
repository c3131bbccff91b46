package smpp

import (
	"bytes"
	"errors"
	"fmt"
)

// MessageState is what became of a message (3.4, section 5.2.28).
type MessageState byte

// The states of 3.4; Scheduled and Skipped are of 5.0.
const (
	StateScheduled     MessageState = 0
	StateEnroute       MessageState = 1
	StateDelivered     MessageState = 2
	StateExpired       MessageState = 3
	StateDeleted       MessageState = 4
	StateUndeliverable MessageState = 5
	StateAccepted      MessageState = 6
	StateUnknown       MessageState = 7
	StateRejected      MessageState = 8
	StateSkipped       MessageState = 9
)

var stateNames = [...]string{"SCHEDULED", "ENROUTE", "DELIVRD", "EXPIRED", "DELETED",
	"UNDELIV", "ACCEPTD", "UNKNOWN", "REJECTD", "SKIPPED"}

// String is the state as receipts write it, such as "DELIVRD".
func (s MessageState) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return fmt.Sprintf("state %d", byte(s))
}

// Final reports whether nothing more will become of the message.
func (s MessageState) Final() bool {
	switch s {
	case StateDelivered, StateExpired, StateDeleted, StateUndeliverable, StateRejected, StateSkipped:
		return true
	}
	return false
}

// Receipt is a delivery receipt: what became of a message sent before. The
// slices alias what was parsed; what the operator left out is nil.
type Receipt struct {
	ID           []byte // message_id of the submit_sm_resp; see SameID
	State        MessageState
	Stat         []byte // State as it was written, also when it is none of the standard's
	Sub, Dlvrd   []byte
	Submit, Done []byte // YYMMDDhhmm or YYMMDDhhmmss, in the operator's own time
	Err          []byte // the operator's own code
	Text         []byte // the first octets of the message
}

// ErrNotReceipt is returned for a text that names no message.
var ErrNotReceipt = errors.New("smpp: no message id in the delivery receipt (neither \"id:\" nor receipted_message_id)")

// Receipt reads the delivery receipt that a deliver_sm or data_sm is: its
// optional parameters, and for what they leave out the text.
func (m *Message) Receipt() (Receipt, error) {
	r, err := ParseReceipt(m.Payload())
	if id, ok := m.TLVs.CString(TagReceiptedMessageID); ok && len(id) > 0 {
		r.ID, err = id, nil
	}
	if s, ok := m.TLVs.Uint(TagMessageState); ok {
		r.State = MessageState(s)
	}
	if e, ok := m.TLVs.Get(TagNetworkErrorCode); ok && r.Err == nil {
		r.Err = e
	}
	return r, err
}

// receiptKeys are the words before the colons of a receipt (3.4, appendix B),
// lower case, without the spaces or underscores that some put in between.
var receiptKeys = [...]string{"id", "sub", "dlvrd", "submitdate", "donedate", "stat", "err", "text",
	"dlvd", "delivered", "status", "error"}

// ParseReceipt reads the text of a receipt:
//
//	id:0123456789 sub:001 dlvrd:001 submit date:2402081011 done date:2402081012 stat:DELIVRD err:000 text:…
//
// in whatever order, case and spacing; commas or semicolons may separate, any
// part but the id may be missing, and dates may have spaces and colons. All
// after "text:" is the text.
func ParseReceipt(text []byte) (Receipt, error) {
	r := Receipt{State: StateUnknown}
	var into *[]byte
	begin := 0
	for i := 0; i < len(text); {
		key, n := receiptKey(text, i)
		if key < 0 {
			i++
			continue
		}
		if into != nil {
			*into = trimValue(text[begin:i])
		}
		i += n
		begin = i
		into = r.field(key)
		if key == 7 { // text
			break
		}
	}
	if into != nil {
		*into = trimValue(text[begin:])
	}
	for _, f := range [...]*[]byte{&r.ID, &r.Sub, &r.Dlvrd, &r.Stat, &r.Err} {
		*f = firstWord(*f)
	}
	r.State = parseState(r.Stat)
	if len(r.ID) == 0 {
		return r, ErrNotReceipt
	}
	return r, nil
}

// field is where the value of a key goes. A key that comes twice is not heeded
// the second time.
func (r *Receipt) field(key int) *[]byte {
	f := [...]*[]byte{&r.ID, &r.Sub, &r.Dlvrd, &r.Submit, &r.Done, &r.Stat, &r.Err, &r.Text,
		&r.Dlvrd, &r.Dlvrd, &r.Stat, &r.Err}[key]
	if *f != nil {
		return nil
	}
	return f
}

// receiptKey finds a key that begins at i, a word's beginning, and ends with a
// colon; n is the length of both.
func receiptKey(text []byte, i int) (key, n int) {
	if i > 0 && wordByte(text[i-1]) {
		return -1, 0
	}
	var word [10]byte
	w, j := 0, i
	for ; j < len(text); j++ {
		c := text[j]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if 'a' <= c && c <= 'z' {
			if w == len(word) {
				return -1, 0
			}
			word[w] = c
			w++
			continue
		}
		if w > 0 && (c == ' ' || c == '_' || c == '-') && j-i < 14 {
			continue
		}
		break
	}
	if w == 0 || j == len(text) || text[j] != ':' {
		return -1, 0
	}
	for k, name := range receiptKeys {
		if string(word[:w]) == name {
			return k, j + 1 - i
		}
	}
	return -1, 0
}

func wordByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func trimValue(b []byte) []byte {
	b = bytes.Trim(b, " \t\r\n,;\x00")
	if b == nil {
		b = []byte{}
	}
	return b
}

// firstWord ends a value where an operator's own key could follow.
func firstWord(b []byte) []byte {
	for i, c := range b {
		if c <= ' ' || c == ',' || c == ';' {
			return b[:i]
		}
	}
	return b
}

// parseState reads stat, of which operators write the long and the cut form.
func parseState(stat []byte) MessageState {
	for _, s := range [...]struct {
		prefix string
		state  MessageState
	}{
		{"DELIV", StateDelivered}, {"DELET", StateDeleted}, {"EXPIRE", StateExpired},
		{"UNDELIV", StateUndeliverable}, {"FAIL", StateUndeliverable}, {"ACCEPT", StateAccepted},
		{"REJECT", StateRejected}, {"ENROUTE", StateEnroute}, {"SCHEDULED", StateScheduled},
		{"SKIPPED", StateSkipped},
	} {
		if len(stat) >= len(s.prefix) && equalFold(stat[:len(s.prefix)], s.prefix) {
			return s.state
		}
	}
	return StateUnknown
}

func equalFold(b []byte, s string) bool {
	for i, c := range b {
		if 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != s[i] {
			return false
		}
	}
	return true
}

// AppendReceipt appends the text of a receipt in the standard's form, as a
// simulated SMSC sends it.
func AppendReceipt(dst []byte, r *Receipt) []byte {
	or := func(v []byte, other string) {
		if v == nil {
			dst = append(dst, other...)
		} else {
			dst = append(dst, v...)
		}
	}
	dst = append(append(dst, "id:"...), r.ID...)
	dst = append(dst, " sub:"...)
	or(r.Sub, "001")
	dst = append(dst, " dlvrd:"...)
	or(r.Dlvrd, "001")
	dst = append(dst, " submit date:"...)
	or(r.Submit, "")
	dst = append(dst, " done date:"...)
	or(r.Done, "")
	dst = append(dst, " stat:"...)
	or(r.Stat, r.State.String())
	dst = append(dst, " err:"...)
	or(r.Err, "000")
	dst = append(dst, " text:"...)
	or(r.Text, "")
	return dst
}
