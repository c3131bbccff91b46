package feed

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"github.com/klauspost/compress/zstd"

	"intikhab/platform/database"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
)

// A staged row is its line (varint), action, flags, kind, list and service (a byte
// each), the day of the action (4 bytes), and the particulars behind their length.
var (
	kinds    = []rolls.CardKind{rolls.NIC, rolls.Smart, rolls.NICOP, rolls.POC}
	services = []rolls.Service{rolls.NoService, rolls.Servant, rolls.Spouse, rolls.Child}
)

const (
	flagSex = 1 << iota
	flagVoteAt
)

func place[T comparable](all []T, one T) byte {
	for i, v := range all {
		if v == one {
			return byte(i)
		}
	}
	return 0
}

func encodeRows(rows []batchfile.Row) []byte {
	out := make([]byte, 0, 256*len(rows))
	var one []byte
	for i := range rows {
		r := &rows[i]
		flags := byte(0)
		if r.SexGiven {
			flags |= flagSex
		}
		if r.VoteAt {
			flags |= flagVoteAt
		}
		out = binary.AppendUvarint(out, uint64(r.Line))
		out = append(out, byte(r.Action), flags, place(kinds, r.Kind), byte(r.List), place(services, r.Service))
		out = binary.BigEndian.AppendUint16(out, uint16(r.AsOf.Year))
		out = append(out, byte(r.AsOf.Month), byte(r.AsOf.Day))
		one = r.Encode(one[:0])
		out = binary.AppendUvarint(out, uint64(len(one)))
		out = append(out, one...)
	}
	return out
}

var errChunk = errors.New("what is staged of the batch was damaged, or written by a newer program")

func decodeRows(b []byte, rows []batchfile.Row) ([]batchfile.Row, error) {
	for len(b) > 0 {
		line, n := binary.Uvarint(b)
		if n <= 0 || len(b) < n+9 {
			return nil, errChunk
		}
		head := b[n : n+9]
		b = b[n+9:]
		long, n := binary.Uvarint(b)
		if n <= 0 || long > uint64(len(b)-n) || int(head[2]) >= len(kinds) || int(head[4]) >= len(services) {
			return nil, errChunk
		}
		r := batchfile.Row{Line: int64(line), Action: batchfile.Action(head[0]), SexGiven: head[1]&flagSex != 0, VoteAt: head[1]&flagVoteAt != 0}
		r.Kind, r.List, r.Service = kinds[head[2]], rolls.List(head[3]), services[head[4]]
		r.AsOf = rolls.Date{Year: int(binary.BigEndian.Uint16(head[5:])), Month: int(head[7]), Day: int(head[8])}
		r.Valid = r.Action == batchfile.New || r.Action == batchfile.Change
		if err := r.Decode(b[n : n+int(long)]); err != nil {
			return nil, errChunk
		}
		rows, b = append(rows, r), b[n+int(long):]
	}
	return rows, nil
}

var packers = sync.Pool{New: func() any {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // of options that do not change
	}
	return w
}}

// maxChunk bounds what a chunk is when it is unpacked, in bytes.
const maxChunk = 64 << 20

var unpackers = sync.Pool{New: func() any {
	r, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxChunk))
	if err != nil {
		panic(err)
	}
	return r
}}

func pack(b []byte) []byte {
	w := packers.Get().(*zstd.Encoder)
	defer packers.Put(w)
	return w.EncodeAll(b, make([]byte, 0, len(b)/2))
}

func unpack(b []byte) ([]byte, error) {
	r := unpackers.Get().(*zstd.Decoder)
	defer unpackers.Put(r)
	return r.DecodeAll(b, nil)
}

// A chunk is some rows as they are staged.
type chunk struct {
	number int64
	count  int
	packed []byte
}

func chunkID(id ID, number int64) string { return fmt.Sprintf("%d.%d", id, number) }

// stage writes chunks into a table, sealed.
func (s *Service) stage(tx *database.Tx, table string, id ID, all []chunk) error {
	if len(all) == 0 {
		return nil
	}
	_, err := tx.Bulk(table, []string{"id", "batch", "number", "count", "sealed"}, func(yield func([]any, error) bool) {
		for _, c := range all {
			key := chunkID(id, c.number)
			if !yield([]any{key, int64(id), c.number, int64(c.count), s.cfg.Keys.Seal(table, "sealed", key, c.packed)}, nil) {
				return
			}
		}
	})
	return err
}

// staged reads some chunks after a number and until another, in order.
func (s *Service) staged(tx *database.Tx, table string, id ID, after, until int64, limit int) (all []chunk, err error) {
	err = tx.Scan(`SELECT id, number, count, sealed FROM `+table+` WHERE batch = ? AND number > ? AND number <= ? ORDER BY number LIMIT ?`,
		[]any{int64(id), after, until, limit}, func(r *database.Row) error {
			plain, err := s.cfg.Keys.Open(table, "sealed", r.Text(0), r.Bytes(3))
			if err != nil {
				return fmt.Errorf("chunk %s: %w", r.Text(0), err)
			}
			all = append(all, chunk{r.Int64(1), int(r.Int64(2)), plain})
			return nil
		})
	return all, err
}

// rows gives the rows of a chunk.
func (c chunk) rows(into []batchfile.Row) ([]batchfile.Row, error) {
	plain, err := unpack(c.packed)
	if err != nil {
		return nil, errChunk
	}
	before := len(into)
	into, err = decodeRows(plain, into)
	if err == nil && len(into)-before != c.count {
		err = errChunk
	}
	return into, err
}

func packRows(number int64, rows []batchfile.Row) chunk {
	return chunk{number, len(rows), pack(encodeRows(rows))}
}

func packProblems(number int64, all []batchfile.Problem) (chunk, error) {
	text, err := json.Marshal(all)
	return chunk{number, len(all), pack(text)}, err
}

// Rejects gives rows that were not taken, with their reasons, after a chunk's number and
// at most a chunk of them; next is 0 when there are no more. They are personal: whoever
// shows them writes that down (audit.Seen) in the same transaction.
func (s *Service) Rejects(tx *database.Tx, id ID, after int64) (all []batchfile.Problem, next int64, err error) {
	chunks, err := s.staged(tx, "feed_reject", id, after, 1<<62, 1)
	if err != nil || len(chunks) == 0 {
		return nil, 0, err
	}
	plain, err := unpack(chunks[0].packed)
	if err == nil {
		err = json.NewDecoder(bytes.NewReader(plain)).Decode(&all)
	}
	if err != nil {
		return nil, 0, errChunk
	}
	return all, chunks[0].number, nil
}

// forget takes what is staged of a batch away.
func forget(tx *database.Tx, id ID, tables ...string) error {
	for _, table := range tables {
		if _, err := tx.Exec(`DELETE FROM `+table+` WHERE batch = ?`, int64(id)); err != nil {
			return err
		}
	}
	return nil
}
