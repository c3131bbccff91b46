package desk

import (
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/area"
	"intikhab/platform/office/officetest"
	"intikhab/test/databases"
)

// take opens the account of a page that shows a link, and gives who it is.
func (s *site) take(page string) (who office.Acting) {
	s.t.Helper()
	token := s.hidden(page, "token")
	if !strings.Contains(page, "https://offices.example/invitation/"+token) {
		s.t.Errorf("the page does not show the link:\n%s", text(page))
	}
	s.Update(s.t, func(tx *database.Tx) (err error) {
		who.Officer, err = s.Book.Accept(tx, token, "r")
		return err
	})
	return who
}

// TestFirstStart walks from the first administrator, alone, to what a third officer
// may do within his jurisdiction and nowhere else.
func TestFirstStart(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		c := officetest.Empty(t, db)
		first(t, c)
		s := open(t, c)

		// Alone: the first page says what to do.
		s.has(s.get("/", 200), "First steps", "Open the commission's offices", "Add a second system administrator", "Nothing waits for you to decide")
		page := s.get("/offices/commission", 200)
		s.has(page, "District office", "Provincial office")
		mark := s.hidden(page, "mark")
		s.has(s.post("/offices/commission", 422, "mark", mark), "There is a problem")
		s.post("/offices/commission", 409, "mark", strings.Repeat("0", 64), "reason", "the first start")
		if to := s.post("/offices/commission", 303, "mark", mark, "reason", "the first start"); to != "/offices" {
			t.Errorf("led to %s", to)
		}
		s.has(s.get("/offices", 200), "District Election Commissioner, Kasur", "Provincial Election Commissioner, Sindh")
		s.has(s.get("/offices/commission", 200), "All offices of the tables are open")

		// The second administrator, on the word of the first.
		second := []string{"name_en", "Second Officer", "name_ur", "دوسرا افسر", "cnic", "35202-7654321-9", "telephone", "0300 1234567", "email", "s.officer@ecp.gov.pk", "reason", "two are needed"}
		s.has(s.post("/officers/second", 422, second[4:]...), "Name in English: write an answer")
		page = s.post("/officers/second", 200, second...)
		two := s.take(page)
		s.get("/officers/second", 403)
		s.has(s.get("/", 200), "Add the officers")

		// The third: added, and a role asked for, which the one who asks can't approve.
		third := []string{"name_en", "Third Officer", "name_ur", "تیسرا افسر", "cnic", "35202-7654322-9", "office", "district-kasur", "reason", "a district officer"}
		page = s.post("/officers/add", 200, third...)
		three := s.take(page)
		at := "/officers/" + string(three.Officer)
		s.has(s.post("/officers/add", 422, third...), "This person has an account already")
		grant := []string{"role", "district-election-commissioner", "office", "district-kasur", "from-day", "1", "from-month", "3", "from-year", "2026", "reason", "by seniority"}
		s.has(s.post(at+"/grant", 422, grant[2:]...), "There is a problem")
		s.has(s.post(at+"/grant", 422, append([]string{"role", "returning-officer"}, grant[2:]...)...), "This role is not held at an office such as")
		page = s.post(at+"/grant", 200, grant...)
		s.has(page, "Check your answers", "Until another approves, the officer does not hold the role")
		s.has(s.post(at+"/grant", 200, append(grant, "checked", "yes", "do", "change")...), "Ask for a role")
		if to := s.post(at+"/grant", 303, append(grant, "checked", s.hidden(page, "checked"))...); to != "/approvals?list=mine" {
			t.Errorf("led to %s", to)
		}
		s.post(at+"/grant", 409, append(grant, "checked", "yes")...)
		page = s.get("/approvals?list=mine", 200)
		_, rest, _ := strings.Cut(page, `href="/approvals/`)
		id, _, _ := strings.Cut(rest, `"`)
		ask := "/approvals/" + id
		page = s.get(ask, 200)
		s.has(page, "Third Officer", "District Election Commissioner", "by seniority", "Who asked can't approve")
		s.lacks(page, ask+"/approve")
		hash := strings.Fields(text(page))[indexOf(strings.Fields(text(page)), "(SHA-256):")+1]
		s.has(s.post(ask+"/approve", 403, "hash", hash), "Who asked can't approve")

		// Nor the third himself, who has no post yet.
		s.who = three
		s.post(ask+"/approve", 403, "hash", hash)
		s.get("/offices/district-kasur/change", 403)

		// The second approves what he has looked at.
		s.who = two
		s.has(s.get("/", 200), "Waits for your decision", "appoint an officer to a role")
		s.post(ask+"/approve", 409, "hash", strings.Repeat("0", 64))
		s.has(s.post(ask+"/refuse", 422), "There is a problem")
		s.has(s.get(ask, 200), "Approve")
		s.post(ask+"/approve", 303, "hash", hash, "answer", "as agreed")
		s.has(s.get(ask, 200), "Done", "as agreed", "Second Officer")
		s.post(ask+"/approve", 409, "hash", hash)
		s.has(s.get(at, 200), "District Election Commissioner", "Held", "approved by Second Officer", "by seniority")

		// The third acts within Kasur, and is refused outside.
		s.who = three
		page = s.post("/officers/add", 200, "name_en", "Fourth Officer", "name_ur", "چوتھا افسر", "cnic", "35202-7654323-9", "office", "district-kasur", "reason", "a clerk")
		s.has(page, "Fourth Officer")
		page = s.post("/officers/add", 422, "name_en", "Fifth Officer", "name_ur", "پانچواں افسر", "cnic", "35202-7654324-9", "office", "district-lahore", "reason", "a clerk")
		s.has(page, "There is a problem") // Lahore is not offered to him
		s.has(s.get("/officers/"+string(two.Officer), 403), "outside your jurisdiction")
		s.post("/officers/"+string(two.Officer)+"/suspend", 403, "reason", "a try")
		s.View(t, func(tx *database.Tx) error {
			kasur, lahore := area.Area{}, area.Area{}
			if err := kasur.UnmarshalText([]byte("district:kasur")); err != nil {
				return err
			}
			if err := lahore.UnmarshalText([]byte("district:lahore")); err != nil {
				return err
			}
			in, err := c.Book.Decide(tx, three, "officer.add", office.In(kasur))
			if err != nil {
				return err
			}
			out, err := c.Book.Decide(tx, three, "officer.add", office.In(lahore))
			if !in.Allowed || out.Allowed {
				t.Errorf("in Kasur %v, in Lahore %v", in, out)
			}
			return err
		})
		acts := s.acts()
		for _, want := range []string{"office.change office:district-kasur done the first start", "role.grant.first appointment:", "role.grant appointment:", "approval.decide approval:" + id + " done as agreed",
			"officer.read officer:" + string(two.Officer) + " refused outside", "officer.add officer:" + string(three.Officer) + " done a district officer"} {
			if !strings.Contains(acts, want) {
				t.Errorf("the trail is without %q:\n%s", want, acts[:min(len(acts), 3000)])
			}
		}
	})
}

func indexOf(all []string, one string) int {
	for i, s := range all {
		if s == one {
			return i
		}
	}
	return -1
}
