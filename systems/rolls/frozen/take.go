package frozen

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"intikhab/domain/cnic"
	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/office/approval"
	"intikhab/systems/rolls"
)

// A Voter is an entry as 8300 answers it.
type Voter struct {
	CNIC              cnic.Number
	Block             geography.BlockCode
	List              rolls.List
	Serial, Household uint32
}

// A Build is what an index is built of. Voters gives all voters to rows, on rolls.Workers()
// goroutines whose calls of one worker do not overlap.
type Build struct {
	Name     string
	Day      time.Time
	Out      string
	Blocks   []rolls.Block
	Stations []geography.PollingStation
	Splits   map[rolls.Shared][]rolls.Share
	Voters   func(ctx context.Context, rows func(worker int, some []Voter) error) error
}

// Built is what an index says of itself.
type Built struct {
	Root   string // hexadecimal
	Voters int64
}

// Lookup answers as 8300 does.
type Lookup interface {
	Lookup(n cnic.Number) (v Voter, station geography.StationID, ok bool)
	Built() Built
}

// Indexes builds indexes for 8300 and brings them to its nodes; the program gives it,
// since the index belongs to another system.
type Indexes interface {
	Build(ctx context.Context, b Build) (Built, error)
	Open(path string) (Lookup, error)
	// Release brings an index to all nodes. After it returns nil all of them use it.
	Release(ctx context.Context, path, note string) error
}

// Config is what a keeper needs.
type Config struct {
	DB      *database.DB
	Keys    *vault.Keyring
	Store   *rolls.Store
	Dir     string                                     // of frozen rolls and indexes
	Indexes Indexes                                    // nil where this node has no key of 8300's rolls: nothing can be taken
	Ledger  statement.Log                              // nil where another node keeps it
	Desk    *approval.Desk                             // nil in tools that only verify
	Phases  func(tx *database.Tx, b rolls.Block) error // whether a frozen roll may be taken of a block now
	// Pass, if not nil, is called as the entries of a frozen roll go by, to make figures
	// of them: begin before, see on several goroutines, and keep in the transaction in
	// which the roll is written down.
	Pass func() Pass
	Log  *slog.Logger
	// Progress, if not nil, is told how many voters have gone by.
	Progress func(done, total int64)
}

// A Pass looks at the entries of a roll while it is frozen.
type Pass interface {
	See(worker int, b rolls.Block, entries []rolls.Entry) error
	Keep(tx *database.Tx, r Roll) error
}

// A Keeper takes frozen rolls, keeps 8300's index in step, and gives proofs.
type Keeper struct {
	cfg  Config
	once sync.Mutex // one taking at a time
}

// New makes a keeper. With a desk it registers the act of publishing a roll, which waits
// for a second officer and is then done by Work.
func New(cfg Config) *Keeper {
	if cfg.Log == nil {
		cfg.Log = slog.Default()
	}
	if cfg.Desk != nil {
		cfg.Desk.RegisterLong(ActPublish)
	}
	return &Keeper{cfg: cfg}
}

// An Order is what is to be frozen.
type Order struct {
	Name  string `json:"name"`
	Scope Scope  `json:"scope"`
}

// pass is one reading of the roll under way.
type pass struct {
	*Keeper
	salter  salter
	out     *writer // nil for an index alone
	in      func(rolls.Block) bool
	look    Pass
	mu      sync.Mutex
	voters  int64 // of the scope
	all     int64
	total   int64
	touched int64
}

// take reads the roll once: it makes the frozen roll of the scope, and the index of all.
func (k *Keeper) take(ctx context.Context, kind Kind, o Order, approvalID string) (r Roll, look Pass, err error) {
	if k.cfg.Indexes == nil {
		return r, nil, fmt.Errorf("this node has no key for 8300's rolls: freeze where [roll] is set")
	}
	if err := os.MkdirAll(k.cfg.Dir, 0o700); err != nil {
		return r, nil, err
	}
	now := k.cfg.Store.Now().UTC()
	r = Roll{ID: rand.Text(), Kind: kind, Name: o.Name, Day: dayOf(now), Scope: o.Scope, Approval: approvalID, Made: now, secret: make([]byte, 32)}
	rand.Read(r.secret)
	r.IndexFile = r.ID + ".index"
	p := &pass{Keeper: k, salter: r.secret, in: func(rolls.Block) bool { return false }}
	if kind == Frozen {
		r.File = r.ID + ".frozen"
		if p.out, err = create(k.path(r.File)); err != nil {
			return r, nil, err
		}
		defer p.out.abandon()
		if k.cfg.Pass != nil {
			p.look = k.cfg.Pass()
		}
	}
	err = k.cfg.DB.View(ctx, func(tx *database.Tx) error {
		built, err := p.run(ctx, tx, r)
		r.IndexRoot, r.Voters, r.touched = built.Root, built.Voters, p.touched
		return err
	})
	if err == nil && p.out != nil {
		var root Hash
		root, err = p.out.finish()
		r.Root, r.Voters = fmt.Sprintf("%x", root), p.voters
	}
	if err != nil {
		k.remove(r)
	}
	return r, p.look, err
}

