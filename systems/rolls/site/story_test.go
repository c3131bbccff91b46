package site

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/systems/rolls"
	"intikhab/systems/rolls/claim"
	"intikhab/systems/rolls/claim/claimtest"
	"intikhab/systems/rolls/claim/receipt"
	"intikhab/systems/rolls/doubles"
	"intikhab/systems/rolls/frozen"
	"intikhab/systems/rolls/phase"
	"intikhab/test/need"
)

func receiptOf(t *testing.T, text string) receipt.Number {
	n, err := receipt.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func picture(t *testing.T) []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestClaim takes claims from receipt to appeal, each step by its form.
func TestClaim(t *testing.T) {
	each(t, func(d *desk) {
		dec := d.Appoint(d.T, office.DistrictCommissioner, "district-kasur")
		d.Voter(d.T, 1, claimtest.Kasur1)
		n := d.claim(claim.Form23, 1)
		id := d.document(string(n))
		here := "/rolls/claims/" + string(n)
		page := d.get(here, 200)
		d.has(page, "Ghulam Fatima Bibi", "Ghulam Fatima 1", "differs", "List for hearing", "Decide", "copy of the CNIC", "returned for completion")
		d.lacks(page, claimtest.Number(1).Reveal(), "Adjourn")
		w := d.send(httptest.NewRequest("GET", here+"/documents/"+id, nil), 200)
		if w.Header().Get("Content-Type") != "image/png" || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") || w.Header().Get("Cache-Control") != "no-store" {
			d.Errorf("the picture came with %v", w.Header())
		}
		day := d.Now().AddDate(0, 0, 9)
		hearing := []string{"day-day", day.Format("2"), "day-month", day.Format("1"), "day-year", day.Format("2006"), "time", "10:30", "place_en", "Tehsil office", "place_ur", "تحصیل دفتر", "officer", string(d.Officer.Officer)}
		d.has(d.fill(here+"/list", 422, append(hearing[:6:6], "time", "25:61", "place_en", "x", "place_ur", "x", "officer", string(d.Officer.Officer))...), "Write the time as 10:30")
		if to := d.fill(here+"/list", 303, hearing...); to != here {
			d.Errorf("listing led to %s", to)
		}
		d.has(d.get(here, 200), "listed for hearing", "Tehsil office", "Adjourn")
		list := d.get("/rolls/claims?day="+day.Format("2006-01-02"), 200)
		d.has(list, string(n), "Cause list of the day", "Tehsil office")
		if pdf := d.get("/rolls/claims/causelist.pdf?lang=ur&day="+day.Format("2006-01-02")+"&place=Tehsil+office&officer="+string(d.Officer.Officer), 200); !strings.HasPrefix(pdf, "%PDF") {
			d.Error("the cause list is no PDF")
		}
		d.has(d.fill(here+"/hear", 409, "notes", "both came"), "hearing was not to begin yet", "both came")
		d.Pass(day.Sub(d.Now()) + 2*time.Hour)
		d.fill(here+"/hear", 303, "notes", "both came")
		d.has(d.fill(here+"/decide", 409, "outcome", "in_part", "reasons", "Only the name was proved."), "must allow something", "Only the name was proved.")
		d.fill(here+"/decide", 303, "outcome", "in_part", "fields", "name_en", "reasons", "Only the name was proved.")
		d.has(d.get(here, 200), "allowed in part", "Only the name was proved.", "Appeal")
		d.fill(here+"/appeal", 303, "side", "claimant", "grounds", "The certificate of birth was there.")
		d.who = dec
		d.fill(here+"/settle", 303, "outcome", "allowed", "reasons", "The certificate is in order.")
		d.has(d.get(here, 200), "appeal decided", "The certificate is in order.")
		d.who = d.Officer
		d.View(d.T, func(tx *database.Tx) error {
			e, err := d.Roll.ByCNIC(tx, claimtest.Number(1))
			if e.NameEn != "Ghulam Fatima Bibi" || e.Born.Year != 1985 {
				d.Errorf("the roll has %s, born %v", e.NameEn, e.Born)
			}
			return err
		})
		page = d.fill(here+"/reveal", 200, "reason", "to compare the card")
		d.has(page, claimtest.Number(1).RevealDashed(), "0300 1234567")
	})
}

