package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/sms"
	"intikhab/platform/words"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/attachment"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/feed"
	"intikhab/systems/rolls/feed/batchfile"
	"intikhab/systems/rolls/people"
	"intikhab/systems/voterinfo/demo"
)

// demoRoll grows a district's roll in an office that is open: voters from the authority's
// first batch, and claims at each step of their way.
type demoRoll struct {
	*officeService
	*commission
	people *people.Population
}

// authorityKeys is the file with the key of a demonstration's identity authority.
const authorityKeys = "authority.keys"

// authority makes the identity authority of a demonstration: its key signs the batches.
func authority(dir string) (note.Signer, error) {
	secret, public, err := note.GenerateKey(rand.Reader, "demo.invalid/identity")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, authorityKeys), []byte(public+"\n"), 0o600); err != nil {
		return nil, err
	}
	return note.NewSigner(secret)
}

// grow makes the district's office of a demonstration, or finds the one that an earlier
// demonstration has left in the folder; afterwards 8300 answers from its roll.
func (n *node) grow(ctx context.Context, voters int, at *demoOffice) (*demoRoll, error) {
	planned, err := people.New(people.Config{Voters: voters, Seed: 1, Districts: []string{demoDistrict}, Peculiar: demoPeculiar(voters)})
	if err != nil {
		return nil, err
	}
	d := &demoRoll{n.offices, newCommission(), planned}
	if at.signer == nil {
		return d, n.found(ctx, d)
	}
	fmt.Printf("making a district of %s voters who do not exist, and the office that keeps its roll\n", thousands(voters))
	begun := time.Now()
	if err := d.appoint(ctx, d.officeService); err != nil {
		return nil, err
	}
	if err := d.fill(ctx, at.dir, at.signer); err != nil {
		return nil, err
	}
	if err := d.claims(ctx); err != nil {
		return nil, err
	}
	r, err := d.rolls.keeper.Refresh(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Printf("enrolled from the identity authority's batch, and frozen for 8300, in %v: %s voters\n", time.Since(begun).Round(100*time.Millisecond), thousands(r.Voters))
	return d, nil
}

// found takes up what an earlier demonstration has left.
func (n *node) found(ctx context.Context, d *demoRoll) error {
	if err := d.find(ctx, d.officeService); err != nil {
		return fmt.Errorf("the demonstration in this folder was not made to its end: remove the folder and begin again (%w)", err)
	}
	opened, err := n.cfg.Roll.open()
	if err != nil {
		return err
	}
	n.voters.publish(opened)
	fmt.Printf("roll of %s voters found in %s\n", thousands(opened.Info().Voters), filepath.Dir(n.cfg.Roll.File))
	return nil
}

// demoPeculiar are the voters whom the pages of anomalies and doubles should find, some
// of a hundred thousand.
func demoPeculiar(voters int) people.Peculiar {
	n := voters / 10_000
	return people.Peculiar{Doubles: 3 * n, TooOld: n, TooYoung: n, Dead: 2 * n, BigHouseholds: n / 5, OneAddress: n / 5, Growing: n / 5, NoStation: n / 5}
}

// fill puts the voters into the roll as a real office does: a signed batch, received,
// previewed, applied.
func (d *demoRoll) fill(ctx context.Context, dir string, signer note.Signer) error {
	err := d.db.Update(ctx, func(tx *database.Tx) error {
		if err := d.rolls.store.PutBlocks(tx, d.people.Areas()); err != nil {
			return err
		}
		for _, station := range d.people.Stations() {
			if err := d.rolls.store.PutStation(tx, station); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "batch-1.csv")
	if err := d.write(ctx, path); err != nil {
		return err
	}
	defer os.Remove(path)
	m, err := batchfile.Describe(ctx, path, &batchfile.Mapping{})
	if err != nil {
		return err
	}
	m.Authority, m.Batch, m.Sequence, m.Made = signer.Name(), "first", 1, time.Now().UTC()
	signed, err := m.Sign(signer)
	if err != nil {
		return err
	}
	b, err := d.rolls.feed.Receive(ctx, feed.Delivery{File: path, Manifest: signed, Mapping: &batchfile.Mapping{}, By: office.AtShell()})
	if err != nil {
		return err
	}
	err = d.db.Update(ctx, func(tx *database.Tx) error {
		return d.rolls.feed.Apply(tx, b.ID, office.AtShell(), "the demonstration's first batch")
	})
	if err != nil {
		return err
	}
	b, err = d.rolls.feed.Run(ctx, b.ID, nil)
	if err == nil && b.State != feed.Applied {
		err = fmt.Errorf("the demonstration's batch is %s: %s", b.State, b.Why)
	}
	return err
}

// write writes the batch's file: all but the last hundred, who are to ask for enrolment
// themselves.
func (d *demoRoll) write(ctx context.Context, path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = d.people.WriteFeed(untilEnd{ctx, f}, 0, d.enrolled())
	return errors.Join(err, f.Close())
}

// untilEnd writes until a context ends.
type untilEnd struct {
	ctx context.Context
	w   io.Writer
}

func (u untilEnd) Write(b []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(b)
}

// outside is how many people of a demonstration are not on its roll yet.
const outside = 100

func (d *demoRoll) enrolled() int { return d.people.Len() - outside }

// claims brings claims to each step: some that wait for an officer in each state, and some
// that are decided. Hearings that were held were so in the past, by a book whose clock is
// behind. Nobody is told of them: what the terminal shows is what came of the newcomer's acts.
func (d *demoRoll) claims(ctx context.Context) error {
	past := func() time.Time { return time.Now().AddDate(0, 0, -20) }
	now, earlier := d.rolls.claimStore(d.officeService, nil, time.Now), d.rolls.claimStore(d.officeService, nil, past)
	for i, steps := range [][]string{
		{}, {}, {}, {}, {"list"}, {"list"}, {"list"}, {"list", "hear"}, {"list", "hear"}, {"return"}, {"allow"}, {"list", "hear", "reject"}, {"reject", "appeal"},
	} {
		store, at := now, time.Now()
		if slices.Contains(steps, "hear") {
			store, at = earlier, past()
		}
		r, err := d.file(ctx, store, i)
		for _, step := range steps {
			if step == "hear" {
				store = now
			}
			if err == nil {
				err = d.step(ctx, store, at, r.Number, step)
			}
		}
		if err != nil {
			return fmt.Errorf("claim %d of the demonstration: %w", i+1, err)
		}
	}
	return nil
}

// file files one claim: enrolments, corrections, transfers and objections in turn.
func (d *demoRoll) file(ctx context.Context, store *claim.Store, i int) (r claim.Receipt, err error) {
	who := d.people.At(d.enrolled() + i)
	f := claim.Filing{Form: claim.FormOf(claim.Enrolment, false), Source: claim.Web, Card: who.Card()}
	switch i % 4 {
	case 1:
		who = d.people.At(100 + 7*i)
		f = claim.Filing{Form: claim.FormOf(claim.Correction, false), Source: claim.Web,
			Wishes: []claim.Wish{{Field: claim.FieldNameEn, Value: who.NameEn + " Khan"}}}
	case 2:
		who = d.people.At(100 + 7*i)
		f.Card = who.Card()
		blocks := d.people.Blocks()
		f.Card.Temporary = rolls.Address{Block: blocks[(i*5)%len(blocks)].Code, En: "House 7, Street 3", Ur: "مکان ۷، گلی ۳"}
		f.Card.Chosen = rolls.TemporaryAddress
	case 3:
		who = d.people.At(100 + 7*i)
		other := d.people.At(500 + 11*i)
		f = claim.Filing{Form: claim.FormOf(claim.Objection, false), Source: claim.Desk, Against: claim.Against{CNIC: other.CNIC},
			Ground: claim.NotResident, GroundText: "the house has been empty for three years"}
	}
	number, err := sms.ParseMSISDN(fmt.Sprintf("0300555%04d", i))
	if err != nil {
		return r, err
	}
	f.Claimant = claim.Claimant{CNIC: who.CNIC, NameEn: who.NameEn, NameUr: who.NameUr, Telephone: number, Confirmed: true, Language: words.Urdu}
	card, err := attachment.Check(attachment.Card, who.Portrait(people.Date{Year: time.Now().Year(), Month: 1, Day: 1}))
	if err != nil {
		return r, err
	}
	f.Documents = append(f.Documents, card)
	by := office.Acting{}
	if f.Source == claim.Desk {
		by = d.of(office.DataEntryOperator)
	}
	err = d.db.Update(ctx, func(tx *database.Tx) error {
		r, err = store.Receive(tx, by, f)
		return err
	})
	return r, err
}

// step takes one claim one step on.
func (d *demoRoll) step(ctx context.Context, store *claim.Store, at time.Time, n receipt.Number, step string) error {
	officer := d.of(office.RegistrationOfficer)
	return d.db.Update(ctx, func(tx *database.Tx) error {
		file, err := store.Read(tx, officer, n, "the demonstration")
		if err != nil {
			return err
		}
		version := file.Claim.Version
		switch step {
		case "return":
			return store.Return(tx, officer, n, version, "A copy of both sides of the identity card is needed.")
		case "list":
			at := at.AddDate(0, 0, 9).Truncate(time.Hour)
			return store.List(tx, officer, n, version, claim.Hearing{At: at, Officer: officer.Officer,
				Place: words.Both{En: "District Election Commissioner, Karachi East", Ur: "ضلعی الیکشن کمشنر، کراچی شرقی"}})
		case "hear":
			return store.Hear(tx, officer, n, version, "The claimant appeared and showed the original card.")
		case "appeal":
			return store.Appeal(tx, office.Acting{}, n, version, claim.ByClaimant, "The house was visited on a working day.")
		}
		entry, found, err := store.Entry(tx, &file.Claim)
		if err != nil {
			return err
		}
		seen := int64(0)
		if found {
			seen = entry.Version
		}
		decision := claim.Decision{Outcome: claim.Allowed, Reasons: "The documents bear the claim out."}
		if step == "reject" {
			decision = claim.Decision{Outcome: claim.Rejected, Reasons: "The documents do not bear the claim out."}
		}
		return store.Decide(tx, officer, n, version, seen, decision)
	})
}

// samples are people of the demonstration for 8300's page: three on the roll, and one who
// is not, and has asked to be.
func (d *demoRoll) samples() (all []demo.Sample) {
	for i := range 3 {
		all = append(all, demo.Sample{CNIC: d.people.At(41*i + 3).CNIC.Reveal(), OnRoll: true})
	}
	return append(all, demo.Sample{CNIC: d.people.At(d.enrolled()).CNIC.Reveal()})
}
