package feed

import (
	"context"
	"errors"
	"fmt"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/audit"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed/batchfile"
)

// errAgain says that the roll changed between the reading of a chunk and its writing.
var errAgain = errors.New("the roll was changed meanwhile")

// tries is how often a chunk is begun anew since others write to the same blocks.
const tries = 20

// applying is a run that applies a batch.
type applying struct {
	s      *Service
	b      Batch
	blocks map[geography.BlockCode]rolls.Block
	loader *rolls.Loader
	digest digest
}

// A load is some chunks that are ready to be written.
type load struct {
	last   int64 // number of the last chunk
	rows   []batchfile.Row
	all    []decision
	new    []cnic.Number
	part   *rolls.Part
	packed [][]byte
	err    error
}

func (s *Service) apply(ctx context.Context, b Batch, progress Progress) (err error) {
	a := &applying{s: s, b: b}
	if a.blocks, err = s.blocks(ctx); err != nil {
		return err
	}
	if a.digest, err = s.digest(ctx); err != nil {
		return err
	}
	for failed := 0; ; failed++ {
		before := a.b.Reached
		err = a.pass(ctx, progress)
		again := errors.Is(err, errAgain) || errors.Is(err, rolls.ErrChanged) || database.IsDuplicate(err)
		if a.b.Reached > before {
			failed = 0
		}
		if !again || failed >= tries {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("batch %v, after chunk %d: %w", b.ID, a.b.Reached, err)
	}
	return a.end(ctx)
}

// pass applies chunks until the last, or until something fails. While an empty roll is
// filled, the next chunks are made ready while one is written; otherwise each is looked
// at when the one before is in the roll.
func (a *applying) pass(ctx context.Context, progress Progress) (err error) {
	if a.loader, err = a.s.cfg.Rolls.Loader(ctx, a.s.cfg.DB, a.b.ID.Cause()); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	if !a.b.filling {
		for a.b.Reached < a.b.Until {
			a.loader.Refresh()
			if err := a.write(ctx, a.ready(ctx, a.b.Reached, 1), progress); err != nil {
				return err
			}
		}
		return nil
	}
	loads, ended := make(chan *load), make(chan struct{})
	defer func() { stop(); <-ended }()
	at, until := a.b.Reached, a.b.Until
	go func() {
		defer close(ended)
		defer close(loads)
		for at < until {
			l := a.ready(ctx, at, a.s.cfg.Together)
			select {
			case loads <- l:
			case <-ctx.Done():
				return
			}
			if at = l.last; l.err != nil {
				return
			}
		}
	}()
	for l := range loads {
		if err := a.write(ctx, l, progress); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// ready reads the chunks after a number, decides their rows, and numbers and seals who
// is new.
func (a *applying) ready(ctx context.Context, after int64, most int) *load {
	l := &load{last: after}
	l.err = a.s.cfg.DB.View(ctx, func(tx *database.Tx) error {
		l.packed = nil
		if _, err := a.s.mine(tx, a.b.ID, a.b.run, Applying); err != nil {
			return err
		}
		chunks, err := a.s.staged(tx, "feed_chunk", a.b.ID, after, a.b.Until, most)
		if err != nil {
			return err
		}
		if len(chunks) == 0 {
			return fmt.Errorf("what is staged of it ends before chunk %d: the database has lost it", a.b.Until)
		}
		total := 0
		for _, c := range chunks {
			total += c.count
		}
		l.rows = make([]batchfile.Row, 0, total)
		for _, c := range chunks {
			if l.rows, err = c.rows(l.rows); err != nil {
				return err
			}
			l.packed, l.last = append(l.packed, c.packed), c.number
		}
		l.all, err = a.s.decideIn(tx, &a.b, l.rows, a.blocks)
		return err
	})
	if l.err != nil {
		return l
	}
	additions := make([]rolls.Addition, 0, len(l.all))
	for i := range l.all {
		if d := &l.all[i]; d.Outcome == Added {
			additions = append(additions, rolls.Addition{Block: d.at.Block, List: d.at.List, Particulars: *d.p})
			l.new = append(l.new, d.p.CNIC)
		}
	}
	if len(additions) > 0 {
		l.part, l.err = a.loader.Prepare(ctx, additions)
	}
	return l
}

// write puts chunks into the roll: what they change, how far the batch is, and the row
// of the audit trail, all of it or nothing.
func (a *applying) write(ctx context.Context, l *load, progress Progress) error {
	if l.err != nil {
		return l.err
	}
	var b Batch
	err := a.s.cfg.DB.Update(ctx, func(tx *database.Tx) (err error) {
		if b, err = a.s.mine(tx, a.b.ID, a.b.run, Applying); err != nil {
			return err
		}
		if b.Reached != a.b.Reached {
			return ErrTaken
		}
		if err := a.check(tx, l); err != nil {
			return err
		}
		if l.part != nil {
			if err := a.loader.Write(tx, l.part); err != nil {
				return err
			}
		}
		if err := a.changes(tx, l); err != nil {
			return err
		}
		b.Done = b.Done.clone()
		l.count(&b.Done)
		if err := a.hold(tx, l, &b); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM feed_chunk WHERE batch = ? AND number > ? AND number <= ?`, int64(b.ID), b.Reached, l.last); err != nil {
			return err
		}
		if err := touch(tx, b.ID, l); err != nil {
			return err
		}
		b.Reached = l.last
		if err := b.put(tx, a.s.cfg.Now()); err != nil {
			return err
		}
		return audit.Write(tx, a.s.cfg.Now(), a.entry(l, &b))
	})
	if err != nil {
		return err
	}
	a.b = b
	if progress != nil {
		progress(b.Reached, b.Until)
	}
	return nil
}

// check holds what was read before against the transaction: nobody new has come in
// meanwhile, and no roll has been closed or opened.
func (a *applying) check(tx *database.Tx, l *load) error {
	open, err := a.s.gates(tx, a.blocks)
	if err != nil {
		return err
	}
	for i := range l.all {
		for _, code := range l.all[i].blocks() {
			if !open(code) {
				return errAgain
			}
		}
	}
	if a.b.filling || len(l.new) == 0 {
		return nil
	}
	known, err := a.s.cfg.Rolls.Known(tx, l.new)
	if err == nil && known > 0 {
		err = errAgain
	}
	return err
}

// changes does what the rows of a load do to those who have an entry.
func (a *applying) changes(tx *database.Tx, l *load) (err error) {
	store, cause := a.s.cfg.Rolls, a.b.ID.Cause()
	for i := range l.all {
		switch d := &l.all[i]; d.Outcome {
		case Returned:
			_, err = store.Add(tx, d.at.Block, d.at.List, *d.p, cause)
		case Moved:
			_, err = store.Move(tx, d.entry.ID, d.entry.Version, d.at.Block, d.at.List, *d.p, cause)
		case Corrected:
			_, err = store.Correct(tx, d.entry.ID, d.entry.Version, *d.p, rolls.NewCard, cause)
		case Died:
			_, err = store.Remove(tx, d.entry.ID, d.entry.Version, rolls.Died, cause)
		case Cancelled:
			_, err = store.Remove(tx, d.entry.ID, d.entry.Version, rolls.Cancelled, cause)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", l.rows[i].Line, err)
		}
	}
	return nil
}

func (l *load) count(d *Done) {
	for i := range l.all {
		if o := l.all[i].Outcome; o != Waits {
			d.Outcomes[o]++
		}
		if l.all[i].bar != "" {
			d.Bars[l.all[i].bar]++
		}
	}
}

// hold stages the rows that wait anew, behind all others.
func (a *applying) hold(tx *database.Tx, l *load, b *Batch) error {
	var rows []batchfile.Row
	for i := range l.all {
		if l.all[i].Outcome == Waits {
			rows = append(rows, l.rows[i])
		}
	}
	if rows == nil {
		return nil
	}
	b.next++
	return a.s.stage(tx, "feed_chunk", b.ID, []chunk{packRows(b.next, rows)})
}

// touch notes the electoral areas that a load changed.
func touch(tx *database.Tx, id ID, l *load) error {
	seen := map[geography.BlockCode]bool{}
	for i := range l.all {
		for _, code := range l.all[i].blocks() {
			seen[code] = true
		}
	}
	if len(seen) == 0 {
		return nil
	}
	put, err := tx.Prepare(`INSERT INTO feed_block (id, batch, block) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING`)
	if err != nil {
		return err
	}
	defer put.Close()
	for code := range seen {
		if _, err := put.Exec(chunkID(id, int64(code)), int64(id), int64(code)); err != nil {
			return err
		}
	}
	return nil
}

// entry is the audit row of a load: how far, what, and the keyed hash over the rows as
// they were staged and what became of each.
func (a *applying) entry(l *load, b *Batch) audit.Entry {
	e := b.entry(b.applied())
	became := make([]byte, len(l.all))
	counts := map[Outcome]int{}
	for i := range l.all {
		became[i] = place(Outcomes(), l.all[i].Outcome)
		counts[l.all[i].Outcome]++
	}
	e.Change("chunk", nil, l.last)
	for _, o := range Outcomes() {
		if counts[o] > 0 {
			e.Change(string(o), nil, counts[o])
		}
	}
	e.Change("digest", nil, a.digest.of(append(l.packed, became)...))
	return e
}

// end makes the batch applied, and the roll's indexes and those of its indexers if it was
// filled. If it stops before the latter, whoever opens the roll next makes them.
func (a *applying) end(ctx context.Context) error {
	err := a.s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		b, err := a.s.mine(tx, a.b.ID, a.b.run, Applying)
		if err != nil {
			return err
		}
		if b.filling {
			if err := a.s.cfg.Rolls.Filled(tx); err != nil {
				return err
			}
		}
		e := b.entry(b.applied())
		e.Change("state", Applying, Applied)
		b.State, b.filling, b.run = Applied, false, ""
		if err := b.put(tx, a.s.cfg.Now()); err != nil {
			return err
		}
		return audit.Write(tx, a.s.cfg.Now(), e)
	})
	if err != nil {
		return err
	}
	return a.s.cfg.Rolls.Reindex(ctx, a.s.cfg.DB)
}
