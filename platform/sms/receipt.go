package sms

import (
	"bytes"
	"context"
	"time"

	"intikhab/platform/sms/smpp"
)

// A Receipt is what an operator says became of a part of an outgoing text.
type Receipt struct {
	Operator string
	ID       string // as in Sent; some operators write the same number another way, see smpp.SameID
	State    string // "DELIVRD", "UNDELIV", …
	Final    bool   // nothing more will become of it
	At       time.Time
}

// maxReceipts is how many receipts may wait for whoever keeps them.
const maxReceipts = 10_000

// receiptRef is a receipt that has not been acknowledged to the SMSC.
type receiptRef struct {
	receipt  Receipt
	operator *operator
	session  *session
	header   smpp.Header
}

// Receipts has every delivery receipt given to keep, several together. A receipt
// is acknowledged to the operator after keep has returned nil for it; else, and
// when more wait than can be held, the operator is asked to bring it again. It is
// to be called before Start. Without it receipts are counted and acknowledged.
func (g *Gateway) Receipts(keep func(context.Context, []Receipt) error) {
	g.keep = keep
	g.receipts = make(chan receiptRef, maxReceipts)
}

// receipt takes one in, under the operator's lock.
func (o *operator) receipt(s *session, it *incoming) {
	o.receipts[it.state]++
	if o.gateway.receipts == nil || it.receiptID == "" {
		s.plain(it.header, smpp.StatusOK)
		return
	}
	r := Receipt{Operator: o.cfg.Name, ID: it.receiptID, State: it.state, Final: it.final, At: time.Now()}
	select {
	case o.gateway.receipts <- receiptRef{r, o, s, it.header}:
	default:
		s.plain(it.header, o.cfg.BusyStatus)
	}
}

// keepReceipts hands receipts on and acknowledges them, until ctx ends.
func (g *Gateway) keepReceipts(ctx context.Context) {
	refs := make([]receiptRef, 0, 256)
	batch := make([]Receipt, 0, 256)
	for {
		refs, batch = refs[:0], batch[:0]
		select {
		case <-ctx.Done():
			return
		case r := <-g.receipts:
			refs = append(refs, r)
		}
	more:
		for len(refs) < cap(refs) {
			select {
			case r := <-g.receipts:
				refs = append(refs, r)
			default:
				break more
			}
		}
		for _, r := range refs {
			batch = append(batch, r.receipt)
		}
		status := smpp.StatusOK
		err := g.keep(ctx, batch)
		if err != nil {
			g.log.Error("delivery receipts cannot be kept; the operators are asked to bring them again", "receipts", len(batch), "error", err)
		}
		for _, r := range refs {
			if err != nil {
				status = r.operator.cfg.TemporaryStatus
			}
			r.operator.mu.Lock()
			if !r.session.dead {
				r.session.plain(r.header, status)
			}
			r.operator.unlock()
		}
	}
}

// cutNUL cuts a C-octet string off.
func cutNUL(b []byte) (before, after []byte, found bool) { return bytes.Cut(b, []byte{0}) }
