package browser

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// The people of the story. Their CNICs are made up.
const (
	firstCNIC, secondCNIC, thirdCNIC, auditorCNIC, helperCNIC = "4230112345671", "3520198765433", "3510212345675", "6110154321679", "3510276543217"

	phrase = "mango peel under the neem"
)

// Ensure that a commission begins as the documents say: the first administrator by the
// link that the first start prints, the second on his word alone, and from then on no
// role without two of them; with passkeys and without JavaScript, in both languages;
// and that the audit trail has all of it.
func TestOfficersStory(t *testing.T) {
	script := axe(t)
	s := openBureau(t)
	desk, telephone := windows[1], windows[0]

	first := s.person(t, script, "en", desk, "light")
	first.enrolFirst(s.link)
	first.openOffices()
	invitation := first.addSecond()

	second := s.person(t, script, "ur", desk, "light")
	second.plain = true // nothing that he does needs a script
	second.enrolPlain(invitation)

	thirdID, invitation := first.add("Nasreen Akhtar", "نسرین اختر", thirdCNIC, "district-kasur")
	asked := first.askRole(thirdID, "district-election-commissioner", "district-kasur")
	first.cannotApprove(asked)
	third := s.person(t, script, "ur", telephone, "light")
	third.enrolPasskey(invitation)
	third.says("#posts", "آپ کے پاس کوئی")

	s.later(t)
	second.approve(asked)
	third.commissioner()

	auditorID, invitation := second.add("Bilal Ahmed", "بلال احمد", auditorCNIC, "secretariat")
	asked = second.askRole(auditorID, "auditor", "secretariat")
	first.approve(asked)
	auditor := s.person(t, script, "en", desk, "dark")
	auditor.enrolPasskey(invitation)
	auditor.audits()

	first.machinery()
	t.Run("pages", func(t *testing.T) { tour(t, s, first, second, auditor, thirdID, asked) })
	third.elsewhere(s)
	first.signOut()

	ledger := filepath.Join(s.dir, "state", "ledger")
	out, err := exec.Command(program(t), "audit", "verify", "--database", filepath.Join(s.dir, "state", "records.sqlite"), "--ledger", ledger, "--key", s.key).CombinedOutput()
	if err != nil {
		t.Errorf("audit verify: %v\n%s", err, out)
	}
	t.Logf("audit verify: %s", out)
}

// openOffices opens the commission's own tree.
func (p *person) openOffices() {
	p.Helper()
	p.press(`#first-steps a[href="/offices/commission"]`)
	p.seen("commission")
	p.write("reason", "The commission's own offices")
	p.press("#form-commission button[value=send]")
	p.find("#tree")
	p.says(".said", "offices were opened")
	p.seen("tree")
	p.visit("/offices")
	p.do(chromedp.Click(chromedp.CSS(`#tree li:has(> p a[href="/offices/provincial-balochistan"]) > details > summary`)))
	p.find(`#tree a[href="/offices/regional-quetta"]`)
	eval[bool](p.tab, `(scrollTo(0, 0), true)`)
	p.shown("office-tree")
}

// addSecond adds the second administrator and returns his link.
func (p *person) addSecond() string {
	p.Helper()
	p.visit("/officers/second")
	p.seen("second")
	p.write("name_en", "Farooq Baig", "name_ur", "فاروق بیگ", "cnic", secondCNIC, "email", "farooq@ecp.example", "reason", "The second of two")
	p.press("#form-second button[value=send]")
	p.find("#invitation-link")
	p.seen("invited")
	return p.text("#invitation-link")
}

// add adds an officer, and returns his id and link.
func (p *person) add(en, ur, cnic, office string) (id, link string) {
	p.Helper()
	p.visit("/officers/add")
	p.write("name_en", en, "name_ur", ur, "cnic", cnic, "office", office, "reason", "Appointed by order 14/2026")
	p.seen("add")
	p.press("#form-add button[value=send]")
	p.find("#invitation-link")
	id = strings.Split(eval[string](p.tab, `document.querySelector("#invitation-letter").getAttribute("action")`), "/")[2]
	return id, p.text("#invitation-link")
}

