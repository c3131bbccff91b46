package browser

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// A claimant is somebody who is not on the demonstration's roll.
type claimant struct {
	lang, cnic, telephone, sex, relation string
	nameUr, nameEn, parentUr, parentEn   string
	addressUr, addressEn                 string
	objector                             int    // of the demonstration's voters
	against                              int    // the voter objected against
	outcome                              string // of the objection
	not, gone                            string // in 8300's answer: not on the roll; before and after
	listed, allowed                      string // in the SMS
	reasons, decided                     string
}

var claimants = []claimant{
	{lang: "en", cnic: "4250198765431", telephone: "03012345671", sex: "M", relation: "father",
		nameUr: "جاوید اقبال", nameEn: "Javed Iqbal", parentUr: "محمد اقبال", parentEn: "Muhammad Iqbal", addressUr: "مکان 12، گلی 5", addressEn: "House 12, Street 5",
		objector: 0, against: 1, outcome: "allowed", not: "not on the roll", gone: "not on the roll",
		listed: "will be heard on", allowed: "was allowed", reasons: "The card and the bill bear the claim out.", decided: "allowed"},
	{lang: "ur", cnic: "4250187654322", telephone: "03022345672", sex: "F", relation: "husband",
		nameUr: "شازیہ پروین", nameEn: "Shazia Parveen", parentUr: "عبد الرشید", parentEn: "Abdul Rasheed", addressUr: "مکان 9، گلی 2", addressEn: "House 9, Street 2",
		objector: 0, against: 2, outcome: "rejected", not: "ووٹر لسٹ میں نہیں", gone: "سلسلہ",
		listed: "سماعت", allowed: "منظور", reasons: "شناختی کارڈ اور بل سے درخواست درست ثابت ہوئی۔", decided: "منظور"},
}

// TestLifeOfAClaim is the whole of it in the program's own demonstration: 8300 does not
// know a citizen, who files form 21 on a small telephone and gets a receipt; the
// Registration Officer lists the claim, hears it and allows it; the citizen is told by SMS
// and reads the reasons; and 8300 gives the place of the new entry. An operator takes an
// objection in, which goes the same way. Officers of other roles are refused.
func TestLifeOfAClaim(t *testing.T) {
	script := axe(t)
	program(t)
	d := openDemonstration(t)
	for _, c := range claimants {
		t.Run(c.lang, func(t *testing.T) {
			telephone := d.person(t, script, c.lang, windows[1])
			if got := d.asks(telephone, c.cnic+" "+c.lang); !strings.Contains(got, c.not) {
				t.Errorf("of who is not on the roll 8300 says %q", got)
			}
			citizen := d.person(t, script, c.lang, windows[0])
			number := citizen.files(d, &c)
			d.pass(t)
			citizen.follows(d, number, &c, 3)

			officer := d.officer(t, script, c.lang, "registration-officer")
			d.look(officer, "home")
			officer.lists(d, number)
			d.told(citizen, c.telephone, 4, number, c.listed)

			against := d.on[c.against]
			operator := d.officer(t, script, c.lang, "data-entry-operator")
			objection := operator.objects(d, telephone, &c)
			for _, path := range []string{number + "/list", number + "/decide", objection + "/decide", objection + "/reveal"} {
				operator.refused(d, "/rolls/claims/"+path)
			}
			auditor := d.officer(t, script, c.lang, "auditor")
			auditor.visit("/rolls/claims/" + number)
			auditor.find("#history")
			auditor.refused(d, "/rolls/claims/"+number+"/list")
			officer.lists(d, objection)

			d.pass(t)
			officer.decides(d, number, "allowed", c.reasons)
			officer.decides(d, objection, c.outcome, c.reasons)
			d.told(citizen, c.telephone, 5, number, c.allowed)
			citizen.follows(d, number, &c, 6)
			citizen.says("main", c.decided, c.reasons)

			officer.inStep(d)
			if got := d.asks(telephone, c.cnic+" "+c.lang); !blockCode.MatchString(got) || strings.Contains(got, c.not) {
				t.Errorf("of who is enrolled now 8300 says %q", got)
			} else {
				t.Logf("8300 answers:\n%s", got)
			}
			telephone.accessible(script, d.page, c.lang)
			if got := d.asks(telephone, against+" "+c.lang); !strings.Contains(got, c.gone) {
				t.Errorf("after the objection was %s 8300 says %q", c.outcome, got)
			}
		})
	}
}

var blockCode = regexp.MustCompile(`\b\d{9}\b`)

