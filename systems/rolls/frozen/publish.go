package frozen

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"intikhab/platform/database"
	"intikhab/platform/ledger/statement"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/audit"
)

// ActPublish is the act of freezing a copy of the roll and publishing it; it takes two
// officers.
const ActPublish office.Act = "roll.publish"

func dayOf(t time.Time) string { return string(office.DayOf(t)) }

// Check tells what is wrong with an order.
func (o *Order) Check() error {
	o.Name = strings.TrimSpace(o.Name)
	switch {
	case o.Name == "" || utf8.RuneCountInString(o.Name) > 100 || strings.ContainsAny(o.Name, "\r\n"):
		return errors.New("give the roll a name of 1 to 100 letters, in one line, such as General election 2027")
	case o.Scope.Seat != "" && o.Scope.District != "":
		return errors.New("give a constituency or a district, not both")
	}
	_, err := o.Scope.Areas()
	return err
}

// Ask asks that a roll is frozen and published; another officer approves it, and Work does
// it then.
func (k *Keeper) Ask(tx *database.Tx, by office.Acting, o Order, reason string) (approval.Approval, error) {
	if err := o.Check(); err != nil {
		return approval.Approval{}, err
	}
	areas, err := o.Scope.Areas()
	if err != nil {
		return approval.Approval{}, err
	}
	return k.cfg.Desk.Ask(tx, by, approval.Request{Act: ActPublish, On: "roll:" + o.Scope.String(), Target: office.Target{Areas: areas}, Payload: o, Reason: reason})
}

// Work does what was approved, the oldest first, and gives how many rolls it has
// published. What cannot be done is noted with its reason, and can be asked for again.
func (k *Keeper) Work(ctx context.Context) (done int, err error) {
	if k.cfg.Desk == nil || k.cfg.Indexes == nil {
		return 0, nil
	}
	var waiting []approval.Approval
	err = k.cfg.DB.View(ctx, func(tx *database.Tx) (err error) {
		waiting, err = k.cfg.Desk.Waiting(tx, ActPublish)
		return err
	})
	for _, a := range waiting {
		if err != nil {
			return done, err
		}
		var o Order
		if err = json.Unmarshal(a.Payload, &o); err == nil {
			_, err = k.Freeze(ctx, o, &a)
		}
		if err == nil {
			done++
			continue
		}
		if ctx.Err() != nil || errors.Is(err, approval.ErrDecided) {
			return done, ctx.Err()
		}
		why := err.Error()
		err = k.cfg.DB.Update(ctx, func(tx *database.Tx) error { return k.cfg.Desk.Fail(tx, a.ID, why) })
	}
	return done, err
}

// Freeze takes a frozen roll, puts its root into the ledger and releases its index. With
// an approval it is noted as done in the transaction that writes the roll down. After it
// returns nil, all nodes of 8300 answer from the roll.
func (k *Keeper) Freeze(ctx context.Context, o Order, a *approval.Approval) (Roll, error) {
	return k.make(ctx, Frozen, o, a)
}

// Refresh builds 8300's index from the roll as it is now, puts its root into the ledger
// and releases it: what was decided today is answered from then on.
func (k *Keeper) Refresh(ctx context.Context) (Roll, error) {
	return k.make(ctx, Index, Order{Name: "Electoral roll, " + k.cfg.Store.Now().UTC().Format("2006-01-02 15:04") + " UTC"}, nil)
}

func (k *Keeper) make(ctx context.Context, kind Kind, o Order, a *approval.Approval) (r Roll, err error) {
	k.once.Lock()
	defer k.once.Unlock()
	id := ""
	if a != nil {
		id = a.ID
	}
	r, look, err := k.take(ctx, kind, o, id)
	if err != nil {
		return r, err
	}
	err = k.cfg.DB.Update(ctx, func(tx *database.Tx) error {
		return k.write(tx, &r, look, a)
	})
	if err != nil {
		if !errors.Is(err, database.ErrOutcomeUnknown) {
			k.remove(r)
		}
		return r, err
	}
	if err := k.seal(ctx); err != nil {
		return r, fmt.Errorf("the roll %q is frozen and not yet in the ledger, nor in use: %w", r.Name, err)
	}
	return r, k.release(ctx, r)
}

// write writes a roll down: its row, its statement, its row of the audit trail.
func (k *Keeper) write(tx *database.Tx, r *Roll, look Pass, a *approval.Approval) error {
	s, err := statement.Put(tx, r.Made, string(r.Kind), r.text())
	if err != nil {
		return err
	}
	r.Statement = s.Number
	if err := k.put(tx, *r); err != nil {
		return err
	}
	if look != nil {
		if err := look.Keep(tx, *r); err != nil {
			return err
		}
	}
	e := audit.Entry{Act: "roll.index", On: "roll:" + r.ID, After: map[string]string{"name": r.Name, "voters": fmt.Sprint(r.Voters), "index": r.IndexRoot}}
	if a != nil {
		e.Act, e.Officer, e.Reason = string(ActPublish), string(a.DecidedBy), a.Reason
		e.After["root"], e.After["scope"], e.After["asked_by"] = r.Root, r.Scope.String(), string(a.AskedBy)
		if err := k.cfg.Desk.Finish(tx, a.ID); err != nil {
			return err
		}
	}
	return audit.Write(tx, r.Made, e)
}

// text is the roll's public statement.
func (r *Roll) text() []byte {
	var b strings.Builder
	fmt.Fprintf(&b, "intikhab/%s v1\nname: %s\nday: %s\n", r.Kind, r.Name, r.Day)
	if r.Kind == Frozen {
		fmt.Fprintf(&b, "scope: %v\nvoters: %d\nroot: %s\n", r.Scope, r.Voters, r.Root)
	} else {
		fmt.Fprintf(&b, "voters: %d\n", r.Voters)
	}
	fmt.Fprintf(&b, "index: %s\n", r.IndexRoot)
	return []byte(b.String())
}

func (k *Keeper) seal(ctx context.Context) error {
	if k.cfg.Ledger == nil {
		return nil // the node that keeps it does
	}
	return statement.Seal(ctx, k.cfg.DB, k.cfg.Ledger)
}

// release brings a roll's index to all nodes, and notes it.
func (k *Keeper) release(ctx context.Context, r Roll) error {
	if err := k.cfg.Indexes.Release(ctx, k.path(r.IndexFile), r.Name+" "+r.IndexRoot); err != nil {
		return fmt.Errorf("the roll %q is frozen, and its index is not in use: %w", r.Name, err)
	}
	return k.cfg.DB.Update(ctx, func(tx *database.Tx) error { return k.notePublished(tx, r.ID, k.cfg.Store.Now().UTC()) })
}
