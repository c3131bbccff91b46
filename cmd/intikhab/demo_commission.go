package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"intikhab/domain/cnic"
	"intikhab/platform/database"
	"intikhab/platform/office"
	"intikhab/platform/office/approval"
	"intikhab/platform/web"
)

// demoDistrict is the district whose office a demonstration grows.
const (
	demoDistrict = "Karachi East"
	demoDesk     = office.OfficeID("district-karachi-east")
)

// demoPost is an officer of the demonstration who does not exist.
type demoPost struct {
	role           office.Role
	at             office.OfficeID
	nameEn, nameUr string
	acting         office.Acting
}

// commission are the officers of a demonstration: one for each role that the rolls know,
// and two of those whose acts take two.
type commission struct{ posts []*demoPost }

func newCommission() *commission {
	return &commission{[]*demoPost{
		{office.SystemAdministrator, "secretariat", "Nadia Siddiqui", "نادیہ صدیقی", office.Acting{}},
		{office.SystemAdministrator, "secretariat", "Imran Baloch", "عمران بلوچ", office.Acting{}},
		{office.SecretariatOfficer, "secretariat", "Zahida Perveen", "زاہدہ پروین", office.Acting{}},
		{office.SecretariatOfficer, "secretariat", "Tariq Mehmood", "طارق محمود", office.Acting{}},
		{office.DistrictCommissioner, demoDesk, "Asif Raza", "آصف رضا", office.Acting{}},
		{office.RegistrationOfficer, demoDesk, "Samina Akhtar", "ثمینہ اختر", office.Acting{}},
		{office.RevisingAuthority, demoDesk, "Khalid Hussain", "خالد حسین", office.Acting{}},
		{office.AssistantRegistrationOfficer, demoDesk, "Bilal Ahmed", "بلال احمد", office.Acting{}},
		{office.DataEntryOperator, demoDesk, "Rukhsana Bibi", "رخسانہ بی بی", office.Acting{}},
		{office.Auditor, "secretariat", "Farhat Jabeen", "فرحت جبین", office.Acting{}},
	}}
}

// of gives the first officer of a role.
func (c *commission) of(role office.Role) office.Acting {
	for _, p := range c.posts {
		if p.role == role {
			return p.acting
		}
	}
	panic("the demonstration has no " + string(role))
}

// appoint opens the commission's offices and appoints everybody, as a real one does: the
// first administrator by the one-time link, the second by the first, the others by both.
func (c *commission) appoint(ctx context.Context, s *officeService) error {
	first, second := c.posts[0], c.posts[1]
	const why = "the demonstration"
	err := s.db.Update(ctx, func(tx *database.Tx) error {
		token, err := s.book.FirstLink(tx)
		if err != nil {
			return err
		}
		if _, err := s.book.Introduce(tx, token, why, c.person(0)); err != nil {
			return err
		}
		if first.acting.Officer, err = s.book.Accept(tx, token, why); err != nil {
			return err
		}
		for _, o := range office.Commission(office.DayOf(s.book.Now())) {
			if o.Kind == office.Secretariat {
				continue // opened with the first administrator
			}
			if err := s.book.PutOffice(tx, first.acting, o, why); err != nil {
				return err
			}
		}
		for i, p := range c.posts[1:] {
			if p.acting.Officer, err = s.book.AddOfficer(tx, first.acting, c.person(i+1), why); err != nil {
				return err
			}
			token, err := s.book.Invite(tx, first.acting, p.acting.Officer)
			if err != nil {
				return err
			}
			if _, err := s.book.Accept(tx, token, why); err != nil {
				return err
			}
		}
		return s.book.GrantFirst(tx, first.acting, second.grant(s), why)
	})
	if err != nil {
		return err
	}
	var asked approval.Approval
	err = s.db.Update(ctx, func(tx *database.Tx) (err error) {
		var grants []office.Grant
		for _, p := range c.posts[2:] {
			grants = append(grants, p.grant(s))
		}
		asked, err = s.desk.AskGrants(tx, first.acting, grants, "", why)
		return err
	})
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(tx *database.Tx) error {
		_, err := s.desk.Approve(tx, second.acting, asked.ID, asked.Hash, "")
		return err
	})
}

func (p *demoPost) grant(s *officeService) office.Grant {
	return office.Grant{Officer: p.acting.Officer, Office: p.at, Role: p.role, From: office.DayOf(s.book.Now())}
}

// person makes up who holds a post.
func (c *commission) person(i int) office.Officer {
	p := c.posts[i]
	n, err := cnic.FromUint64(4230155500000 + uint64(i))
	if err != nil {
		panic(err)
	}
	e, err := office.ParseEmail(fmt.Sprintf("officer%d@ecp.invalid", i+1))
	if err != nil {
		panic(err)
	}
	return office.Officer{NameEn: p.nameEn, NameUr: p.nameUr, Home: p.at, Personal: office.Personal{CNIC: n, Email: e}}
}

// find finds the commission that an earlier demonstration has left.
func (c *commission) find(ctx context.Context, s *officeService) error {
	return s.db.View(ctx, func(tx *database.Tx) error {
		for i, p := range c.posts {
			o, err := s.book.OfficerByCNIC(tx, c.person(i).Personal.CNIC)
			if err != nil {
				return err
			}
			p.acting.Officer = o.ID
		}
		return nil
	})
}

// key names a post in the address that signs its officer in.
func (p *demoPost) key() string { return strings.ToLower(strings.ReplaceAll(p.nameEn, " ", "-")) }

// routes sign a made-up officer in without asking for anything: nobody real is here.
func (c *commission) routes(s *officeService) []web.Route {
	return []web.Route{{Method: http.MethodGet, Path: "/demo/as/{key}", Act: "demo.use", Handler: func(w http.ResponseWriter, r *http.Request) {
		for _, p := range c.posts {
			if p.key() == r.PathValue("key") {
				s.signin.Demonstrate(w, r, string(p.acting.Officer), "/rolls")
				return
			}
		}
		web.Fail(w, r, http.StatusNotFound)
	}}}
}
