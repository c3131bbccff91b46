// Package officetest is a small commission in a database, for tests of what stands on
// the book of offices and officers: the Secretariat and the offices over Lahore and
// Kasur, two system administrators, and whoever else a test appoints. Its people do
// not exist. TestCommission of package approval builds it on both databases.
package officetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/database/vault"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/office/area"
	"intikhab/platform/office/audit"
)

// Commission is the commission of a test.
type Commission struct {
	DB     *database.DB
	Book   *office.Book
	Desk   *approval.Desk
	Keys   *vault.Keyring
	First  office.Acting // the first system administrator
	Second office.Acting // the second

	mu     sync.Mutex
	now    time.Time
	people int
}

// Begin is when the test's clock begins: noon of 1 March 2026 in Pakistan.
var Begin = time.Date(2026, 3, 1, 7, 0, 0, 0, time.UTC)

// Open makes the commission in an empty database: tables, offices, both
// administrators.
func Open(t testing.TB, db *database.DB) *Commission {
	t.Helper()
	c := Empty(t, db)
	c.Update(t, func(tx *database.Tx) error {
		token, err := c.Book.FirstLink(tx)
		if err != nil {
			return err
		}
		if _, err := c.Book.Introduce(tx, token, "request-1", c.Person("")); err != nil {
			return err
		}
		c.First.Officer, err = c.Book.Accept(tx, token, "request-2")
		return err
	})
	c.Update(t, func(tx *database.Tx) error {
		for _, o := range Offices() {
			if o.Kind == office.Secretariat {
				continue // opened with the first administrator
			}
			if err := c.Book.PutOffice(tx, c.First, o, "a test"); err != nil {
				return err
			}
		}
		return nil
	})
	c.Second = c.Officer(t, "secretariat")
	c.Update(t, func(tx *database.Tx) error {
		return c.Book.GrantFirst(tx, c.First, office.Grant{Officer: c.Second.Officer, Office: "secretariat", Role: office.SystemAdministrator,
			From: office.DayOf(c.Now())}, "a test")
	})
	return c
}

// Empty makes the tables and nothing in them.
func Empty(t testing.TB, db *database.DB) *Commission {
	t.Helper()
	c := &Commission{DB: db, now: Begin, Keys: vault.New(Begin)}
	c.Book = office.NewBook(c.Keys, c.Now)
	c.Desk = approval.NewDesk(c.Book, 0)
	if err := audit.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := office.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	return c
}

// Offices are the offices of the test: of the commission's own, those over Lahore and
// Kasur, a Returning Officer's and a display centre.
func Offices() (all []office.Office) {
	ids := map[office.OfficeID]bool{"secretariat": true, "provincial-punjab": true, "provincial-sindh": true, "regional-lahore": true,
		"district-lahore": true, "district-kasur": true}
	for _, o := range office.Commission("2026-01-01") {
		if ids[o.ID] {
			all = append(all, o)
		}
	}
	for _, o := range office.ReturningOffices("NA", office.Span{From: "2026-01-01", To: "2026-12-31"}) {
		if o.ID == "returning-na-118" {
			all = append(all, o)
		}
	}
	kasur, _ := area.Parse("district:kasur")
	return append(all, office.Office{ID: "display-kasur-1", Kind: office.DisplayCentre, Parent: "district-kasur", NameEn: "Display Centre 1, Kasur",
		NameUr: "ڈسپلے سنٹر 1، قصور", Area: kasur, Open: office.Span{From: "2026-01-01"}})
}

// Now is the test's clock.
func (c *Commission) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Pass lets time pass.
func (c *Commission) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// Update runs f in a transaction that must succeed.
func (c *Commission) Update(t testing.TB, f func(*database.Tx) error) {
	t.Helper()
	if err := c.DB.Update(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// Fails runs f in a transaction that must fail, and gives the error.
func (c *Commission) Fails(t testing.TB, f func(*database.Tx) error) error {
	t.Helper()
	err := c.DB.Update(t.Context(), f)
	if err == nil {
		t.Fatal("it was done, and should have been refused")
	}
	return err
}

// View runs f on the database, and must succeed.
func (c *Commission) View(t testing.TB, f func(*database.Tx) error) {
	t.Helper()
	if err := c.DB.View(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

// Person makes up an officer who is not in the book.
func (c *Commission) Person(home office.OfficeID) office.Officer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.people++
	n, err := cnic.FromUint64(3520200000000 + uint64(c.people))
	if err != nil {
		panic(err)
	}
	e, err := office.ParseEmail(fmt.Sprintf("officer%d@example.org", c.people))
	if err != nil {
		panic(err)
	}
	return office.Officer{NameEn: fmt.Sprintf("Officer Number %d", c.people), NameUr: fmt.Sprintf("افسر نمبر %d", c.people), Home: home,
		Personal: office.Personal{CNIC: n, Email: e}}
}

// Officer adds an officer with an active account and no role.
func (c *Commission) Officer(t testing.TB, home office.OfficeID) office.Acting {
	t.Helper()
	by := office.Acting{Office: home, Session: "session", Request: "request"}
	p := c.Person(home)
	c.Update(t, func(tx *database.Tx) (err error) {
		if by.Officer, err = c.Book.AddOfficer(tx, c.First, p, "a test"); err != nil {
			return err
		}
		token, err := c.Book.Invite(tx, c.First, by.Officer)
		if err != nil {
			return err
		}
		_, err = c.Book.Accept(tx, token, "request")
		return err
	})
	by.Name = p.NameEn
	return by
}

// Appoint adds an officer who holds a role at an office from today on, asked for by
// one administrator and approved by the other.
func (c *Commission) Appoint(t testing.TB, role office.Role, at office.OfficeID, areas ...area.Area) office.Acting {
	t.Helper()
	by := c.Officer(t, at)
	c.Grant(t, office.Grant{Officer: by.Officer, Office: at, Role: role, Areas: areas, From: office.DayOf(c.Now())})
	return by
}

// Grant has a role granted by both administrators.
func (c *Commission) Grant(t testing.TB, g office.Grant) {
	t.Helper()
	var a approval.Approval
	c.Update(t, func(tx *database.Tx) (err error) {
		a, err = c.Desk.AskGrants(tx, c.First, []office.Grant{g}, "", "a test")
		return err
	})
	c.Update(t, func(tx *database.Tx) error {
		_, err := c.Desk.Approve(tx, c.Second, a.ID, a.Hash, "")
		return err
	})
}

// Post gives an officer's only appointment.
func (c *Commission) Post(t testing.TB, by office.Acting) office.Post {
	t.Helper()
	var posts []office.Post
	c.View(t, func(tx *database.Tx) (err error) {
		posts, err = c.Book.Posts(tx, by.Officer)
		return err
	})
	if len(posts) != 1 {
		t.Fatalf("officer %s has %d posts", by.Officer, len(posts))
	}
	return posts[0]
}