func (k *Keeper) path(name string) string { return filepath.Join(k.cfg.Dir, name) }

// remove takes away the files of a roll that was not written down.
func (k *Keeper) remove(r Roll) {
	for _, name := range []string{r.File, r.IndexFile} {
		if name != "" {
			os.Remove(k.path(name))
		}
	}
}

// run is one state of the database, read from its beginning: on PostgreSQL it may be run
// again.
func (p *pass) run(ctx context.Context, tx *database.Tx, r Roll) (Built, error) {
	if filling, err := p.cfg.Store.Filling(tx); err != nil || filling {
		return Built{}, firstError(err, rolls.ErrFilling)
	}
	var err error
	if p.touched, err = p.cfg.Store.Touched(tx); err != nil {
		return Built{}, err
	}
	b := Build{Name: r.Name, Day: r.Made, Out: p.path(r.IndexFile)}
	if b.Blocks, err = p.cfg.Store.Blocks(tx, rolls.Scope{}); err != nil {
		return Built{}, err
	}
	if p.out != nil {
		if err := p.narrow(tx, r.Scope, b.Blocks); err != nil {
			return Built{}, err
		}
	}
	if b.Stations, err = p.cfg.Store.Stations(tx); err != nil {
		return Built{}, err
	}
	if b.Splits, err = p.cfg.Store.Splits(tx); err != nil {
		return Built{}, err
	}
	for _, one := range b.Blocks {
		p.total += int64(one.Next[0] + one.Next[1] + one.Next[2] - 3)
	}
	b.Voters = func(ctx context.Context, rows func(int, []Voter) error) error {
		return p.cfg.Store.WalkIn(ctx, tx, rolls.Scope{}, func(worker int, block rolls.Block, entries []rolls.Entry) error {
			return p.block(worker, block, entries, rows)
		})
	}
	return p.cfg.Indexes.Build(ctx, b)
}

// narrow finds the blocks of the scope, and asks whether each may be frozen.
func (p *pass) narrow(tx *database.Tx, s Scope, all []rolls.Block) error {
	scope, err := s.Rolls()
	if err != nil {
		return err
	}
	in := make(map[geography.BlockCode]bool)
	blocks := all
	if scope.Seat != "" || !scope.District.IsZero() {
		if blocks, err = p.cfg.Store.Blocks(tx, scope); err != nil {
			return err
		}
	}
	if len(blocks) == 0 {
		return fmt.Errorf("%v has no electoral area in the roll", s)
	}
	for _, b := range blocks {
		if p.cfg.Phases != nil {
			if err := p.cfg.Phases(tx, b); err != nil {
				return fmt.Errorf("block %v: %w", b.Code, err)
			}
		}
		in[b.Code] = true
	}
	p.in = func(b rolls.Block) bool { return in[b.Code] }
	return nil
}

// block takes one block's entries.
func (p *pass) block(worker int, b rolls.Block, entries []rolls.Entry, rows func(int, []Voter) error) error {
	some := make([]Voter, len(entries))
	for i := range entries {
		e := &entries[i]
		some[i] = Voter{e.CNIC, e.Block, e.List, e.Serial, e.Household}
	}
	if err := rows(worker, some); err != nil {
		return err
	}
	if p.in(b) {
		leaf, records := p.salter.block(b.Code, entries)
		if err := p.out.add(leaf, records); err != nil {
			return err
		}
		if p.look != nil {
			if err := p.look.See(worker, b, entries); err != nil {
				return err
			}
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all += int64(len(entries))
	if p.in(b) {
		p.voters += int64(len(entries))
	}
	if p.cfg.Progress != nil {
		p.cfg.Progress(p.all, p.total)
	}
	return nil
}

// block makes a block's leaf and the records of its entries.
func (s salter) block(code geography.BlockCode, entries []rolls.Entry) (b BlockLeaf, records []byte) {
	b.Block = code
	hashes := make([]Hash, len(entries))
	records = make([]byte, 0, len(entries)*recordBytes)
	var buffer, content []byte
	for i := range entries {
		e := &entries[i]
		var l Leaf
		l, buffer = s.leaf(e, buffer)
		content = l.Content(content[:0])
		hashes[i], buffer = leafHash(content, buffer)
		b.Voters[e.List]++
		one := record{e.ID, e.List, e.Serial, e.Household, l.Particulars, hashes[i]}
		records = one.append(records)
	}
	b.Root = treeRoot(hashes)
	return b, records
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