// files files form 21 and gives the receipt's number.
func (p *person) files(d *demonstration, c *claimant) string {
	p.Helper()
	p.visit("/voters")
	d.look(p, "start")
	p.pick("purpose", "enrol")
	p.goes("/voters/place")
	p.write("district", "district:karachi-east")
	p.goes("/voters/area")
	d.look(p, "area")
	p.do(chromedp.Click(chromedp.CSS(`input[name="block"]`)))
	p.goes("/voters/needs")
	p.goes("/voters/card")
	p.write("cnic", c.cnic, "telephone", c.telephone)
	p.goes("/voters/code")
	p.write("code", d.codeTo(p, c.telephone, 1))
	p.goes("/voters/name")
	p.write("name_ur", c.nameUr, "name_en", c.nameEn, "parent_ur", c.parentUr, "parent_en", c.parentEn)
	p.pick("relation", c.relation)
	p.goes("/voters/birth")
	p.write("born-day", "14", "born-month", "8", "born-year", "1987")
	p.pick("sex", c.sex)
	p.goes("/voters/address")
	p.pick("which", "permanent")
	p.write("address_ur", c.addressUr, "address_en", c.addressEn)
	p.goes("/voters/documents")
	eval[bool](p.tab, `(async () => { const c = document.createElement("canvas"); c.width = 300; c.height = 200; const draw = c.getContext("2d"); draw.fillStyle = "#dde5d8"; draw.fillRect(0, 0, 300, 200);
		const blob = await new Promise(done => c.toBlob(done, "image/png")); const carry = new DataTransfer(); carry.items.add(new File([blob], "card.png", {type: "image/png"}));
		document.getElementById("what").value = "card"; document.getElementById("file").files = carry.files; return true; })()`)
	p.goes("/voters/documents")
	p.find(".documents li")
	p.press(`form[action*="documents/done"] button`)
	p.find(".summary")
	d.look(p, "check")
	p.press(`form[action*="check"] button.btn`)
	p.find(".receipt-number")
	d.look(p, "receipt")
	number := receiptOn.FindString(p.text(".receipt-number"))
	d.told(p, c.telephone, 2, number)
	return number
}

// follows follows a claim by its number, CNIC and the code of the SMS that comes next.
func (p *person) follows(d *demonstration, number string, c *claimant, sms int) {
	p.Helper()
	p.visit("/voters/claim/" + number)
	p.write("cnic", c.cnic)
	p.goes("/voters/claim/code")
	p.write("code", d.codeTo(p, c.telephone, sms))
	p.goes("/voters/claim/state")
	p.says("h1", number)
	d.look(p, "state")
}

// lists lists a claim for hearing, from the list of those that have come in.
func (p *person) lists(d *demonstration, number string) {
	p.Helper()
	p.visit("/rolls/claims?state=received")
	d.look(p, "claims")
	p.press(`main a[href*="/rolls/claims/` + number + `"]`)
	d.look(p, "claim")
	p.press("#list")
	day := time.Now().AddDate(0, 0, 10)
	p.write("day-day", day.Format("2"), "day-month", day.Format("1"), "day-year", day.Format("2006"), "time", "10:30",
		"place_en", "District Election Commissioner, Karachi East", "place_ur", "ضلعی الیکشن کمشنر، کراچی شرقی")
	d.look(p, "list")
	p.press("#form-list button[value=send]")
	p.find(".said")
	d.look(p, "listed")
}

// decides hears a claim and decides it.
func (p *person) decides(d *demonstration, number, outcome, reasons string) {
	p.Helper()
	p.visit("/rolls/claims/" + number)
	p.press("#hear")
	p.write("notes", "Both came, with the original card.")
	p.press("#form-hear button[value=send]")
	p.press("#decide")
	p.press("#form-decide button[value=send]")
	p.find(".error-summary")
	p.pick("outcome", outcome)
	p.write("reasons", reasons)
	d.look(p, "decide")
	p.press("#form-decide button[value=send]")
	p.find("#form-check")
	d.look(p, "check")
	p.press("#form-check button[value=send]")
	p.find(".said")
	p.says("main", reasons)
	d.look(p, "decided")
}

// objects takes an objection in, as an operator does at a counter, and gives its number.
func (p *person) objects(d *demonstration, telephone *person, c *claimant) string {
	p.Helper()
	block := blockCode.FindString(d.asks(telephone, d.on[c.against]+" EN"))
	p.visit("/rolls/centre")
	p.find("#work")
	p.until(`document.querySelector("#form-21").checked`) // form 15 is not taken now
	p.do(chromedp.Click(chromedp.CSS("#form-22")))
	p.write("cnic", d.on[c.objector], "name_en", "Nasreen Akhtar", "name_ur", "نسرین اختر", "at_block", block, "their_cnic", d.on[c.against], "ground", "not_resident",
		"ground_text", "The house has been empty for three years.")
	d.look(p, "centre")
	p.do(chromedp.Click(chromedp.CSS("#take")))
	p.find("#slip[open]")
	p.until(`/^\d\d-/.test(document.querySelector("#slip-number").textContent)`)
	d.look(p, "slip")
	number := receiptOn.FindString(p.text("#slip-number"))
	if number == "" {
		p.Fatalf("the slip has no receipt number: %s", p.text("#slip"))
	}
	p.closeSlip()
	return number
}

// refused opens a page that the officer may not see.
func (p *person) refused(d *demonstration, path string) {
	p.Helper()
	p.visit(path)
	if got := eval[int](p.tab, `performance.getEntriesByType("navigation")[0].responseStatus`); got != 403 {
		p.Errorf("%s answers %d", path, got)
	}
	d.look(p, "refused")
}

// inStep waits until 8300 answers from the roll as it stands.
func (p *person) inStep(d *demonstration) {
	p.Helper()
	for range 300 {
		p.visit("/rolls/frozen")
		if p.find("#indexes"); !p.has("main .notice") && !p.has("#indexes .tag-warn") {
			d.look(p, "frozen")
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.Fatalf("8300 stays behind:\n%s", p.text("main"))
}
