package feed

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
)

// A Refusal is why a batch is not taken: nothing of it is kept.
type Refusal struct {
	Code   string // signature, sequence, previous, digest, counts, file
	Reason string
}

func (r *Refusal) Error() string { return "the batch is refused: " + r.Reason }

func refuse(code, reason string, args ...any) error {
	return &Refusal{code, fmt.Sprintf(reason, args...)}
}

// A Delivery is a batch that has come.
type Delivery struct {
	File     string // path
	Manifest []byte // signed
	Mapping  *batchfile.Mapping
	By       office.Acting
	Progress func(done, total int64) // bytes of the file, or rows; may be nil
}

// Receive takes a batch in: its manifest's signature, its place in the sequence, its
// digest and its counts are checked, its rows are read, staged and compared with the
// roll. After it the batch waits for an officer. The same batch again is recognised and
// given as it stands, with nothing done; one that was stopped half-way begins anew.
func (s *Service) Receive(ctx context.Context, d Delivery) (Batch, error) {
	m, err := batchfile.OpenManifest(d.Manifest, s.cfg.Authorities...)
	if err != nil {
		refusal := &Refusal{"signature", err.Error()}
		return Batch{}, errors.Join(refusal, s.refused(ctx, d.By, "feed:", refusal))
	}
	r := &receiving{s: s, d: d, run: newRun(), seen: newNumbers(m.Rows), counts: batchfile.Counts{}, preview: newPreview()}
	there, err := r.begin(ctx, m)
	if err != nil || there {
		return r.b, err
	}
	err = r.read(ctx)
	var refusal *Refusal
	if errors.As(err, &refusal) {
		return r.b, errors.Join(refusal, r.refuse(ctx, refusal))
	}
	if err != nil {
		return r.b, err
	}
	return r.b, r.finish(ctx)
}

// refused writes the audit row of a batch that was refused.
func (s *Service) refused(ctx context.Context, by office.Acting, on string, refusal *Refusal) error {
	return s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		if _, err := s.cfg.Book.Must(tx, by, ActReceive, office.Target{}); err != nil {
			return err
		}
		b := Batch{}
		b.by(by, refusal.Reason)
		e := b.entry(ActReceive)
		e.On, e.Refused = on+refusal.Code, true
		return audit.Write(tx, s.cfg.Now(), e)
	})
}

// receiving is a batch that is being read.
type receiving struct {
	s       *Service
	d       Delivery
	run     string
	b       Batch
	blocks  map[geography.BlockCode]rolls.Block
	seen    *numbers
	counts  batchfile.Counts
	preview *Preview
	chunks  []chunk // not written yet
	rejects []chunk
	held    int // bytes of them
}

// begin finds the batch's place, or that it is there already.
func (r *receiving) begin(ctx context.Context, m *batchfile.Manifest) (there bool, err error) {
	s := r.s
	err = s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		there = false
		if _, err := s.cfg.Book.Must(tx, r.d.By, ActReceive, office.Target{}); err != nil {
			return err
		}
		again, dead, err := s.same(tx, m)
		if err != nil {
			return err
		}
		if again.ID != 0 && again.State != Receiving {
			there, r.b = true, again
			return nil
		}
		if !dead {
			if err := s.follows(tx, m, again.ID); err != nil {
				return err
			}
		}
		if again.ID != 0 {
			if err := forget(tx, again.ID, "feed_chunk", "feed_reject"); err != nil {
				return err
			}
			if _, err := tx.Exec(`DELETE FROM feed_batch WHERE id = ?`, int64(again.ID)); err != nil {
				return err
			}
		}
		return r.insert(tx, m, again.ID)
	})
	if err == nil && !there {
		r.blocks, err = s.blocks(ctx)
	}
	var refusal *Refusal
	if errors.As(err, &refusal) {
		err = errors.Join(refusal, s.refused(ctx, r.d.By, "feed:"+m.Batch+":", refusal))
	}
	return there, err
}

func (r *receiving) insert(tx *database.Tx, m *batchfile.Manifest, id ID) error {
	if id == 0 {
		if err := tx.QueryRow(`SELECT COALESCE(MAX(id), 0) + 1 FROM feed_batch`).Scan(&id); err != nil {
			return err
		}
	}
	now := r.s.cfg.Now()
	r.b = Batch{ID: id, Manifest: *m, State: Receiving, Received: now, run: r.run}
	r.b.by(r.d.By, "")
	at := database.Time{Time: now}
	_, err := tx.Exec(`INSERT INTO feed_batch (id, authority, name, sequence, digest, manifest, state, why, total, rejected, next_chunk, step, cursor_at, until_chunk,
		filling, first_voter, done, officer, office, request, reason, received, changed, run) VALUES (?, ?, ?, ?, ?, ?, ?, '', 0, 0, 0, 0, 0, 0, 0, 0, '{}', ?, ?, ?, '', ?, ?, ?)`,
		int64(id), m.Authority, m.Batch, m.Sequence, m.SHA256, jsonText(m), string(Receiving), r.b.Officer, r.b.Office, r.b.request, at, at, r.run)
	return err
}

