package anomaly

import (
	"context"
	"fmt"
	"slices"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/feed"
)

// Reported gives deaths that were reported and not acted on; a *feed.Service does.
type Reported interface {
	Deaths(tx *database.Tx, f func(feed.ReportedDeath) error) error
}

// Config is what passes need. DB and Roll must be set.
type Config struct {
	DB       *database.DB
	Roll     *rolls.Store
	Reported Reported // nil: no feed is asked for deaths
	Settings Settings // the zero settings are Standard
}

// Store makes passes and keeps what they find. Its methods may be called at the same time.
type Store struct{ cfg Config }

// New makes a store. The tables of packages rolls and feed must be there.
func New(cfg Config) *Store {
	if cfg.Settings == (Settings{}) {
		cfg.Settings = Standard()
	}
	return &Store{cfg}
}

// Run passes over the whole roll, as one unchanging state of the database has it, and puts
// what it finds in the place of what the last run found. progress, if not nil, is told how
// many blocks have gone by. After it returns nil, the pages show the new run.
func (s *Store) Run(ctx context.Context, progress func(blocks int64)) (Run, error) {
	begun := s.now()
	today := rolls.DateOf(begun.In(words.Zone))
	var p *pass
	var items []Item
	err := s.cfg.DB.View(ctx, func(tx *database.Tx) error {
		if filling, err := s.cfg.Roll.Filling(tx); err != nil || filling {
			if err == nil {
				err = rolls.ErrFilling
			}
			return err
		}
		splits, err := s.cfg.Roll.Splits(tx)
		if err != nil {
			return err
		}
		p = newPass(s.cfg.Settings, begun, today, splits)
		told := newTold(progress)
		err = s.cfg.Roll.WalkIn(ctx, tx, rolls.Scope{}, func(worker int, b rolls.Block, entries []rolls.Entry) error {
			told.one()
			return p.see(worker, b, entries)
		})
		if err != nil {
			return err
		}
		items, err = s.deaths(tx, today)
		return err
	})
	if err != nil {
		return Run{}, fmt.Errorf("pass over the roll for anomalies: %w", err)
	}
	blocks, found, areas, count := p.country()
	items = append(found, items...)
	count[Deaths] += int64(len(items) - len(found))
	r := Run{At: begun, Blocks: int64(len(blocks)), Settings: s.cfg.Settings, Counts: count}
	for i := range blocks {
		r.Voters += blocks[i].All()
	}
	err = s.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		r.Took = s.now().Sub(begun)
		return s.put(tx, &r, blocks, items, areas)
	})
	return r, err
}

func (s *Store) now() time.Time { return s.cfg.Roll.Now().UTC().Truncate(time.Microsecond) }

// deaths are the voters who stand in the roll though their death was reported: by what the
// feed still has, and by the roll's own history, where somebody who left it as dead stands
// in it again without a batch having been taken back.
func (s *Store) deaths(tx *database.Tx, today rolls.Date) (items []Item, err error) {
	d := deaths{Store: s, tx: tx, today: today, seen: map[rolls.VoterID]bool{}}
	if d.blocks, err = blocksByCode(tx, s.cfg.Roll); err != nil {
		return nil, err
	}
	if s.cfg.Reported != nil {
		// What is asked for while a batch is read waits until its part is read.
		if err := s.cfg.Reported.Deaths(tx, func(r feed.ReportedDeath) error {
			d.part = append(d.part, r)
			if len(d.part) < 1000 {
				return nil
			}
			return d.flush()
		}); err != nil {
			return nil, err
		}
		if err := d.flush(); err != nil {
			return nil, err
		}
	}
	return d.items, d.returned()
}

type deaths struct {
	*Store
	tx     *database.Tx
	today  rolls.Date
	blocks map[geography.BlockCode]rolls.Block
	part   []feed.ReportedDeath
	seen   map[rolls.VoterID]bool
	items  []Item
}

func (d *deaths) flush() error {
	numbers := make([]cnic.Number, len(d.part))
	for i := range d.part {
		numbers[i] = d.part[i].CNIC
	}
	entries, err := d.cfg.Roll.ByCNICs(d.tx, numbers)
	if err != nil {
		return err
	}
	for i := range d.part {
		r := &d.part[i]
		if e, ok := entries[r.CNIC]; ok && e.Standing == rolls.OnRoll {
			d.add(e.ID, e.Block, days(r.AsOf, d.today), r.How)
		}
	}
	d.part = d.part[:0]
	return nil
}

func (d *deaths) add(id rolls.VoterID, block geography.BlockCode, days int64, how string) {
	if d.seen[id] {
		return
	}
	d.seen[id] = true
	b := d.blocks[block]
	d.items = append(d.items, Item{Kind: Deaths, ID: id.String(), Block: block, District: b.District.String(), Tehsil: b.Tehsil.String(), NA: b.NA, PA: b.PA, Measure: days, Basis: how})
}

// returned finds who left as dead and is back. One who was put back when a batch was taken
// back left by a change that was undone: a later change says so.
func (d *deaths) returned() error {
	rows, err := d.tx.Query(`SELECT v.id, v.block, c.at FROM rolls_change c JOIN rolls_voter v ON v.id = c.voter
		WHERE c.why = ? AND v.standing = 1 AND NOT EXISTS (SELECT 1 FROM rolls_change l WHERE l.voter = c.voter AND l.id > c.id AND l.why = ? AND l.kind <> ?) ORDER BY c.id`,
		string(rolls.Died), string(rolls.Restored), string(rolls.Return))
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var block geography.BlockCode
		var at database.Time
		if err := rows.Scan(&id, &block, &at); err != nil {
			return err
		}
		d.add(rolls.VoterID(id), block, days(rolls.DateOf(at.In(words.Zone)), d.today), "returned")
	}
	return rows.Err()
}

// days is how many days ago a day was, -1 if it is not known.
func days(then, today rolls.Date) int64 {
	if then.IsZero() {
		return -1
	}
	at := func(d rolls.Date) time.Time {
		return time.Date(d.Year, time.Month(max(d.Month, 1)), max(d.Day, 1), 0, 0, 0, 0, time.UTC)
	}
	return int64(at(today).Sub(at(then)) / (24 * time.Hour))
}

func blocksByCode(tx *database.Tx, s *rolls.Store) (map[geography.BlockCode]rolls.Block, error) {
	all, err := s.Blocks(tx, rolls.Scope{})
	if err != nil {
		return nil, err
	}
	by := make(map[geography.BlockCode]rolls.Block, len(all))
	for _, b := range all {
		by[b.Code] = b
	}
	return by, nil
}

// keysOf are a map's keys in order, so that two runs over one roll write the same.
func keysOf[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
