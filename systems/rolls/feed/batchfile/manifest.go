package batchfile

import (
	"bytes"
	"cmp"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A Cell is what rows are counted by.
type Cell struct {
	Province string `json:"province"` // as the rows have it, "" where they have none
	Sex      string `json:"sex"`      // M, F, X, "" where a row has none
	Action   string `json:"action"`
}

// Cell is the one that a row counts in.
func (r *Row) Cell() Cell {
	c := Cell{Province: r.Province, Action: r.Action.String()}
	if r.SexGiven {
		c.Sex = r.List.String()
	}
	return c
}

// Counts are rows by cell.
type Counts map[Cell]int64

// MarshalJSON gives a list, in an order that does not change.
func (c Counts) MarshalJSON() ([]byte, error) {
	list := []counted{}
	for _, cell := range slices.SortedFunc(maps.Keys(c), Cell.compare) {
		list = append(list, counted{cell, c[cell]})
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads the list. A cell that comes twice is refused.
func (c *Counts) UnmarshalJSON(b []byte) error {
	var list []counted
	if err := json.Unmarshal(b, &list); err != nil {
		return err
	}
	*c = Counts{}
	for _, one := range list {
		if _, twice := (*c)[one.Cell]; twice || one.Rows < 0 {
			return fmt.Errorf("counts: %s, %s, %s: it comes twice, or is below 0", one.Province, one.Sex, one.Action)
		}
		(*c)[one.Cell] = one.Rows
	}
	return nil
}

type counted struct {
	Cell
	Rows int64 `json:"rows"`
}

func (c Cell) compare(o Cell) int {
	return cmp.Or(strings.Compare(c.Province, o.Province), strings.Compare(c.Sex, o.Sex), strings.Compare(c.Action, o.Action))
}

// A Manifest is what the authority signs of a batch.
type Manifest struct {
	Authority string    `json:"authority"` // whose key signs
	Batch     string    `json:"batch"`     // its own name for the batch
	Sequence  int64     `json:"sequence"`  // 1, 2, 3, …
	Previous  string    `json:"previous"`  // SHA256 of the batch before, "" for the first
	File      string    `json:"file"`      // name of the file, for people
	SHA256    string    `json:"sha256"`    // of the file's bytes, hexadecimal
	Made      time.Time `json:"made"`
	Rows      int64     `json:"rows"` // without the header
	Counts    Counts    `json:"counts"`
}

// maxManifest bounds a manifest with its signatures, in bytes.
const maxManifest = 1 << 20

// ErrSignature says that a manifest is not signed by the authority's key.
var ErrSignature = errors.New("the manifest is not signed by the key of the identity authority: ask the authority for it again, or check the key in the settings")

// Sign writes a manifest as a signed note (C2SP signed-note): its JSON on one line.
func (m *Manifest) Sign(signer note.Signer) ([]byte, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	return note.Sign(&note.Note{Text: string(text) + "\n"}, signer)
}

// OpenManifest reads a manifest that one of the keys must have signed; without keys, or
// if none did, it fails with ErrSignature.
func OpenManifest(signed []byte, keys ...note.Verifier) (*Manifest, error) {
	if len(signed) > maxManifest {
		return nil, fmt.Errorf("manifest: it is longer than %d bytes", maxManifest)
	}
	n, err := note.Open(signed, note.VerifierList(keys...))
	if err != nil {
		return nil, fmt.Errorf("manifest: %w (%v)", ErrSignature, err)
	}
	d := json.NewDecoder(bytes.NewReader([]byte(n.Text)))
	d.DisallowUnknownFields()
	var m Manifest
	if err := d.Decode(&m); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	if d.More() {
		return nil, errors.New("manifest: something follows it")
	}
	return &m, m.check()
}

func (m *Manifest) check() error {
	digest := func(s string) bool {
		b, err := hex.DecodeString(s)
		return err == nil && len(b) == 32 && s == strings.ToLower(s)
	}
	switch {
	case m.Authority == "" || len(m.Authority) > 100 || m.Batch == "" || len(m.Batch) > 100 || len(m.File) > 255:
		return errors.New("manifest: authority and batch are needed, of at most 100 bytes")
	case m.Sequence < 1:
		return errors.New("manifest: the sequence begins with 1")
	case !digest(m.SHA256):
		return errors.New("manifest: sha256 is not 64 hexadecimal digits")
	case m.Previous != "" && !digest(m.Previous):
		return errors.New("manifest: previous is neither empty nor 64 hexadecimal digits")
	case m.Made.IsZero():
		return errors.New("manifest: made is missing")
	}
	total := int64(0)
	for _, n := range m.Counts {
		total += n
	}
	if total != m.Rows {
		return fmt.Errorf("manifest: its counts add up to %d, and it promises %d rows", total, m.Rows)
	}
	return nil
}

// Compare holds what was found in the file against the manifest. Rows that could not be
// read are in no cell, and so a cell may lack rows, as many in all as could not be read.
func (m *Manifest) Compare(found Counts, unreadable int64) error {
	total, missing := unreadable, int64(0)
	for _, n := range found {
		total += n
	}
	if total != m.Rows {
		return fmt.Errorf("the file has %d rows, and its manifest promises %d", total, m.Rows)
	}
	for cell := range maps.Keys(found) {
		if found[cell] > m.Counts[cell] {
			return fmt.Errorf("the file has %d rows of province %q, sex %q, action %s, and its manifest promises %d", found[cell], cell.Province, cell.Sex, cell.Action, m.Counts[cell])
		}
	}
	for cell, n := range m.Counts {
		missing += n - found[cell]
	}
	if missing != unreadable {
		return fmt.Errorf("the counts of the manifest are of %d rows that the file does not have", missing-unreadable)
	}
	return nil
}
