package desk

import (
	"bytes"
	"mime/multipart"
	"net/http/httptest"
	"strings"
	"testing"

	"intikhab/platform/database"
	"intikhab/platform/office"
)

func TestOfficers(t *testing.T) {
	s := small(t)
	clerk := s.Officer(t, "district-kasur")
	at := "/officers/" + string(clerk.Officer)
	s.has(s.get("/officers?office=district-kasur", 200), "Officer Number 3", "Active")
	s.lacks(s.get("/officers?state=closed", 200), "Officer Number 3")
	s.has(s.get("/officers?q=number+3&role=auditor", 200), "No officer that you may read of is like this")
	page := s.get(at, 200)
	s.has(page, "35202-*******-*", "o•••@example.org", "The officer holds no role")
	s.lacks(page, "officer3@example.org", "3520200000003")
	for _, path := range []string{"/officers/nobody", "/officers/nobody/grant", "/officers/nobody/suspend", "/officers/nobody/reveal", "/posts/none/end",
		"/posts/none/leave", "/approvals/none"} {
		s.get(path, 404)
	}
	// Personal columns are shown for a reason that the trail keeps.
	s.has(s.post(at+"/reveal", 422), "There is a problem")
	page = s.post(at+"/reveal", 200, "reason", "to call him")
	s.has(page, "officer3@example.org", "3520200000003")
	if acts := s.acts(); !strings.Contains(acts, "officer.reveal officer:"+string(clerk.Officer)+" shown to call him") {
		t.Errorf("the trail:\n%s", acts[:500])
	}
	// What is left empty stays as it is.
	s.post(at+"/change", 303, "name_en", "Third Officer", "name_ur", "تیسرا افسر", "office", "district-lahore", "telephone", "0300 1234567", "reason", "moved")
	page = s.get(at, 200)
	s.has(page, "Third Officer", "Lahore", "o•••@example.org", "92300*******")
	s.has(s.post(at+"/change", 422, "name_en", "تیسرا", "name_ur", "تیسرا افسر", "office", "district-lahore", "reason", "moved"), "English name is needed")
	// From state to state.
	s.get(at+"/resume", 409)
	s.post(at+"/suspend", 303, "reason", "an inquiry")
	s.post(at+"/suspend", 409, "reason", "an inquiry")
	s.post(at+"/resume", 303, "reason", "found clean")
	s.post(at+"/close", 303, "reason", "retired")
	s.get(at+"/change", 409)
	s.get(at+"/grant", 409)
	s.post("/officers/"+string(s.First.Officer)+"/suspend", 303, "reason", "himself")
	s.who = s.Second
	s.has(s.post("/officers/"+string(s.Second.Officer)+"/close", 409, "reason", "the last"), "No active system administrator would be left")
	s.get("/officers/"+string(s.Second.Officer)+"/grant", 403)
}

func TestInvitation(t *testing.T) {
	s := small(t)
	page := s.post("/officers/add", 200, "name_en", "New Officer", "name_ur", "نیا افسر", "cnic", "35202-1234567-9", "office", "district-kasur", "reason", "new")
	at := strings.TrimSuffix(letterOf(page), "/letter")
	token := s.hidden(page, "token")
	pdf := s.post(at+"/letter", 200, "token", token)
	if !strings.HasPrefix(pdf, "%PDF-") || len(pdf) < 3000 {
		t.Errorf("the letter has %d bytes and begins %.10q", len(pdf), pdf)
	}
	s.post(at+"/letter", 400)
	s.post(at+"/letter", 409, "token", "another")
	s.post("/officers/"+string(s.Second.Officer)+"/letter", 409, "token", token)
	s.has(s.get(at, 200), "The officer has not opened the account yet")
	next := s.hidden(s.post(at+"/invite", 200), "token")
	if next == token {
		t.Error("the new link is the old one")
	}
	s.post(at+"/letter", 409, "token", token)
	s.post("/officers/"+string(s.Second.Officer)+"/invite", 409)
	if to := s.send(httptest.NewRequest("GET", at+"/invite", nil), 303).Header().Get("Location"); to != at {
		t.Errorf("%s/invite leads to %s", at, to)
	}
}

// letterOf is the address that the form of a letter is sent to.
func letterOf(page string) string {
	_, rest, _ := strings.Cut(page, `id="invitation-letter" method="post" action="`)
	address, _, _ := strings.Cut(rest, `"`)
	return address
}

