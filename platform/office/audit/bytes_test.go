package audit

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"testing"
	"time"

	"pgregory.net/rapid"

	"intikhab/platform/database"
	"intikhab/test/databases"
)

// TestBytes makes a row's content from the columns alone, by the table in
// docs/audit-trail.md, and the commitment with it.
func TestBytes(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		trail(t, db)
		do(t, db, 3)
		update(t, db, func(tx *database.Tx) error {
			e := Entry{Officer: "o", For: "f", Office: "off", Act: "a.b", On: "k:1", Reason: "وجہ", Request: "r"}
			e.Change("b", "old", "new <&>")
			e.Change("a", nil, "x")
			e.Change("c", "y", nil)
			return Seen(tx, time.Date(1969, 12, 31, 23, 59, 59, 999_999_000, time.UTC), e)
		})
		err := db.View(t.Context(), func(tx *database.Tx) error {
			var name string
			if err := tx.QueryRow(`SELECT trail FROM audit_head`).Scan(&name); err != nil {
				return err
			}
			rows, err := tx.Query(`SELECT seq, at, outcome, officer, acting_for, office, act, on_what, changes, reason, request, salt, commitment FROM audit_row ORDER BY seq`)
			if err != nil {
				return err
			}
			defer rows.Close()
			previous := make([]byte, 32)
			for rows.Next() {
				var seq, outcome int64
				var at string
				var texts [8]string
				var salt, commitment []byte
				if err := rows.Scan(&seq, &at, &outcome, &texts[0], &texts[1], &texts[2], &texts[3], &texts[4], &texts[5], &texts[6], &texts[7], &salt, &commitment); err != nil {
					return err
				}
				var b bytes.Buffer
				b.WriteByte(1)
				trail, _ := hex.DecodeString(name)
				b.Write(trail)
				binary.Write(&b, binary.BigEndian, seq)
				b.Write(previous)
				instant, err := time.Parse(time.RFC3339, at)
				if err != nil {
					return err
				}
				binary.Write(&b, binary.BigEndian, instant.UnixMicro())
				b.WriteByte(byte(outcome))
				for _, text := range texts {
					binary.Write(&b, binary.BigEndian, uint32(len(text)))
					b.WriteString(text)
				}
				mac := hmac.New(sha256.New, salt)
				mac.Write(b.Bytes())
				if !bytes.Equal(mac.Sum(nil), commitment) {
					t.Errorf("row %d: another commitment", seq)
				}
				if want := `[{"field":"a","after":"x"},{"field":"b","before":"old","after":"new <&>"},{"field":"c","before":"y"}]`; seq == 4 && (texts[5] != want || outcome != 3) {
					t.Errorf("changes %s", texts[5])
				}
				previous = commitment
			}
			return rows.Err()
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// TestContentIsUnambiguous: two rows that differ in anything have different bytes.
func TestContentIsUnambiguous(t *testing.T) {
	row := rapid.Custom(func(t *rapid.T) Row {
		text := rapid.StringOfN(rapid.SampledFrom([]rune{'a', 'b', 0x600, 1}), 0, 3, -1)
		return Row{Seq: rapid.Int64Range(1, 3).Draw(t, "seq"), At: time.UnixMicro(rapid.Int64Range(-2, 2).Draw(t, "at")), Outcome: Outcome(rapid.Int64Range(1, 3).Draw(t, "outcome")),
			Officer: text.Draw(t, "officer"), For: text.Draw(t, "for"), Office: text.Draw(t, "office"), Act: text.Draw(t, "act"), On: text.Draw(t, "on"),
			changes: text.Draw(t, "changes"), Reason: text.Draw(t, "reason"), Request: text.Draw(t, "request")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := row.Draw(t, "a"), row.Draw(t, "b")
		same := a.Seq == b.Seq && a.At.Equal(b.At) && a.Outcome == b.Outcome && a.Officer == b.Officer && a.For == b.For && a.Office == b.Office && a.Act == b.Act &&
			a.On == b.On && a.changes == b.changes && a.Reason == b.Reason && a.Request == b.Request
		if bytes.Equal(a.content([16]byte{}, [32]byte{}), b.content([16]byte{}, [32]byte{})) != same {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}
