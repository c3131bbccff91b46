package feed

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
)

// A Sample is a row of the difference, masked.
type Sample struct {
	Line    int64     `json:"line"`
	CNIC    string    `json:"cnic"` // masked
	Name    string    `json:"name"` // masked
	Bar     rolls.Bar `json:"bar,omitempty"`
	Block   string    `json:"block,omitempty"` // where the person stands afterwards
	Before  string    `json:"before,omitempty"`
	Changed []string  `json:"changed,omitempty"` // fields of a correction
}

// samples is how many rows of each outcome a preview shows.
const samples = 25

// A Preview is the difference that a batch would make, as the roll was at that time.
type Preview struct {
	At        time.Time                    `json:"at"`
	Outcomes  map[Outcome]int64            `json:"outcomes"`
	Bars      map[rolls.Bar]int64          `json:"bars"`
	Rejects   map[string]int64             `json:"rejects"` // by code
	Districts map[string]map[Outcome]int64 `json:"districts"`
	Samples   map[Outcome][]Sample         `json:"samples"`
}

func newPreview() *Preview {
	return &Preview{Outcomes: map[Outcome]int64{}, Bars: map[rolls.Bar]int64{}, Rejects: map[string]int64{}, Districts: map[string]map[Outcome]int64{}, Samples: map[Outcome][]Sample{}}
}

// add counts decisions on rows.
func (p *Preview) add(rows []batchfile.Row, all []decision, blocks map[geography.BlockCode]rolls.Block) {
	for i := range all {
		d := &all[i]
		p.Outcomes[d.Outcome]++
		if d.bar != "" {
			p.Bars[d.bar]++
		}
		district := blocks[d.at.Block].DistrictEn
		if p.Districts[district] == nil {
			p.Districts[district] = map[Outcome]int64{}
		}
		p.Districts[district][d.Outcome]++
		if len(p.Samples[d.Outcome]) < samples {
			p.Samples[d.Outcome] = append(p.Samples[d.Outcome], d.sample(&rows[i]))
		}
	}
}

func (d *decision) sample(r *batchfile.Row) Sample {
	name := r.NameUr
	if name == "" {
		name = r.NameEn
	}
	if name == "" {
		if d.entry != nil {
			name = d.entry.NameUr
		}
	}
	s := Sample{Line: r.Line, CNIC: r.CNIC.String(), Name: maskedName(name), Bar: d.bar}
	if d.at.Block != 0 {
		s.Block = d.at.Block.String() + " " + d.at.List.String()
	}
	if d.Outcome == Moved {
		s.Before = d.entry.Block.String() + " " + d.entry.List.String()
	}
	if d.Outcome == Moved || d.Outcome == Corrected {
		s.Changed = changed(&d.entry.Particulars, d.p)
	}
	return s
}

// maskedName shows the first letter of each word.
func maskedName(name string) string {
	parts := strings.Fields(name)
	for i := range parts {
		parts[i] = audit.Masked(parts[i])
	}
	return strings.Join(parts, " ")
}

// changed names the fields that differ.
func changed(a, b *rolls.Particulars) (fields []string) {
	for _, f := range []struct {
		name string
		same bool
	}{
		{"name", a.NameEn == b.NameEn && a.NameUr == b.NameUr}, {"parent", a.ParentEn == b.ParentEn && a.ParentUr == b.ParentUr && a.Relation == b.Relation},
		{"born", a.Born == b.Born}, {"family", a.Family == b.Family}, {"permanent", a.Permanent == b.Permanent},
		{"temporary", a.Temporary == b.Temporary}, {"posting", a.Posting == b.Posting}, {"chosen", a.Chosen == b.Chosen},
	} {
		if !f.same {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// merge adds what another part of the same preview counted, which comes after it.
func (p *Preview) merge(o *Preview) {
	sum(p.Outcomes, o.Outcomes)
	sum(p.Bars, o.Bars)
	sum(p.Rejects, o.Rejects)
	for d, n := range o.Districts {
		if p.Districts[d] == nil {
			p.Districts[d] = map[Outcome]int64{}
		}
		sum(p.Districts[d], n)
	}
	for k, s := range o.Samples {
		p.Samples[k] = append(p.Samples[k], s[:min(len(s), samples-len(p.Samples[k]))]...)
	}
}

func sum[K comparable](into, from map[K]int64) {
	for k, n := range from {
		into[k] += n
	}
}

// DistrictNames are the districts of a preview, in the order of their names; "" is of
// rows that are in no electoral area.
func (p *Preview) DistrictNames() []string { return slices.Sorted(maps.Keys(p.Districts)) }

// keep writes the preview of a batch.
func (s *Service) keep(tx *database.Tx, b *Batch, p *Preview) error {
	_, err := tx.Exec(`UPDATE feed_batch SET preview = ? WHERE id = ?`, s.cfg.Keys.Seal("feed_batch", "preview", b.ID.String(), []byte(jsonText(p))), int64(b.ID))
	b.Preview = p
	return err
}

// Preview makes the difference anew, by the roll as it is now. The batch must be
// waiting for an officer.
func (s *Service) Preview(ctx context.Context, id ID, by office.Acting, progress func(done, total int64)) (b Batch, err error) {
	err = s.cfg.DB.View(ctx, func(tx *database.Tx) error {
		if _, err := s.cfg.Book.May(tx, by, ActRead, office.Target{}); err != nil {
			return err
		}
		b, err = s.Batch(tx, id)
		return err
	})
	if err != nil {
		return b, err
	}
	if b.State != Previewed {
		return b, &StateError{id, b.State, "previewed"}
	}
	blocks, err := s.blocks(ctx)
	if err != nil {
		return b, err
	}
	p := newPreview()
	p.At = s.cfg.Now()
	if b.Preview != nil {
		p.Rejects = b.Preview.Rejects
	}
	for after := int64(0); after < b.next; {
		if after, err = s.previewSome(ctx, &b, p, blocks, after); err != nil {
			return b, err
		}
		if progress != nil {
			progress(after, b.next)
		}
	}
	err = s.cfg.DB.Update(ctx, func(tx *database.Tx) error { return s.keep(tx, &b, p) })
	return b, err
}

func (s *Service) previewSome(ctx context.Context, b *Batch, p *Preview, blocks map[geography.BlockCode]rolls.Block, after int64) (last int64, err error) {
	var rows []batchfile.Row
	var all []decision
	err = s.cfg.DB.View(ctx, func(tx *database.Tx) error {
		last = b.next
		chunks, err := s.staged(tx, "feed_chunk", b.ID, after, b.next, 1)
		if err != nil || len(chunks) == 0 {
			return err
		}
		last = chunks[0].number
		if rows, err = chunks[0].rows(nil); err != nil {
			return err
		}
		all, err = s.decideIn(tx, b, rows, blocks)
		return err
	})
	if err == nil {
		p.add(rows, all, blocks)
	}
	return last, err
}

// decideIn decides rows by roll and phases as a transaction sees them.
func (s *Service) decideIn(tx *database.Tx, b *Batch, rows []batchfile.Row, blocks map[geography.BlockCode]rolls.Block) ([]decision, error) {
	empty, err := s.empty(tx, b)
	if err != nil {
		return nil, err
	}
	all, err := s.look(tx, s.rule(b, blocks), rows, empty)
	if err != nil {
		return nil, err
	}
	open, err := s.gates(tx, blocks)
	if err != nil {
		return nil, err
	}
	wait(all, open)
	return all, nil
}

func jsonText(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // of maps of texts and numbers
	}
	return string(text)
}