// same finds a batch with the same file: one that is alive, or whether there is a dead one.
func (s *Service) same(tx *database.Tx, m *batchfile.Manifest) (live Batch, dead bool, err error) {
	rows, err := tx.Query(`SELECT `+batchColumns+` FROM feed_batch WHERE digest = ? AND authority = ? ORDER BY id`, m.SHA256, m.Authority)
	if err != nil {
		return live, false, err
	}
	defer rows.Close()
	for rows.Next() {
		b, err := s.scan(rows.Scan)
		if err != nil {
			return live, false, err
		}
		switch b.State {
		case Discarded, Reversed:
			dead = true
		case Refused:
		default:
			live = b
		}
	}
	return live, dead, rows.Err()
}

// follows refuses a batch that is not the next of its authority.
func (s *Service) follows(tx *database.Tx, m *batchfile.Manifest, but ID) error {
	var sequence int64
	var digest string
	err := tx.QueryRow(`SELECT sequence, digest FROM feed_batch WHERE authority = ? AND state NOT IN ('refused', 'discarded', 'reversed', 'receiving') AND id <> ?
		ORDER BY sequence DESC, id DESC LIMIT 1`, m.Authority, int64(but)).Scan(&sequence, &digest)
	switch {
	case isNoRow(err):
		return nil // the first that this office gets
	case err != nil:
		return err
	case m.Sequence <= sequence:
		return refuse("sequence", "its manifest says that it is batch %d, and batch %d of this authority is here already, with another file", m.Sequence, sequence)
	case m.Sequence > sequence+1:
		return refuse("sequence", "it is batch %d, and the last one here is batch %d: what lies between is missing", m.Sequence, sequence)
	case m.Previous != digest:
		return refuse("previous", "its manifest follows a batch %d with another digest than the one here", sequence)
	}
	return nil
}

// read reads the file, and holds it against the manifest.
func (r *receiving) read(ctx context.Context) error {
	before, err := os.Stat(r.d.File)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	hashed := make(chan error, 1)
	go func() {
		err := sameDigest(ctx, r.d.File, r.b.Manifest.SHA256)
		if err != nil {
			stop(err)
		}
		hashed <- err
	}()
	reader := batchfile.Reader{Path: r.d.File, Mapping: r.d.Mapping, Bytes: r.s.cfg.Bytes,
		Make: func(p *batchfile.Part) error { return r.make(ctx, p) },
		Take: func(p *batchfile.Part) error { return r.take(ctx, p) }}
	err = reader.Read(ctx)
	if err != nil {
		stop(err)
	}
	if digest := <-hashed; digest != nil && (err == nil || errors.Is(err, context.Canceled) || errors.Is(err, digest)) {
		return digest
	}
	if err != nil {
		return err
	}
	// The digest is of the file as another reader saw it, so the file must have lain still.
	after, err := os.Stat(r.d.File)
	if err != nil {
		return err
	}
	if !os.SameFile(before, after) || before.Size() != after.Size() || !before.ModTime().Equal(after.ModTime()) {
		return refuse("digest", "the file was changed while it was being read")
	}
	if err := r.flush(ctx); err != nil {
		return err
	}
	if err := r.b.Manifest.Compare(r.counts, r.preview.Rejects["unreadable"]); err != nil {
		return &Refusal{"counts", err.Error()}
	}
	delete(r.preview.Rejects, "unreadable")
	return nil
}

// sameDigest reads a file for its digest alone.
func sameDigest(ctx context.Context, path, want string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	buffer := make([]byte, 1<<20)
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := f.Read(buffer)
		h.Write(buffer[:n])
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if got := hex.EncodeToString(h.Sum(nil)); got != want {
		return refuse("digest", "the file is not the one that the manifest was made of: its SHA-256 begins with %s, and should with %s", got[:16], want[:16])
	}
	return nil
}

// made is what a part is turned into on any core.
type made struct {
	packed  []byte
	preview *Preview
}