// askRole asks that an officer be given a role, and returns the path of what then waits.
func (p *person) askRole(id, role, office string) string {
	p.Helper()
	p.visit("/officers/" + id)
	p.seen("officer-new")
	p.press("#grant-role")
	p.press("#form-grant button[value=send]")
	p.find(".error-summary")
	p.seen("grant-errors")
	p.write("role", role, "office", office, "reason", "Order 14/2026 of the commission")
	p.press("#form-grant button[value=send]")
	p.find("#form-check")
	p.seen("check")
	p.press("#form-check button[value=send]")
	p.find(".said")
	p.seen("approvals-mine")
	return eval[string](p.tab, `document.querySelector('main td a[href^="/approvals/"], main a[href^="/approvals/"]').getAttribute("href")`)
}

// cannotApprove looks at what he asked for himself.
func (p *person) cannotApprove(path string) {
	p.Helper()
	p.visit(path)
	p.find("#form-withdraw")
	p.seen("approval-own")
	if p.has("#form-approve") {
		p.Error("who asked is offered to approve")
	}
}

// approve approves as the second officer, who first proves once more who he is.
func (p *person) approve(path string) {
	p.Helper()
	p.visit("/")
	p.seen("home-deciding")
	p.press(`#deciding a[href^="` + path + `"]`)
	p.seen("approval")
	if p.lang == "ur" {
		p.shown("office-approval")
	}
	p.press("#form-approve button[value=send]")
	p.says("h1", map[string]string{"en": "Is it you?", "ur": "کیا یہ آپ"}[p.lang])
	p.seen("confirm")
	if p.plain {
		p.write("password", phrase, "code", p.number())
		p.press("form.form button[value=send]")
	} else {
		p.prove("#passkey-confirm", "#form-approve")
	}
	p.press("#form-approve button[value=send]")
	p.find(".said")
	p.seen("approved")
	if p.has("#form-approve") {
		p.Error("what is approved can be approved once more")
	}
}

// commissioner does what a district's commissioner may, and is refused beyond it.
func (p *person) commissioner() {
	p.Helper()
	p.visit("/")
	p.says("#posts", "ضلعی الیکشن کمشنر")
	p.seen("home-commissioner")
	id, _ := p.add("Sana Iqbal", "ثنا اقبال", helperCNIC, "district-kasur")
	p.visit("/officers/" + id)
	p.seen("officer")
	p.visit("/officers")
	p.seen("officers")

	p.visit("/officers/add")
	p.write("name_en", "Omar Aziz", "name_ur", "عمر عزیز", "cnic", "3520111111119", "reason", "elsewhere")
	if n := eval[int](p.tab, `[...document.querySelectorAll("#office option")].filter(o => o.value && o.value !== "district-kasur").length`); n != 0 {
		p.Errorf("%d offices beyond the district are offered", n)
	}
	eval[bool](p.tab, `(e => { e.add(new Option("Lahore", "district-lahore")); e.value = "district-lahore"; return true; })(document.querySelector("#office"))`)
	p.press("#form-add button[value=send]")
	if p.has("#invitation-link") {
		p.Error("an officer was added beyond the district")
	}
	p.seen("refused-outside")
	p.visit("/watch")
	p.find("h1")
	p.seen("refused")
}

// audits looks for what was done in the audit trail, and finds no more than was done.
func (p *person) audits() {
	p.Helper()
	p.visit("/audit")
	p.seen("audit")
	p.prefer("light")
	p.shown("audit")
	p.visit("/audit?act=role.grant.first")
	p.find(`td a[href^="/officers/"], table.list`)
	if n := eval[int](p.tab, `document.querySelectorAll("table.list tbody tr").length`); n != 2 {
		p.Errorf("%d administrators have no second officer's approval, want the first two", n)
	}
	p.press(`table.list a[href^="/audit/"]`) // the later one
	p.says("main", "The second of two")
	p.find("#seal")
	p.seen("row")
}

// machinery looks whether every row is sealed into the ledger.
func (p *person) machinery() {
	p.Helper()
	for i := 0; ; i++ {
		p.visit("/watch")
		if p.find("#sealed"); p.text("#unsealed") == "0" && p.text("#sealed") != "0" {
			break
		}
		if i == 100 {
			p.Fatalf("rows wait to be sealed: %s", p.text("main"))
		}
		time.Sleep(100 * time.Millisecond)
	}
	p.seen("watch")
}
