package signin

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/officetest"
	"intikhab/platform/office/signin/password"
	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
	"intikhab/platform/words"
	"intikhab/test/databases"
)

// real is a desk on the very book of offices and officers, the table of permissions
// and the vault that ship.
func real(t *testing.T, c *officetest.Commission) *desk {
	t.Helper()
	if err := Migrate(t.Context(), c.DB); err != nil {
		t.Fatal(err)
	}
	b := Book{DB: c.DB, Office: c.Book, Desk: c.Desk}
	s, err := New(t.Context(), Config{DB: c.DB, Officers: b, Sealer: c.Keys, Origins: []string{origin}, Language: words.English, Now: c.Now,
		Password: password.Parameters{Time: 1, Memory: 64, Threads: 1}, Programs: []web.Act{"office.read", "officer.read", "signin.own", "key.use"}})
	if err != nil {
		t.Fatal(err)
	}
	s.RegisterReset(c.Desk)
	said := func(w http.ResponseWriter, r *http.Request) {
		a, _ := office.From(r.Context())
		w.Write([]byte("in as " + string(a.Officer) + " for " + string(a.Office)))
	}
	h := web.New(web.Config{Gate: s.Gate()}, s.Routes(), []web.Route{
		{Method: "GET", Path: "/read", Act: "officer.read", Handler: said},
		{Method: "GET", Path: "/in/{area}", Act: "officer.read", Handler: said, Area: func(r *http.Request) string { return r.PathValue("area") }},
		{Method: "GET", Path: "/backup", Act: "backup.make", Handler: said},
		{Method: "GET", Path: "/api/officers/{area}", Act: "officer.read", Handler: said, Machine: true, Area: func(r *http.Request) string { return r.PathValue("area") }},
	})
	return &desk{t: t, db: c.DB, service: s, handler: h, now: c.Now(), book: newBook()}
}

// From the first start to a reset by two officers, with all that ships.
func TestOnTheRealBook(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		c := officetest.Empty(t, db)
		d := real(t, c)
		var token string
		c.Update(t, func(tx *database.Tx) (err error) {
			token, err = c.Book.FirstLink(tx)
			return err
		})
		b := d.browser()
		if res := b.get(InvitationPath + token); res.StatusCode != 200 {
			t.Fatalf("the first link: %d", res.StatusCode)
		}
		b.must(b.post("/invitation", "code", token), "/enrol")
		if res := b.post("/enrol/person", "name_en", "Rehana Gul", "name_ur", "Rehana Gul", "cnic", "35202-0000099-1", "email", "Rehana@ecp.example", "telephone", "03001234567"); res.StatusCode != 422 || errorsOf(text(res)) == "" {
			t.Errorf("an Urdu name in English: %d", res.StatusCode)
		}
		b.must(b.post("/enrol/person", "name_en", "Rehana Gul", "name_ur", "ریحانہ گل", "cnic", "35202-0000099-1", "email", "Rehana@ecp.example", "telephone", "03001234567"), "/enrol")
		b.must(b.post("/enrol/password", "password", goodPassword, "again", goodPassword), "/enrol/code")
		e := enrolled{password: goodPassword, app: readApp(t, text(b.get("/enrol/code")))}
		b.must(b.post("/enrol/code", "code", e.app.At(c.Now())), "/account/recovery")
		for path, want := range map[string]int{"/read": 200, "/in/district:kasur": 200, "/in/nowhere": 403, "/backup": 200, "/account": 200} {
			if res := b.get(path); res.StatusCode != want {
				t.Errorf("%s: %d, want %d", path, res.StatusCode, want)
			}
		}
		for _, login := range []string{"rehana@ecp.example", "REHANA@ECP.EXAMPLE", "3520200000991", "35202-0000099-1"} {
			c.Pass(time.Minute)
			e.login = login
			again := d.browser()
			res := again.post("/sign-in", "login", login, "password", e.password, "code", e.app.At(c.Now()))
			if res.StatusCode != http.StatusSeeOther {
				t.Errorf("%s: %d", login, res.StatusCode)
			}
		}
		if res := d.browser().get(InvitationPath + token); res.StatusCode != http.StatusGone {
			t.Errorf("the first link once more: %d", res.StatusCode)
		}
	})
}

