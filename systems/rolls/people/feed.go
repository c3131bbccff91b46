package people

import (
	"io"
	"strings"

	"intikhab/domain/geography"
	"intikhab/systems/rolls"
)

// feedHeader is the first line of a batch of the identity authority, as docs/feed.md has
// it. TestFeedIsRead reads it with the package that defines it.
const feedHeader = "action,as_of,cnic,kind,sex,name_en,name_ur,parent_en,parent_ur,relation,born,family," +
	"permanent_block,permanent_en,permanent_ur,temporary_block,temporary_en,temporary_ur,posting_block,posting_en,posting_ur," +
	"vote_at,service,province\n"

// FeedCell is what a batch's manifest counts rows by: the province's code, M, F or X,
// and the action (new, change, death).
type FeedCell struct{ Province, Sex, Action string }

// FeedCounts are rows by cell.
type FeedCounts map[FeedCell]int64

// WriteFeed writes a batch in which each person from one number to before another has a
// new card.
func (p *Population) WriteFeed(w io.Writer, from, to int) (FeedCounts, error) {
	f := newFeed(p, w)
	err := p.Range(from, to, func(i int, q Person) error { return f.row("new", q.Since, &q) })
	return f.end(err)
}

// WriteDeaths writes a batch of the deaths of Peculiar.Dead.
func (p *Population) WriteDeaths(w io.Writer) (FeedCounts, error) {
	f := newFeed(p, w)
	for _, i := range p.Known().Dead {
		q := p.At(i)
		if err := f.row("death", q.Died, &q); err != nil {
			return f.end(err)
		}
	}
	return f.end(nil)
}

// WriteMoves writes a batch in which so many people, spread over all, have a new
// permanent address, in another block where there is one, and vote there; it gives their
// numbers and blocks too.
func (p *Population) WriteMoves(w io.Writer, movers int) (FeedCounts, map[int]geography.BlockCode, error) {
	f := newFeed(p, w)
	to := make(map[int]geography.BlockCode, movers)
	m := maker{pop: p, arena: arena{chunk: 1 << 10}}
	for k := range min(movers, p.Len()) {
		i := spread(k, min(movers, p.Len()), p.Len(), 0)
		q := p.At(i)
		r := newRandom(p.cfg.Seed, streamMoves, uint64(i))
		at := max(m.elsewhere(p.areaOf(i), &r), 0)
		q.Permanent = m.address(at, 300+r.below(200))
		q.Temporary, q.Posting, q.Chosen, q.Service = Address{}, Address{}, PermanentAddress, rolls.NoService
		to[i] = q.Permanent.Block
		if err := f.row("change", p.cfg.On, &q); err != nil {
			return nil, nil, err
		}
	}
	counts, err := f.end(nil)
	return counts, to, err
}

// feed writes rows.
type feed struct {
	w        io.Writer
	buf      []byte
	counts   FeedCounts
	province map[geography.BlockCode]string
	last     geography.BlockCode
	cells    [geography.Genders]int64 // of the last block, not yet in counts
	action   string
}

const feedBuffer = 1 << 16

func newFeed(p *Population, w io.Writer) *feed {
	f := &feed{w: w, buf: append(make([]byte, 0, feedBuffer+4096), feedHeader...), counts: FeedCounts{}, province: make(map[geography.BlockCode]string, len(p.areas))}
	for i := range p.areas {
		f.province[p.areas[i].Code] = p.homes[p.areas[i].home].tehsil.District.Division.Province.Code
	}
	return f
}

func (f *feed) row(action string, asOf Date, q *Person) error {
	if q.Block != f.last {
		f.count()
		f.last = q.Block
	}
	f.action = action
	f.cells[q.Gender]++
	b := append(f.buf, action...)
	b = append(b, ',')
	b = asOf.append(b)
	b = append(b, ',')
	b = q.CNIC.RevealAppend(b)
	b = append(b, ",cnic,"...)
	b = append(b, "MFX"[q.Gender])
	for _, s := range [...]string{q.NameEn, q.NameUr, q.ParentEn, q.ParentUr} {
		b = appendField(append(b, ','), s)
	}
	b = append(b, [...]string{",father,", ",husband,"}[q.Relation]...)
	b = q.Born.append(b)
	b = append(append(b, ','), q.Family...)
	for _, a := range [...]*Address{&q.Permanent, &q.Temporary, &q.Posting} {
		if b = append(b, ','); a.Block != 0 {
			b = a.Block.Append(b)
		}
		b = appendField(append(b, ','), a.En)
		b = appendField(append(b, ','), a.Ur)
	}
	b = append(b, [...]string{",permanent,", ",temporary,", ",posting,"}[q.Chosen]...)
	b = append(append(b, q.Service...), ',')
	b = append(append(b, f.province[q.Block]...), '\n')
	if f.buf = b; len(b) < feedBuffer {
		return nil
	}
	return f.flush()
}

func (f *feed) count() {
	for g, n := range f.cells {
		if n > 0 {
			f.counts[FeedCell{f.province[f.last], geography.Gender(g).String(), f.action}] += n
		}
	}
	clear(f.cells[:])
}

func (f *feed) flush() error {
	_, err := f.w.Write(f.buf)
	f.buf = f.buf[:0]
	return err
}

func (f *feed) end(err error) (FeedCounts, error) {
	f.count()
	if err == nil {
		err = f.flush()
	}
	return f.counts, err
}

// appendField appends a field of CSV (RFC 4180), in quotation marks if it needs them.
func appendField(to []byte, s string) []byte {
	if strings.IndexByte(s, ',') < 0 && strings.IndexByte(s, '"') < 0 {
		return append(to, s...)
	}
	to = append(to, '"')
	to = append(to, strings.ReplaceAll(s, `"`, `""`)...)
	return append(to, '"')
}

// append appends 1984-07-23, or 1984 where only the year is known.
func (d Date) append(to []byte) []byte {
	to = append(to, byte('0'+d.Year/1000), byte('0'+d.Year/100%10), byte('0'+d.Year/10%10), byte('0'+d.Year%10))
	if d.Month == 0 {
		return to
	}
	return append(to, '-', byte('0'+d.Month/10), byte('0'+d.Month%10), '-', byte('0'+d.Day/10), byte('0'+d.Day%10))
}
