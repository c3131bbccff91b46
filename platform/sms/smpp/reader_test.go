package smpp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
)

// stream is three PDUs one after another.
func stream() []byte {
	b := AppendHeader(nil, EnquireLink, StatusOK, 1)
	b = AppendMessage(b, DeliverSM, 2, &question)
	return AppendHeader(b, Unbind, StatusOK, 3)
}

func TestReaderHoweverCut(t *testing.T) {
	big := question
	big.ShortMessage = bytes.Repeat([]byte("x"), 60000)
	in := append(AppendMessage(stream(), DeliverSM, 4, &big), stream()...)
	for name, r := range map[string]io.Reader{
		"whole":        bytes.NewReader(in),
		"octets":       iotest.OneByteReader(bytes.NewReader(in)),
		"halves":       iotest.HalfReader(bytes.NewReader(in)),
		"end at once":  iotest.DataErrReader(bytes.NewReader(in)),
		"small pieces": &pieces{in, 7},
	} {
		rd := NewReader(r, 0)
		var got []uint32
		for {
			h, body, err := rd.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(name, err)
			}
			if h.Command == DeliverSM {
				var m Message
				if err := m.Decode(body); err != nil {
					t.Fatal(name, err)
				}
			}
			got = append(got, h.Sequence)
		}
		if fmt.Sprint(got) != "[1 2 3 4 1 2 3]" {
			t.Error(name, got)
		}
	}
}

type pieces struct {
	b []byte
	n int
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.b) == 0 {
		return 0, io.EOF
	}
	n := copy(b, p.b[:min(p.n, len(p.b))])
	p.b = p.b[n:]
	return n, nil
}

func TestReaderBuffered(t *testing.T) {
	all := stream()
	cut := len(all) - 5
	rd := NewReader(io.MultiReader(bytes.NewReader(all[:cut]), bytes.NewReader(all[cut:])), 0)
	var got []bool
	for range 3 {
		got = append(got, rd.Buffered())
		if _, _, err := rd.Next(); err != nil {
			t.Fatal(err)
		}
	}
	if fmt.Sprint(got, rd.Buffered()) != "[false true false] false" {
		t.Error(got, rd.Buffered())
	}
}

func TestReaderWrongLengths(t *testing.T) {
	ok := AppendHeader(nil, EnquireLink, StatusOK, 9)
	length := func(n byte, pdu []byte) []byte { return append([]byte{0, 0, 0, n}, pdu[4:]...) }
	tooLong := AppendMessage(nil, DeliverSM, 5, &Message{ShortMessage: make([]byte, 3000)})
	tests := []struct {
		name string
		in   []byte
		want string
	}{
		{"too short, then a PDU", append(length(15, ok), ok...),
			"smpp: command_length of 15 is shorter than the header's 16 octets; 9; EOF"},
		{"zero, then a PDU", append(length(0, ok), ok...),
			"smpp: command_length of 0 is shorter than the header's 16 octets; 9; EOF"},
		{"too long, then a PDU", append(tooLong, ok...),
			"smpp: command_length of 3037 is over the limit of 1000 octets; 9; EOF"},
		{"too long and cut", tooLong[:2000],
			"smpp: command_length of 3037 is over the limit of 1000 octets; unexpected EOF"},
		{"two too short", append(append(length(3, ok), length(4, ok)...), ok...),
			"smpp: command_length of 3 is shorter than the header's 16 octets; smpp: command_length of 4 is shorter than the header's 16 octets: " + ErrLost.Error()},
		{"garbage", []byte("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"),
			"smpp: command_length of 1195725856 is over the limit of 1000 octets: " + ErrLost.Error()},
		{"too short, then an unknown command", append(length(15, ok), AppendHeader(nil, 0x4242, 0, 1)...),
			"smpp: command_length of 15 is shorter than the header's 16 octets; smpp: command 0x00004242 after a PDU of wrong length: " + ErrLost.Error()},
		{"cut header", ok[:7], "unexpected EOF"},
		{"cut body", length(40, ok), "unexpected EOF"},
		{"unknown command", AppendHeader(nil, 0x4242, 0, 1), "1; EOF"},
	}
	for _, tt := range tests {
		var got []string
		rd := NewReader(iotest.HalfReader(bytes.NewReader(tt.in)), 1000)
		for {
			h, _, err := rd.Next()
			var le *LengthError
			if err == nil {
				got = append(got, fmt.Sprint(h.Sequence))
				continue
			}
			got = append(got, err.Error())
			if errors.As(err, &le) && !errors.Is(err, ErrLost) && le.Status() == StatusInvCmdLen {
				continue
			}
			if _, _, again := rd.Next(); again != err {
				t.Errorf("%s: then %v", tt.name, again)
			}
			break
		}
		if s := strings.Join(got, "; "); s != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, s, tt.want)
		}
	}
}

type deadlined struct{ steps [][]byte }

func (d *deadlined) Read(b []byte) (int, error) {
	if len(d.steps) == 0 {
		return 0, io.EOF
	}
	s := d.steps[0]
	d.steps = d.steps[1:]
	if s == nil {
		return 0, os.ErrDeadlineExceeded
	}
	return copy(b, s), nil
}

// TestReaderTimeout: a time-out in the middle of a PDU loses nothing.
func TestReaderTimeout(t *testing.T) {
	all := stream()
	rd := NewReader(&deadlined{[][]byte{nil, all[:5], nil, all[5:40], nil, all[40:]}}, 0)
	var got []string
	for {
		h, _, err := rd.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			got = append(got, "timeout")
			continue
		}
		got = append(got, fmt.Sprint(h.Sequence))
	}
	if fmt.Sprint(got) != "[timeout timeout 1 timeout 2 3]" {
		t.Error(got)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestReaderStuck(t *testing.T) {
	if _, _, err := NewReader(stuck{}, 0).Next(); err != io.ErrNoProgress {
		t.Error(err)
	}
}

func FuzzReader(f *testing.F) {
	f.Add(stream(), uint8(3))
	f.Fuzz(func(t *testing.T, in []byte, piece uint8) {
		read := func(r io.Reader) (out []string) {
			rd := NewReader(r, 512)
			for {
				h, body, err := rd.Next()
				if err == nil {
					out = append(out, fmt.Sprintf("%v %x", h, body))
					if len(body)+HeaderSize != int(h.Length) {
						t.Fatalf("%v has %d octets", h, len(body))
					}
					continue
				}
				out = append(out, err.Error())
				var le *LengthError
				if !errors.As(err, &le) || errors.Is(err, ErrLost) {
					return out
				}
				if len(rd.buf) > 512 {
					t.Fatalf("buffer of %d", len(rd.buf))
				}
			}
		}
		a := read(bytes.NewReader(in))
		b := read(&pieces{in, int(piece)%100 + 1})
		if fmt.Sprint(a) != fmt.Sprint(b) {
			t.Fatalf("whole:\n%s\nin pieces:\n%s", a, b)
		}
	})
}
