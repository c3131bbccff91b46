package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"intikhab/platform/database"
)

// magic begins the stream of records, before compression.
const magic = "intikhab backup 1\n"

// The kinds of frames. A frame is its kind, the length of its content in four bytes,
// the highest first, and its content.
const (
	frameHead     = 'H' // JSON of head
	frameTable    = 'T' // JSON of tableHead
	frameRows     = 'R' // rows, one value after another
	frameTableEnd = 'E' // JSON of ending, of the table
	frameEnd      = 'Z' // JSON of ending, of all
)

const (
	rowsTarget = 256 << 10 // a frame of rows is closed when it has so many bytes
	mostFrame  = 1 << 30   // and none has more: one row may be large
)

type head struct {
	Made    string             `json:"made"`
	From    string             `json:"from"`
	History []database.Applied `json:"history"`
}

type tableHead struct {
	Name    string            `json:"name"`
	Columns []database.Column `json:"columns"`
}

type ending struct {
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"`
}

// The kinds of values, each one byte before it.
const (
	valueNull  = 0
	valueInt   = 1 // a varint, zigzag, as encoding/binary has it
	valueFloat = 2 // eight bytes of IEEE 754, the highest first
	valueText  = 3 // its length as a varint, and UTF-8 without zero bytes
	valueBytes = 4 // its length as a varint, and the bytes
)

// appendValue writes a value as its column has it, or says why it has not.
func appendValue(out []byte, typ string, v any) ([]byte, error) {
	v, err := fit(typ, v)
	if err != nil {
		return out, err
	}
	switch v := v.(type) {
	case nil:
		return append(out, valueNull), nil
	case int64:
		return binary.AppendVarint(append(out, valueInt), v), nil
	case float64:
		return binary.BigEndian.AppendUint64(append(out, valueFloat), math.Float64bits(v)), nil
	case string:
		return append(binary.AppendUvarint(append(out, valueText), uint64(len(v))), v...), nil
	case []byte:
		return append(binary.AppendUvarint(append(out, valueBytes), uint64(len(v))), v...), nil
	}
	return out, fmt.Errorf("a value of the Go type %T", v)
}

// fit gives a value as both databases keep it in a column of that type. SQLite keeps
// in any column a value of any type, PostgreSQL does not.
func fit(typ string, v any) (any, error) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case int64:
		switch typ {
		case "BIGINT":
			return v, nil
		case "REAL":
			return float64(v), nil
		case "TEXT":
			return strconv.FormatInt(v, 10), nil
		}
	case float64:
		if math.IsNaN(v) {
			return nil, errors.New("a number that is none (NaN), which SQLite cannot keep")
		}
		if typ == "REAL" {
			return v, nil
		}
	case string:
		switch {
		case typ == "TEXT" && (strings.IndexByte(v, 0) >= 0 || !utf8.ValidString(v)):
			return nil, errors.New("text that is not UTF-8 or has a zero byte in it, which PostgreSQL cannot keep")
		case typ == "TEXT":
			return v, nil
		case typ == "BLOB":
			return []byte(v), nil
		}
	case []byte:
		switch typ {
		case "BLOB":
			if v == nil {
				v = []byte{} // the SQLite driver's way to say that there is nothing in it
			}
			return v, nil
		case "TEXT":
			return fit(typ, string(v))
		}
	}
	return nil, fmt.Errorf("a value of the Go type %T in a column of type %s", v, typ)
}

var errCut = errors.New("a frame of rows ends in the middle of a value")

// takeValue reads what appendValue wrote and gives the rest.
func takeValue(typ string, in []byte) (v any, rest []byte, err error) {
	if len(in) == 0 {
		return nil, nil, errCut
	}
	kind, in := in[0], in[1:]
	switch kind {
	case valueNull:
		return nil, in, nil
	case valueInt:
		n, size := binary.Varint(in)
		if size <= 0 {
			return nil, nil, errCut
		}
		v, in = n, in[size:]
	case valueFloat:
		if len(in) < 8 {
			return nil, nil, errCut
		}
		v, in = math.Float64frombits(binary.BigEndian.Uint64(in)), in[8:]
	case valueText, valueBytes:
		n, size := binary.Uvarint(in)
		if size <= 0 || n > uint64(len(in)-size) {
			return nil, nil, errCut
		}
		part := in[size : size+int(n)]
		if v, in = any(bytes.Clone(part)), in[size+int(n):]; kind == valueText {
			v = string(part)
		}
	default:
		return nil, nil, fmt.Errorf("a value of the unknown kind %d", kind)
	}
	fitting, err := fit(typ, v)
	if err == nil && !sameType(fitting, v) {
		err = fmt.Errorf("a value of kind %d in a column of type %s", kind, typ)
	}
	return v, in, err
}

func sameType(a, b any) bool { return fmt.Sprintf("%T", a) == fmt.Sprintf("%T", b) }

// A frameWriter writes frames and sums them up.
type frameWriter struct {
	to    io.Writer
	whole hash.Hash // over everything
	table hash.Hash // over the frames of the table; nil between tables
	bytes int64
}

func newFrameWriter(to io.Writer) (*frameWriter, error) {
	w := &frameWriter{to: to, whole: sha256.New()}
	return w, w.write([]byte(magic))
}

func (w *frameWriter) write(b []byte) error {
	w.whole.Write(b)
	if w.table != nil {
		w.table.Write(b)
	}
	n, err := w.to.Write(b)
	w.bytes += int64(n)
	return err
}

func (w *frameWriter) frame(kind byte, content []byte) error {
	if len(content) > mostFrame {
		return fmt.Errorf("a row of %d bytes: %d are the most", len(content), mostFrame)
	}
	if err := w.write(binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(content)))); err != nil {
		return err
	}
	return w.write(content)
}

func (w *frameWriter) json(kind byte, v any) error {
	content, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return w.frame(kind, content)
}

func sumOf(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
