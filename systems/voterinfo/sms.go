package voterinfo

import (
	"sync"

	"intikhab/domain/cnic"
	"intikhab/platform/prefetch"
	"intikhab/platform/sms"
	"intikhab/systems/voterinfo/limits"
	"intikhab/systems/voterinfo/rollindex"
)

// HandleSMS makes the service a handler of the short code's messages.
func (s *Service) HandleSMS(in *sms.Message, reply []byte) []byte {
	_, reply = s.answer(reply, question(in), limits.Number(in.From), nil)
	return reply
}

func question(in *sms.Message) *Question {
	return &Question{Channel: SMS, Operator: in.Operator, Text: in.Text, At: in.Received}
}

// batch is how many messages are looked at together.
const batch = 32

// foresight is what is known of a batch's messages before they are answered.
type foresight struct {
	numbers [batch]cnic.Number
	of      [batch]int // message i asks about numbers[of[i]]; -1 for about none
	entries [batch]rollindex.Entry
	found   [batch]bool
}

// lookup is what a roll says about a number, found out before it is asked.
type lookup struct {
	roll  *Roll
	entry rollindex.Entry
	found bool
}

// manyRoll is a roll that answers several look-ups faster together.
type manyRoll interface {
	LookupMany(numbers []cnic.Number, entries []rollindex.Entry, found []bool)
}

var foresights = sync.Pool{New: func() any { return new(foresight) }}

// HandleSMSBatch answers messages as HandleSMS does. An answer waits for memory
// some twenty times (roll, limits, names); here the numbers are looked up and the
// memory is asked for before the first message is answered, so that the batch
// waits once where each message would.
func (s *Service) HandleSMSBatch(in []sms.Message, replies [][]byte) {
	f := foresights.Get().(*foresight)
	for len(in) > 0 {
		n := min(len(in), batch)
		s.answerBatch(f, in[:n], replies[:n])
		in, replies = in[n:], replies[n:]
	}
	foresights.Put(f)
}

func (s *Service) answerBatch(f *foresight, in []sms.Message, replies [][]byte) {
	roll := s.roll.Load()
	var many manyRoll
	if roll != nil {
		many, _ = (*roll).(manyRoll)
	}
	n := 0
	for i := range in {
		asker := limits.Number(in[i].From)
		s.memory.Prefetch(asker.Hash(s.memory.Key()))
		f.of[i] = -1
		if number, err := cnic.Parse(in[i].Text); err == nil {
			s.guard.Prefetch(asker, number, in[i].Received)
			f.numbers[n], f.of[i] = number, n
			n++
		}
	}
	if many != nil {
		many.LookupMany(f.numbers[:n], f.entries[:n], f.found[:n])
		s.prefetchNames(f, n)
	}
	for i := range in {
		var known *lookup
		if j := f.of[i]; many != nil && j >= 0 {
			known = &lookup{roll, f.entries[j], f.found[j]}
		}
		_, replies[i] = s.answer(replies[i], question(&in[i]), limits.Number(in[i].From), known)
	}
}

// prefetchNames asks for the names that the answers will need, in the language
// that most are in.
func (s *Service) prefetchNames(f *foresight, n int) {
	for i := range n {
		if e := &f.entries[i]; f.found[i] {
			prefetch.Line(e.Area)
			prefetch.Line(&e.Area.NA)
			if e.Station != nil {
				prefetch.Line(&e.Station.NameEn)
			}
		}
	}
	for i := range n {
		if e := &f.entries[i]; f.found[i] {
			area, station := e.Area.NameEn, ""
			if e.Station != nil {
				station = e.Station.NameEn
			}
			if s.cfg.Language == Urdu {
				area = e.Area.NameUr
				if e.Station != nil {
					station = e.Station.NameUr
				}
			}
			prefetch.String(area)
			prefetch.String(station)
		}
	}
}