func TestLeave(t *testing.T) {
	s := small(t)
	dec, clerk := s.Appoint(t, office.DistrictCommissioner, "district-kasur"), s.Officer(t, "district-kasur")
	post := "/posts/" + string(s.Post(t, dec).Appointment.ID)
	days := []string{"from-day", "1", "from-month", "3", "from-year", "2026", "to-day", "20", "to-month", "3", "to-year", "2026", "reason", "pilgrimage"}
	s.has(s.post(post+"/leave", 422, days[2:]...), "There is a problem")
	s.who = dec // his own
	s.post(post+"/leave", 303, days...)
	s.has(s.post(post+"/leave", 422, days...), "There is a leave from 1 March 2026 to 20 March 2026 already")
	leave := post + "/leaves/" + string(s.Post(t, dec).Leaves[0].ID)
	s.get(leave+"/charge", 403) // his powers rest
	s.who = s.First
	s.has(s.get("/officers/"+string(dec.Officer), 200), "On leave", "Nobody stands in", "Ask that somebody stands in")
	if to := s.post(leave+"/charge", 303, "substitute", string(clerk.Officer), "reason", "he knows the work"); to != "/approvals?list=mine" {
		t.Errorf("led to %s", to)
	}
	s.who = s.Second
	_, rest, _ := strings.Cut(s.get("/approvals", 200), `<th scope="row" role="rowheader"><a href="/approvals/`)
	id, _, _ := strings.Cut(rest, `"`)
	page := s.get("/approvals/"+id, 200)
	s.has(page, "Officer Number 4", "In the charge of", "Officer Number 3", "1 March 2026 to 20 March 2026")
	s.post("/approvals/"+id+"/approve", 303, "hash", s.hidden(page, "hash"))
	s.has(s.get("/approvals/"+id, 200), "Done", "In the charge of")
	s.has(s.get("/offices/district-kasur", 200), "Officer Number 4 stands in")
	s.get(leave+"/charge", 409)
	s.who = clerk
	s.has(s.get("/", 200), "On leave, a substitute acts")
	s.who = dec
	s.post(leave+"/back", 303, "reason", "back early")
	s.get(leave+"/back", 409)
	s.get(post+"/leaves/none/back", 404)
	s.who = s.First
	s.has(s.get("/officers/"+string(dec.Officer), 200), "Back from leave", "Held")
	s.post(post+"/end", 303, "reason", "transferred")
	s.get(post+"/end", 409)
}

// TestRefuseAndWithdraw: the other two ends of what was asked for.
func TestRefuseAndWithdraw(t *testing.T) {
	s := small(t)
	clerk := s.Officer(t, "district-kasur")
	ask := func(role office.Role) string {
		var id string
		s.Update(t, func(tx *database.Tx) error {
			a, err := s.Desk.AskGrants(tx, s.First, []office.Grant{{Officer: clerk.Officer, Office: "district-kasur", Role: role, From: "2026-03-01"}}, "", "a test")
			id = a.ID
			return err
		})
		return "/approvals/" + id
	}
	one, two := ask(office.RegistrationOfficer), ask(office.DataEntryOperator)
	s.has(s.get(one, 200), "You asked for this", "Take it back")
	s.post(one+"/withdraw", 303)
	s.has(s.get(one, 200), "Withdrawn")
	s.who = s.Second
	s.post(two+"/withdraw", 403)
	s.post(two+"/refuse", 303, "reason", "he is needed elsewhere")
	s.has(s.get(two, 200), "Refused", "he is needed elsewhere")
	s.post(two+"/refuse", 409, "reason", "again")
	s.lacks(s.get("/approvals?list=all", 200), "Withdrawn") // that list is the auditor's
	s.who = s.Appoint(t, office.Auditor, "secretariat")
	s.has(s.get("/approvals?list=all", 200), "Withdrawn", "Refused")
}

