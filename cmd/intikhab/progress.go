package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"intikhab/systems/voterinfo/rollindex/freeze"
)

// progressBar shows how far a long piece of work is, how fast it goes and how
// long it will take. On a terminal it is one line that is written over; in a
// log it is a line every ten seconds.
type progressBar struct {
	mu       sync.Mutex
	out      io.Writer
	terminal bool
	unit     string
	stage    string
	began    time.Time
	shown    time.Time
	width    int // of what stands on the line
}

func newProgressBar(unit string) *progressBar {
	info, err := os.Stderr.Stat()
	return &progressBar{out: os.Stderr, unit: unit, terminal: err == nil && info.Mode()&os.ModeCharDevice != 0}
}

// show tells where a stage is. It is cheap to call often.
func (p *progressBar) show(stage string, done, total uint64) { p.showIn(p.unit, stage, done, total) }

// showIn is show for a stage that is counted in another unit.
func (p *progressBar) showIn(unit, stage string, done, total uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if stage != p.stage {
		p.end()
		p.stage, p.began, p.shown = stage, now, time.Time{}
	}
	every := 10 * time.Second
	if p.terminal {
		every = 100 * time.Millisecond
	}
	if now.Sub(p.shown) < every {
		return
	}
	first := p.shown.IsZero()
	p.shown = now
	if !p.terminal && first {
		return // a stage that is over in ten seconds needs no line
	}
	p.write(p.line(now, unit, done, total))
}

// freezing shows how far a freeze is: reading is counted in bytes of the file, since
// nobody knows yet how many rows there are.
func (p *progressBar) freezing(s freeze.Stage, done, total uint64) {
	unit := p.unit
	if s == freeze.Reading {
		unit = "bytes"
	}
	p.showIn(unit, string(s), done, total)
}

func (p *progressBar) line(now time.Time, unit string, done, total uint64) string {
	spent := now.Sub(p.began)
	rate := float64(done) / max(spent.Seconds(), 1e-3)
	if total == 0 {
		return fmt.Sprintf("%s: %s %s, %s a second", p.stage, thousands(done), unit, thousands(uint64(rate)))
	}
	left := "?"
	if done > 0 {
		left = time.Duration(float64(spent) * float64(total-min(done, total)) / float64(done)).Round(time.Second).String()
	}
	share := float64(min(done, total)) / float64(total)
	bar := strings.Repeat("#", int(share*20)) + strings.Repeat(".", 20-int(share*20))
	return fmt.Sprintf("%s [%s] %3.0f %%, %s %s a second, %s left", p.stage, bar, share*100, thousands(uint64(rate)), unit, left)
}

func (p *progressBar) write(text string) {
	if !p.terminal {
		fmt.Fprintln(p.out, text)
		return
	}
	pad := max(p.width-len(text), 0)
	fmt.Fprint(p.out, "\r", text, strings.Repeat(" ", pad))
	p.width = len(text)
}

func (p *progressBar) end() {
	if p.terminal && p.width > 0 {
		fmt.Fprint(p.out, "\r", strings.Repeat(" ", p.width), "\r")
		p.width = 0
	}
}

// finish clears the line.
func (p *progressBar) finish() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
}

// thousands writes 122000000 as 122,000,000.
func thousands[N ~uint64 | ~int64 | ~int](n N) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
