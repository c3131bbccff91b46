package document

import (
	"fmt"
	"io"
	"runtime"
	"sync/atomic"

	"intikhab/platform/document/pdf"
)

// A Document is what a function given to Write fills, from its beginning to its end.
// It belongs to that function's goroutine.
type Document struct {
	options Options
	pending []block // not yet handed on
	batches chan *batch
	failed  atomic.Pointer[error]
	table   *Table // that is open
}

// A block is one thing on a page, or over several.
type block interface {
	// measure shapes and breaks the block's text. Blocks are measured at once.
	measure(o *Options)
	// place puts the block on the page, and on following ones. Blocks are placed
	// one by one, in order.
	place(c *composer)
}

// A batch is blocks that are measured together.
type batch struct {
	blocks []block
	done   chan struct{}
}

// perBatch blocks are measured by one goroutine; a few batches wait for each.
const perBatch = 32

// Write writes a document, as fill fills it, to w. After it returns without an error
// the file is whole. An error of fill, or of w, is returned, and what was written
// is then no document.
func Write(w io.Writer, o Options, fill func(d *Document) error) error {
	d := &Document{options: o.filled(), batches: make(chan *batch, 2*runtime.GOMAXPROCS(0))}
	c := newComposer(w, &d.options)
	composed := make(chan error, 1)
	go func() {
		composed <- c.run(d.batches, func(err error) { d.failed.CompareAndSwap(nil, &err) })
	}()
	err := func() error {
		defer func() { // also when fill panics: nothing goes on behind the caller's back
			d.send()
			close(d.batches)
		}()
		if err := fill(d); err != nil {
			return err
		}
		d.endTable()
		return nil
	}()
	if failed := <-composed; err == nil {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("document: %w", err)
	}
	return nil
}

// Err tells whether writing has failed already, so that a long list need not be
// read to its end. Write returns the same error.
func (d *Document) Err() error {
	if err := d.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// add appends a block behind the table that may be open.
func (d *Document) add(b block) {
	d.endTable()
	d.queue(b)
}

func (d *Document) queue(b block) {
	if d.failed.Load() != nil {
		return
	}
	if d.pending = append(d.pending, b); len(d.pending) == perBatch {
		d.send()
	}
}

// send has the pending blocks measured and puts them in line to be placed. It waits
// when too many are in line.
func (d *Document) send() {
	if len(d.pending) == 0 {
		return
	}
	b := &batch{blocks: d.pending, done: make(chan struct{})}
	d.pending = nil
	d.batches <- b
	go func() {
		defer close(b.done)
		for _, block := range b.blocks {
			block.measure(&d.options)
		}
	}()
}

// A composer places blocks on pages and writes full pages.
type composer struct {
	o       *Options
	out     *pdf.Writer
	letters pdf.Fonts
	page    *page
	waiting []*finished // in order
	pages   []pdf.Ref
	footers []pdf.Ref
	tree    pdf.Ref // of pages
	fonts   pdf.Ref // dictionary
	mark    pdf.Ref
	dots    pdf.Ref
	// pictures are under the names that pages know them by.
	pictures map[*pdf.Picture]named
}

type named struct {
	name string
	ref  pdf.Ref
}

// finished is a page whose content is being packed.
type finished struct {
	page   *page
	packed chan []byte
}

func newComposer(w io.Writer, o *Options) *composer {
	c := &composer{o: o, out: pdf.NewWriter(w), pictures: make(map[*pdf.Picture]named)}
	c.tree, c.fonts = c.out.Reserve(), c.out.Reserve()
	if o.Mark != "" {
		c.mark = c.out.Reserve()
	}
	if o.Dots != nil {
		c.dots = c.out.Reserve()
	}
	c.newPage()
	return c
}

// run places all blocks. It goes on receiving after an error, so that whoever sends
// never waits for ever.
func (c *composer) run(batches <-chan *batch, fail func(error)) error {
	for b := range batches {
		<-b.done
		if c.out.Err() != nil {
			fail(c.out.Err())
			continue
		}
		for _, block := range b.blocks {
			block.place(c)
		}
	}
	if c.out.Err() != nil {
		return c.out.Err()
	}
	return c.finish()
}

// Lengths of what stands around the blocks.
const (
	footerRoom = 14 * Point // below the blocks, within the margin if it is large enough
	gap        = 4 * Point  // between blocks
)

// left, width, top and bottom are the borders of the blocks.
func (c *composer) left() Length   { return c.o.Margin }
func (c *composer) top() Length    { return c.o.Margin }
func (c *composer) bottom() Length { return c.o.Sheet.Height - c.o.Margin - footerRoom }

func (o *Options) width() Length { return o.Sheet.Width - 2*o.Margin }

// newPage begins one.
func (c *composer) newPage() {
	c.page = &page{number: len(c.pages), y: c.top(), height: c.o.Sheet.Height}
	c.pages = append(c.pages, c.out.Reserve())
	c.footers = append(c.footers, c.out.Reserve())
	if c.dots != 0 {
		c.page.free = new(page)
	}
	if c.mark != 0 {
		c.page.drawMark(c.o.Sheet)
	}
}

// turn ends the page and begins the next.
func (c *composer) turn() {
	c.flush()
	c.newPage()
}

// fits tells whether so much room is left on the page.
func (c *composer) fits(height Length) bool { return c.page.y+height <= c.bottom() }

// room turns the page unless so much room is left, or nothing is on the page yet.
func (c *composer) room(height Length) {
	if !c.fits(height) && c.page.y > c.top() {
		c.turn()
	}
}

// mostWaiting pages are packed at once.
const mostWaiting = 8

// flush hands the page on.
func (c *composer) flush() {
	if c.dots != 0 {
		c.dotPage()
	}
	f := &finished{c.page, make(chan []byte, 1)}
	go func() { f.packed <- pdf.Pack(f.page.content) }()
	if c.waiting = append(c.waiting, f); len(c.waiting) > mostWaiting {
		c.writePage()
	}
}