// make decides the rows of a part and packs them.
func (r *receiving) make(ctx context.Context, p *batchfile.Part) error {
	var all []decision
	err := r.s.cfg.DB.View(ctx, func(tx *database.Tx) (err error) {
		all, err = r.s.decideIn(tx, &r.b, p.Rows, r.blocks)
		return err
	})
	if err != nil {
		return err
	}
	m := made{packRows(0, p.Rows).packed, newPreview()}
	m.preview.add(p.Rows, all, r.blocks)
	p.Made = m
	return nil
}

// flushBytes is how much is staged in one transaction.
const flushBytes = 16 << 20

// take stages a part, in the order of the file.
func (r *receiving) take(ctx context.Context, p *batchfile.Part) error {
	for i := range p.Rows {
		r.counts[p.Rows[i].Cell()]++
	}
	r.preview.Rejects["unreadable"] += int64(len(p.Problems))
	if twice := r.seen.twice(p.Rows); twice != nil {
		once := p.Rows[:0:0]
		for i := range p.Rows {
			if first, ok := twice[i]; ok {
				p.Problems = append(p.Problems, batchfile.Problem{Line: p.Rows[i].Line, Code: "cnic_twice",
					Reason: fmt.Sprintf("the same CNIC stands further up in the batch%s: one row a person", first), Row: p.Rows[i].CNIC.Reveal() + " " + p.Rows[i].Action.String()})
				continue
			}
			once = append(once, p.Rows[i])
		}
		p.Rows = once
		if err := r.make(ctx, p); err != nil {
			return err
		}
	}
	m := p.Made.(made)
	r.preview.merge(m.preview)
	if len(p.Rows) > 0 {
		r.b.next++
		r.b.Rows += int64(len(p.Rows))
		r.chunks = append(r.chunks, chunk{r.b.next, len(p.Rows), m.packed})
		r.held += len(m.packed)
	}
	if len(p.Problems) > 0 {
		for _, problem := range p.Problems {
			r.preview.Rejects[problem.Code]++
		}
		c, err := packProblems(p.Problems[0].Line, p.Problems)
		if err != nil {
			return err
		}
		r.b.Rejected += int64(len(p.Problems))
		r.rejects = append(r.rejects, c)
		r.held += len(c.packed)
	}
	if r.d.Progress != nil {
		r.d.Progress(p.Done, p.Total)
	}
	if r.held < flushBytes {
		return nil
	}
	return r.flush(ctx)
}

// flush writes what is staged.
func (r *receiving) flush(ctx context.Context) error {
	err := r.s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		if _, err := r.s.mine(tx, r.b.ID, r.run, Receiving); err != nil {
			return err
		}
		if err := r.s.stage(tx, "feed_chunk", r.b.ID, r.chunks); err != nil {
			return err
		}
		return r.s.stage(tx, "feed_reject", r.b.ID, r.rejects)
	})
	r.chunks, r.rejects, r.held = nil, nil, 0
	return err
}

// finish makes the batch one that waits for an officer.
func (r *receiving) finish(ctx context.Context) error {
	r.preview.At = r.s.cfg.Now()
	return r.s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		if _, err := r.s.mine(tx, r.b.ID, r.run, Receiving); err != nil {
			return err
		}
		b := r.b
		b.State, b.run = Previewed, ""
		if err := b.put(tx, r.s.cfg.Now()); err != nil {
			return err
		}
		if err := r.s.keep(tx, &b, r.preview); err != nil {
			return err
		}
		e := b.entry(ActReceive)
		e.Change("state", nil, Previewed)
		e.Change("rows", nil, b.Rows)
		e.Change("rejected", nil, b.Rejected)
		e.Change("sha256", nil, b.Manifest.SHA256)
		if err := audit.Write(tx, r.s.cfg.Now(), e); err != nil {
			return err
		}
		r.b = b
		return nil
	})
}

// refuse keeps of a batch that it came, and why it was not taken.
func (r *receiving) refuse(ctx context.Context, refusal *Refusal) error {
	return r.s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		if _, err := r.s.mine(tx, r.b.ID, r.run, Receiving); err != nil {
			return err
		}
		if err := forget(tx, r.b.ID, "feed_chunk", "feed_reject"); err != nil {
			return err
		}
		b := r.b
		b.State, b.Why, b.run, b.Reason = Refused, refusal.Code, "", refusal.Reason
		if err := b.put(tx, r.s.cfg.Now()); err != nil {
			return err
		}
		e := b.entry(ActReceive)
		e.Refused = true
		r.b = b
		return audit.Write(tx, r.s.cfg.Now(), e)
	})
}