// TestChanged: what was typed is there again when somebody else was quicker, beside the
// claim as it stands then.
func TestChanged(t *testing.T) {
	each(t, func(d *desk) {
		n := d.claim(claim.Form21, 7)
		here := "/rolls/claims/" + string(n)
		d.fill(here+"/return", 303, "missing", "a proof of the address")
		page := d.post(here+"/withdraw", 409, "version", "1", "entry", "0", "checked", "yes", "reason", "he has moved away")
		d.has(page, "Somebody has changed it meanwhile", "he has moved away", "returned for completion")
		if !strings.Contains(page, `name="version" value="2"`) {
			d.Error("the form is not of the claim as it stands")
		}
		d.who = d.Operator
		d.has(d.fill(here+"/complete", 409), "Something that the form asks for is missing")
		d.fill(here+"/complete", 303, "text", "The bill of the electricity company.")
		d.fill(here+"/withdraw", 303, "reason", "he has moved away")
		d.get(here+"/return", 403)
		d.who = d.Officer
		page = d.post(here+"/return", 409, "version", "3", "entry", "0", "missing", "the card, too")
		d.has(page, "There is no such step any more", "the card, too")
	})
}

// TestBlock splits a list between stations and consolidates a block, as far as the phase
// of the roll and the officer's role let it.
func TestBlock(t *testing.T) {
	each(t, func(d *desk) {
		d.Update(d.T, func(tx *database.Tx) error {
			for _, id := range []geography.StationID{"NA-131-0007", "NA-131-0008"} {
				if err := d.Roll.PutStation(tx, geography.PollingStation{ID: id, Kind: "combined", NameEn: "School", NameUr: "سکول"}); err != nil {
					return err
				}
			}
			return nil
		})
		for n := 1; n <= 5; n++ {
			d.Voter(d.T, n, claimtest.Kasur1)
		}
		here := "/rolls/blocks/176010101"
		d.get(here+"/split/women", 403)
		d.get(here+"/consolidate", 403)
		d.who = d.Appoint(d.T, office.DistrictCommissioner, "district-kasur")
		d.has(d.get(here, 200), "Consolidate", "Polling stations of a list: Women")
		d.get(here+"/split/children", 404)
		d.has(d.fill1(here+"/split/women", 422, "shares", "1 NA-131-0007\n9 NA-131-0008", "reason", "the scheme"), "Line 2")
		d.has(d.fill1(here+"/split/women", 422, "shares", "NA-131-0009", "reason", "the scheme"), "has no such station")
		d.has(d.fill1(here+"/split/women", 200, "shares", "NA-131-0007\nNA-131-0008", "reason", "the scheme"), "NA-131-0007: 1–3 (3); NA-131-0008: 4–5 (2)")
		d.fill(here+"/split/women", 303, "shares", "NA-131-0007\nNA-131-0008", "reason", "the scheme")
		d.has(d.get(here, 200), "NA-131-0008: serials 4 to 5")
		d.Calendar.Set(phase.Display, d.Now())
		d.has(d.fill(here+"/consolidate", 409, "reason", "the final print"), "not allowed now")
		d.Calendar.Set(phase.Final, d.Now())
		d.has(d.get(here+"/consolidate", 200), "Consolidate")
		d.fill(here+"/consolidate", 303, "reason", "the final print")
		d.has(d.get(here, 200), "0 additions")
		if trail := d.trail(); !strings.Contains(trail, "rolls.consolidate block:176010101 done the final print") || !strings.Contains(trail, "rolls.split block:176010101 done the scheme") {
			d.Errorf("the trail has:\n%s", trail)
		}
	})
}

// fill1 sends a form once.
func (d *desk) fill1(path string, want int, pairs ...string) string {
	d.Helper()
	for _, m := range hiddens.FindAllStringSubmatch(d.get(path, 200), -1) {
		pairs = append(pairs, m[1], m[2])
	}
	return d.post(path, want, pairs...)
}

