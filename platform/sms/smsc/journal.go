package smsc

import (
	"bufio"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// journal is the SMSC's store on disk: an append-only text file, one event a line,
// that is written before anything the event allows leaves the process. After a kill
// the next process goes on from it; a last line without its end is not heeded.
//
//	ask QUESTION DELIVERY PARTS FROM PDU   a deliver_sm, in hexadecimal, of a question with so many
//	ack DELIVERY                           acknowledged
//	no  DELIVERY                           refused for good
//	rep QUESTION                           replied to
type journal struct {
	file *os.File
	buf  *bufio.Writer
	err  error
}

func (s *Server) openJournal(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("smsc: journal: %w", err)
	}
	whole, err := s.replay(f)
	if err == nil {
		err = f.Truncate(whole)
	}
	if err == nil {
		_, err = f.Seek(whole, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return fmt.Errorf("smsc: journal %s: %w", path, err)
	}
	s.journal = &journal{file: f, buf: bufio.NewWriterSize(f, 1<<16)}
	return nil
}

// replay reads the journal and returns where its last whole line ends.
func (s *Server) replay(r io.Reader) (whole int64, err error) {
	questions := make(map[uint64]*question)
	open := make(map[uint64]*delivery)
	var order []*delivery
	in := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return whole, err
		}
		var kind, from, pdu string
		var id, other uint64
		var parts int
		if n, _ := fmt.Sscan(line, &kind, &id, &other, &parts, &from, &pdu); n < 2 {
			return whole, fmt.Errorf("the line at octet %d cannot be read: this is no journal, or not one of this program", whole)
		}
		whole += int64(len(line))
		s.lastID = max(s.lastID, id, other)
		switch kind {
		case "ask":
			raw, err := hex.DecodeString(strings.TrimSpace(pdu))
			if err != nil {
				return whole, err
			}
			q := questions[id]
			if q == nil {
				q = &question{id: id, from: from, left: parts}
				questions[id] = q
				n := s.numbers[from]
				if n == nil {
					n = &number{}
					s.numbers[from] = n
				}
				n.questions = append(n.questions, q)
				s.count.Asked++
			}
			d := &delivery{id: other, question: q, pdu: raw, tries: 1}
			open[other] = d
			order = append(order, d)
		case "ack", "no":
			d := open[id]
			if d == nil {
				continue
			}
			delete(open, id)
			d.question.refused = d.question.refused || kind == "no"
			if d.question.left--; d.question.left == 0 {
				s.settle(d.question)
			}
		case "rep":
			if q := questions[id]; q != nil {
				q.replies++
				s.count.Replied++
				s.count.Replies++
				if q.done {
					s.count.Lost--
				}
			}
		}
	}
	for _, d := range order {
		if open[d.id] != nil {
			s.queue.push(d)
		}
	}
	return whole, nil
}

func (j *journal) printf(format string, args ...any) {
	if j == nil || j.err != nil {
		return
	}
	_, j.err = fmt.Fprintf(j.buf, format, args...)
}

func (j *journal) asked(q *question, d *delivery) {
	if j != nil {
		j.printf("ask %d %d %d %s %x\n", q.id, d.id, q.left, q.from, d.pdu)
	}
}

func (j *journal) acked(d *delivery)    { j.ended("ack", d) }
func (j *journal) rejected(d *delivery) { j.ended("no", d) }

func (j *journal) ended(kind string, d *delivery) {
	if j != nil && d.question != nil {
		j.printf("%s %d\n", kind, d.id)
	}
}

func (j *journal) replied(q *question) {
	if j != nil {
		j.printf("rep %d\n", q.id)
	}
}

// flush hands the lines to the operating system, where they outlive the process.
// BUG: a power cut can lose them; the simulator does not sync.
func (j *journal) flush() {
	if j != nil && j.err == nil {
		j.err = j.buf.Flush()
	}
}

func (j *journal) close() error {
	if j == nil {
		return nil
	}
	j.flush()
	return errors.Join(j.err, j.file.Close())
}
