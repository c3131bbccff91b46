package approval

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"intikhab/platform/office"
	"intikhab/platform/office/area"
)

// maxPayload bounds a payload: two thousand grants have some 400,000 bytes.
const maxPayload = 2 << 20

// canonical writes a value as JSON in the one way that RFC 8785 has for it: names in
// order, no space, no escapes that are not needed. Numbers must be whole, and no
// larger than a float64 holds exactly, so that every reader reads the same.
func canonical(v any) (json.RawMessage, error) {
	first, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if len(first) > maxPayload {
		return nil, fmt.Errorf("payload: it has %d bytes, %d are the most: name a file by its digest", len(first), maxPayload)
	}
	d := json.NewDecoder(bytes.NewReader(first))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("payload: %w", err)
	}
	if err := whole(tree); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil { // maps are written by name
		return nil, fmt.Errorf("payload: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

func whole(v any) error {
	switch v := v.(type) {
	case json.Number:
		if n, err := strconv.ParseInt(v.String(), 10, 64); err != nil || n > 1<<53 || n < -(1<<53) {
			return errors.New("payload: a number in it is not whole, or too large: write it as text")
		}
	case []any:
		for _, x := range v {
			if err := whole(x); err != nil {
				return err
			}
		}
	case map[string]any:
		for _, x := range v {
			if err := whole(x); err != nil {
				return err
			}
		}
	}
	return nil
}

// hashOf is what two officers agree on: the act, what and which areas it is about,
// and the payload, each with its length before it.
func hashOf(act office.Act, on string, areas []area.Area, payload []byte) string {
	h := sha256.New()
	for _, part := range []string{"intikhab approval 1", string(act), on, area.Join(areas), string(payload)} {
		fmt.Fprintf(h, "%d:%s\n", len(part), part)
	}
	return hex.EncodeToString(h.Sum(nil))
}
