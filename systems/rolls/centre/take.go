package centre

import (
	"encoding/json"
	"errors"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/counter"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/phase"
)

// The outcomes of one claim, by which the device goes on.
const (
	received = "received" // it is in; so it is when it had come before
	conflict = "conflict" // it is in, and an officer has something to look at
	refused  = "refused"  // it is not in, and the same again would be refused again
	failed   = "failed"   // the server could not just now: send it again
)

// A result is what became of one claim of a batch.
type result struct {
	Device    string     `json:"device"`
	Outcome   string     `json:"outcome"`
	Number    string     `json:"number,omitempty"`
	Track     string     `json:"track,omitempty"`
	Received  *time.Time `json:"received,omitempty"`
	Again     bool       `json:"again,omitempty"` // it had come before
	Conflicts []problem  `json:"conflicts,omitempty"`
	Problems  []problem  `json:"problems,omitempty"`
	Roll      *onRoll    `json:"roll,omitempty"` // beside a conflict: what the roll says
}

// onRoll is the entry that a claim is about, as the roll has it.
type onRoll struct {
	CNIC     string `json:"cnic"` // masked
	NameEn   string `json:"name_en"`
	NameUr   string `json:"name_ur"`
	ParentEn string `json:"parent_en"`
	ParentUr string `json:"parent_ur"`
	Born     string `json:"born"`
	Address  string `json:"address_en"`
	InUrdu   string `json:"address_ur"`
	Block    string `json:"block"`
	List     string `json:"list"`
	Serial   uint32 `json:"serial"`
}

// take takes one claim in.
func (c *Centre) take(t *counter.Turn, raw json.RawMessage) result {
	s, filing, problems := decode(raw)
	out := result{Device: s.Device}
	if len(problems) > 0 {
		out.Outcome, out.Problems = refused, problems
		return out
	}
	var r claim.Receipt
	var roll *onRoll
	err := t.Do(func(tx *database.Tx) (err error) {
		if r, err = c.cfg.Claims.Receive(tx, t.By, filing); err != nil || len(r.Conflicts) == 0 {
			return err
		}
		roll, err = c.onRoll(tx, t.By, r)
		return err
	})
	if err != nil {
		out.Outcome, out.Problems = c.whyNot(t, err)
		return out
	}
	out.Outcome, out.Number, out.Track, out.Received, out.Again = received, string(r.Number), r.Track, &r.Received, r.Again
	for _, one := range r.Conflicts {
		out.Outcome = conflict
		out.Conflicts = append(out.Conflicts, says("", string(one), one.Key()))
	}
	out.Roll = roll
	return out
}

// onRoll is what the roll says of whom a claim is about; its being seen is written. nil
// where the officer may not see it, or there is nothing.
func (c *Centre) onRoll(tx *database.Tx, by office.Acting, r claim.Receipt) (*onRoll, error) {
	file, err := c.cfg.Claims.Read(tx, by, r.Number, catalogue.Text(words.English, "centre.seen"))
	if may := (*office.Refusal)(nil); errors.As(err, &may) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	e, found, err := c.cfg.Claims.Entry(tx, &file.Claim)
	if err != nil || !found {
		return nil, err
	}
	at := e.Address()
	return &onRoll{CNIC: words.CNIC(e.CNIC), NameEn: e.NameEn, NameUr: e.NameUr, ParentEn: e.ParentEn, ParentUr: e.ParentUr, Born: e.Born.String(),
		Address: at.En, InUrdu: at.Ur, Block: e.Block.String(), List: e.List.String(), Serial: e.Serial}, nil
}

// whyNot tells the device why a claim was not taken.
func (c *Centre) whyNot(t *counter.Turn, err error) (string, []problem) {
	var power *office.Refusal
	var closed *phase.Refusal
	var not *claim.Refused
	var bar *rolls.BarError
	switch {
	case errors.As(err, &power):
		both := office.Texts.Both(power.Reason.Key())
		return refused, []problem{{Code: "forbidden", En: both.En, Ur: both.Ur}}
	case errors.As(err, &closed):
		both := closed.Both()
		return refused, []problem{{Code: "phase", En: both.En, Ur: both.Ur}}
	case errors.As(err, &bar):
		return refused, []problem{says("", "bar_"+string(bar.Bar), "centre.bar."+string(bar.Bar))}
	case errors.As(err, &not):
		return refused, []problem{says(not.Field, string(not.Why), not.Why.Key())}
	}
	c.Log.Error("a claim of a display centre was not taken", "request", web.RequestID(t.Context()), "error", err)
	return failed, []problem{says("", "failed", "centre.failed")}
}