// upload sends a file to a page.
func (s *site) upload(path, content string, want int) string {
	s.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", "list.csv")
	if err != nil {
		s.t.Fatal(err)
	}
	part.Write([]byte(content))
	w.Close()
	r := httptest.NewRequest("POST", path, &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return s.send(r, want).Body.String()
}

func TestLists(t *testing.T) {
	s := small(t)
	s.has(s.get("/officers/import", 200), "name_en")
	page := s.upload("/officers/import", "cnic,name_en,name_ur,office\n4.2E+12,A,ب,district-kasur\n35202-1111111-1,A Khan,اے خان,district-kasor\n", 200)
	s.has(page, "The list has faults", "turned this CNIC into a rounded number", "There is no office “district-kasor”")
	s.lacks(page, "Take the list in")
	good := "cnic,name_en,name_ur,office,role,from\n35202-1111111-1,Asma Khan,اسماء خان,district-kasur,registration-officer,2026-03-01\n35202-1111112-1,Bilal Khan,بلال خان,district-kasur,,\n"
	page = s.upload("/officers/import", good, 200)
	s.has(page, "2 new, 0 changed, 0 the same", "Asma Khan", "Registration Officer")
	s.lacks(page, "3520211111111", "35202-1111111-1")
	packed, mark := s.hidden(page, "text"), s.hidden(page, "mark")
	s.has(s.post("/officers/import/take", 422, "text", packed, "mark", mark), "There is a problem", "Asma Khan")
	s.post("/officers/import/take", 409, "text", packed, "mark", "0", "reason", "a list")
	s.post("/officers/import/take", 400, "text", "x", "mark", mark, "reason", "a list")
	to := s.post("/officers/import/take", 303, "text", packed, "mark", mark, "reason", "the list of March")
	if !strings.HasPrefix(to, "/approvals/") {
		t.Errorf("led to %s", to)
	}
	s.has(s.get(to, 200), "Asma Khan", "Registration Officer", "the list of March")
	s.has(s.upload("/officers/import", good, 200), "0 new, 0 changed, 2 the same")
	// Offices: one changes its name.
	offices := "id,kind,parent,name_en,name_ur,area,opened\ndisplay-kasur-1,display-centre,district-kasur,The Town Hall of Kasur,ڈسپلے سنٹر 1، قصور,district:kasur,2026-01-01\n"
	page = s.upload("/offices/import", offices, 200)
	s.has(page, "Display Centre 1, Kasur → The Town Hall of Kasur")
	s.post("/offices/import/take", 303, "text", s.hidden(page, "text"), "mark", s.hidden(page, "mark"), "reason", "moved")
	s.has(s.upload("/offices/import", offices, 200), "would change nothing")
	s.who = s.Appoint(t, office.Auditor, "secretariat")
	s.get("/offices/commission.csv", 403)
	s.upload("/officers/import", good, 403)
}

func TestTrail(t *testing.T) {
	s := small(t)
	clerk := s.Officer(t, "district-kasur")
	s.who = s.Appoint(t, office.Auditor, "secretariat")
	s.has(s.get("/audit", 200), "open, change or close an office", "officer:"+string(clerk.Officer))
	s.lacks(s.get("/audit?act=office.change", 200), "officer:"+string(clerk.Officer))
	s.has(s.get("/audit?officer=number+2", 200), "Officer Number 2")
	s.has(s.get("/audit?officer=number", 200), "Not exactly one officer has this name", "No row is like this")
	s.has(s.get("/audit?from=2026-03-02", 200), "No row is like this")
	s.has(s.get("/audit?on=officer%3A"+string(clerk.Officer)+"&outcome=done", 200), "add an officer's account")
	s.has(s.get("/audit?before=3", 200), "Newest")
	s.get("/audit/9999", 404)
	s.get("/audit/x", 404)
	page := s.get("/audit/4", 200)
	s.has(page, "Row 4", "What it changed", "not yet", "Commitment")
	s.has(s.post("/audit/export?act=office.change", 422), "There is a problem")
	file := s.post("/audit/export?act=office.change", 200, "reason", "for the tribunal")
	if !strings.HasPrefix(file, "seq,at,officer") || !strings.Contains(file, "office:district-kasur") || strings.Contains(file, "officer.add") {
		t.Errorf("%.300s", file)
	}
	if acts := s.acts(); !strings.HasPrefix(acts, "audit.read audit:rows shown for the tribunal") {
		t.Errorf("the trail begins %.200s", acts)
	}
	s.who = clerk
	s.get("/audit", 403)
	s.get("/audit/4", 403)
	s.get("/audit/export", 403)
}

// TestLinks: the head of a page leads only where the officer may go.
func TestLinks(t *testing.T) {
	s := small(t)
	for _, try := range []struct {
		who  office.OfficerID
		want string
	}{
		{s.First.Officer, "/ /offices /officers /approvals /notices /watch /watch/letters"},
		{s.Appoint(t, office.Auditor, "secretariat").Officer, "/ /offices /officers /rolls /approvals /audit /watch/letters"},
		{s.Officer(t, "district-kasur").Officer, "/ /officers"},
		{"nobody", ""},
	} {
		var got []string
		s.View(t, func(tx *database.Tx) error {
			links, err := s.desk.Links(tx, string(try.who))
			got = nil
			for _, l := range links {
				got = append(got, l.Href)
			}
			return err
		})
		if strings.Join(got, " ") != try.want {
			t.Errorf("%s: %v, want %s", try.who, got, try.want)
		}
	}
}