// Ensure that the gate holds to the table of permissions: for each of its acts and
// some officers, a route is open exactly if Decide says so.
func TestGateHoldsToTheTable(t *testing.T) {
	c := officetest.Open(t, databases.Open(t, databases.SQLite(t)))
	d := real(t, c)
	secretariat := c.Appoint(t, office.SecretariatOfficer, "secretariat")
	kasur := c.Appoint(t, office.DistrictCommissioner, "district-kasur")
	plain := c.Officer(t, "district-lahore")
	for name, who := range map[string]office.Acting{"administrator": c.First, "secretariat": secretariat, "kasur": kasur, "no post": plain} {
		b := d.browser()
		c.Update(t, func(tx *database.Tx) error {
			if err := records.OpenAccount(tx, string(who.Officer), c.Now()); err != nil {
				return err
			}
			st, err := d.service.begin(tx, httptest.NewRequest("GET", "/", nil), Officer{ID: string(who.Officer)}, "passkey", c.Now())
			b.cookies["__Host-session"] = st.session.Reveal()
			return err
		})
		var routes []web.Route
		open := map[string]bool{}
		for i, act := range office.Standard().Acts() {
			for _, key := range []string{"", "district:kasur", "district:lahore"} {
				path := "/act/" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "/" + strings.ReplaceAll(key, ":", "-")
				routes = append(routes, web.Route{Method: "GET", Path: path, Act: act, Handler: func(http.ResponseWriter, *http.Request) {}, Area: func(*http.Request) string { return key }})
				c.View(t, func(tx *database.Tx) error {
					decision, err := d.service.cfg.Officers.Decide(tx, Question{Officer: string(who.Officer), Act: act, Area: key})
					open[path] = decision.Allowed
					return err
				})
			}
		}
		h := web.New(web.Config{Gate: d.service.Gate()}, routes)
		allowed := 0
		for path, want := range open {
			r := httptest.NewRequest("GET", origin+path, nil)
			r.AddCookie(&http.Cookie{Name: "__Host-session", Value: b.session()})
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := w.Code == 200; got != want || !want && w.Code != 403 {
				t.Errorf("%s, %s: %d, open %v", name, path, w.Code, want)
			}
			if want {
				allowed++
			}
		}
		if allowed == 0 || allowed == len(open) {
			t.Errorf("%s may do %d of %d", name, allowed, len(open))
		}
	}
}

// Ensure that a reset takes two officers, ends all, and leads to a new beginning;
// and that a rotation of the vault's key knows every sealed column.
func TestResetByTwo(t *testing.T) {
	databases.Each(t, func(t *testing.T, db *database.DB) {
		c := officetest.Open(t, db)
		d := real(t, c)
		lost := c.Officer(t, "district-kasur")
		sign := func(who office.Acting) *browser {
			b := d.browser()
			c.Update(t, func(tx *database.Tx) error {
				if err := records.OpenAccount(tx, string(who.Officer), c.Now()); err != nil {
					return err
				}
				o, err := d.service.cfg.Officers.ByID(tx, string(who.Officer))
				if err != nil {
					return err
				}
				st, err := d.service.begin(tx, httptest.NewRequest("GET", "/", nil), o, "passkey", c.Now())
				b.cookies["__Host-session"] = st.session.Reveal()
				return err
			})
			return b
		}
		mine, admin := sign(lost), sign(c.First)
		k := newKey()
		if res := mine.postJSON("/account/passkeys/answer", k.make(t, text(mine.postJSON("/account/passkeys", "{}")), "")); res.StatusCode != 200 {
			t.Fatal(res.StatusCode)
		}
		path := "/officers/" + string(lost.Officer)
		if res := admin.post("/officers/"+string(c.First.Officer)+"/reset", "reason", "why not"); res.StatusCode != 422 {
			t.Errorf("his own: %d", res.StatusCode)
		}
		admin.must(admin.post(path+"/reset", "reason", "He came to the office with his identity card."), path+"/sign-in")
		if res := admin.post(path+"/reset", "reason", "once more"); res.StatusCode != 422 {
			t.Errorf("asked twice: %d", res.StatusCode)
		}
		if mine.get("/account").StatusCode != 200 {
			t.Error("it ends before it is approved")
		}
		var a approval.Approval
		c.View(t, func(tx *database.Tx) error {
			var id string
			err := tx.QueryRow(`SELECT id FROM office_approval WHERE act = 'signin.reset'`).Scan(&id)
			if err == nil {
				a, err = c.Desk.Get(tx, id)
			}
			return err
		})
		c.Fails(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, c.First, a.ID, a.Hash, ""); return err })
		c.Update(t, func(tx *database.Tx) error { _, err := c.Desk.Approve(tx, c.Second, a.ID, a.Hash, ""); return err })
		if mine.get("/account").StatusCode == 200 {
			t.Error("the session goes on")
		}
		if res := d.browser().signInKey(t, k); res.StatusCode != 422 {
			t.Errorf("the old passkey: %d", res.StatusCode)
		}
		page := text(admin.post(path + "/link"))
		_, rest, _ := strings.Cut(page, `id="link">`+origin+InvitationPath)
		code, _, _ := strings.Cut(rest, "<")
		again := d.browser()
		again.must(again.post("/invitation", "code", code), "/enrol")
		fresh := newKey()
		if res := again.postJSON("/enrol/passkey/answer", fresh.make(t, text(again.postJSON("/enrol/passkey", "{}")), "")); res.StatusCode != 200 {
			t.Fatalf("%d", res.StatusCode)
		}

		// The key of the vault is turned: what was sealed opens afterwards without the old.
		old := c.Keys.Newest()
		c.Keys.Add(c.Now())
		columns := slices.Concat(SealedColumns(), office.SealedColumns())
		if err := vault.Rotate(t.Context(), db, c.Keys, columns, nil); err != nil {
			t.Fatal(err)
		}
		if err := c.Keys.Drop(old); err != nil {
			t.Fatal(err)
		}
		if res := d.browser().signInKey(t, fresh); res.StatusCode != 200 {
			t.Errorf("after the rotation: %d", res.StatusCode)
		}
		if _, err := New(t.Context(), d.service.cfg); err != nil {
			t.Errorf("a node that starts after the rotation: %v", err)
		}
	})
}