// TestProof freezes a roll with two officers, gives a voter his proof, and checks it by the
// page and by the script that shares no code with the program.
func TestProof(t *testing.T) {
	each(t, func(d *desk) {
		d.Voter(d.T, 1, claimtest.Kasur1)
		d.Voter(d.T, 2, claimtest.Kasur1)
		first, second := d.Appoint(d.T, office.SecretariatOfficer, "secretariat"), d.Appoint(d.T, office.SecretariatOfficer, "secretariat")
		d.who = office.Acting{}
		d.has(d.get("/rolls/proof", 200), "No roll was frozen yet")
		d.who = first
		d.has(d.get("/rolls/frozen", 200), "8300 has no roll of this office yet")
		d.has(d.fill1("/rolls/frozen/ask", 422, "name", "General election 2027", "scope", "district", "reason", "the election"), "Choose the district")
		to := d.fill("/rolls/frozen/ask", 303, "name", "General election 2027", "scope", "district", "district", "district:kasur", "reason", "the election")
		approval := strings.TrimPrefix(to, "/approvals/")
		d.Update(d.T, func(tx *database.Tx) error {
			a, err := d.Desk.Get(tx, approval)
			if err == nil {
				_, err = d.Desk.Approve(tx, second, a.ID, a.Hash, "")
			}
			return err
		})
		if n, err := d.keeper.Work(d.Context()); n != 1 || err != nil {
			d.Fatalf("%d rolls were frozen: %v", n, err)
		}
		d.has(d.get("/rolls/frozen", 200), "General election 2027", "District Kasur", "entry 0 of the ledger")
		d.who = office.Acting{}
		page := d.fill1("/rolls/proof", 200, "cnic", claimtest.Number(1).Reveal(), "roll", d.roll())
		d.has(page, "Your entry is in this roll", "35102-*******-*", "1 of the list of Women", "entry 0 of the ledger")
		proof := d.post("/rolls/proof/file", 200, "cnic", claimtest.Number(1).Reveal(), "roll", d.roll())
		d.has(d.post("/rolls/proof/check", 200, "text", proof), "The proof holds", "the root stands in the public ledger")
		d.has(d.post("/rolls/proof/check", 200, "text", strings.Replace(proof, `"serial": 1`, `"serial": 2`, 1)), "The proof does not hold")
		d.has(d.post("/rolls/proof/check", 200, "text", "no proof"), "This is no proof")
		d.ledger.entries = nil
		d.has(d.post("/rolls/proof/check", 200, "text", proof), "The ledger does not have what the proof names")
		d.has(d.post("/rolls/proof", 422, "cnic", claimtest.Number(9).Reveal(), "roll", d.roll()), "This roll has no entry of that CNIC")
		for range 3 {
			d.post("/rolls/proof", 422, "cnic", claimtest.Number(9).Reveal(), "roll", d.roll())
		}
		d.post("/rolls/proof", 429, "cnic", claimtest.Number(9).Reveal(), "roll", d.roll())
		d.script(proof)
	})
}

// script checks a proof by the script that the page offers.
func (d *desk) script(proof string) {
	d.Helper()
	python := need.Program(d.T, "Debian's package python3", "python3")
	dir := d.TempDir()
	for name, content := range map[string]string{"voterproof.py": d.get("/rolls/proof/voterproof.py", 200), "proof.json": proof} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			d.Fatal(err)
		}
	}
	out, err := exec.CommandContext(d.Context(), python, filepath.Join(dir, "voterproof.py"), filepath.Join(dir, "proof.json")).CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("The entry is in the roll")) {
		d.Errorf("%v: %s", err, out)
	}
	var p frozen.Proof
	if err := json.Unmarshal([]byte(proof), &p); err != nil || p.Serial != 1 {
		d.Errorf("the file is not the proof: %v", err)
	}
}

// roll is the newest frozen roll.
func (d *desk) roll() (id string) {
	d.Helper()
	d.View(d.T, func(tx *database.Tx) error {
		all, err := d.keeper.All(tx, frozen.Frozen, 1)
		if err == nil {
			id = all[0].ID
		}
		return err
	})
	return id
}

// TestDoubles looks at a pair and writes a finding on it.
func TestDoubles(t *testing.T) {
	each(t, func(d *desk) {
		d.has(d.get("/rolls/doubles", 200), "not searched for doubles yet")
		a, b := d.Voter(d.T, 1, claimtest.Kasur1), d.Voter(d.T, 2, claimtest.Lahore)
		pair := doubles.Pair{A: a.ID, B: b.ID, Blocks: [2]geography.BlockCode{a.Block, b.Block}, Score: 7,
			Reasons: []doubles.Reason{{Field: "name", How: "same", Bits: 5}, {Field: "born", How: "year off", Bits: 3}, {Field: "place", How: "different", Bits: -1}}}
		d.Update(d.T, func(tx *database.Tx) error {
			_, err := d.doubles.Put(tx, doubles.Standard(), []doubles.Pair{pair}, doubles.Figures{Voters: 2, Found: 1})
			return err
		})
		here := "/rolls/doubles/" + pairText(a.ID, b.ID)
		d.has(d.get("/rolls/doubles", 200), pairText(a.ID, b.ID), "128 to 1", "a year off", "none yet (1)")
		d.lacks(d.get(here, 200), "Ghulam")
		page := d.post(here, 200, "reason", "the report of likely doubles")
		d.has(page, "Ghulam Fatima 1", "Ghulam Fatima 2", "177020201", "Place: different")
		d.lacks(page, claimtest.Number(1).Reveal())
		d.fill(here+"/finding", 303, "finding", "two", "reason", "twins, as the cards show")
		d.has(d.post(here, 200, "reason", "the report of likely doubles"), "two persons", "twins, as the cards show")
		d.has(d.post(here+"/finding", 409, "version", "0", "finding", "same", "reason", "one card"), "Somebody has changed it meanwhile", "one card")
		d.has(d.get("/rolls/doubles?finding=two", 200), pairText(a.ID, b.ID))
		d.has(d.get("/rolls/doubles?finding=open", 200), "There is no such pair")
		d.has(d.get("/rolls/doubles?voter="+rolls.VoterID(999).String(), 200), "There is no such pair")
	})
}
