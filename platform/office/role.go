package office

import (
	"slices"

	"intikhab/platform/web"
)

// Act is what a route or a command does, as the table of permissions names it.
type Act = web.Act

// Role is what somebody is to the commission. Some are no offices of an officer
// but ways in, which nobody is appointed to.
type Role string

// The ways in.
const (
	Anyone  Role = "anyone"  // whoever reaches the address
	Gateway Role = "gateway" // an SMS gateway that shows its token
	Console Role = "console" // whoever reaches the console's own listener, loopback by default
	Shell   Role = "shell"   // whoever runs the program at the machine with its files

	// AnyOfficer is every officer whose account is active, for what an officer does
	// for himself, and, beyond himself, every officer who holds some post at the time.
	AnyOfficer Role = "officer"
)

// The roles that officers are appointed to.
const (
	DataEntryOperator            Role = "data-entry-operator"
	AssistantRegistrationOfficer Role = "assistant-registration-officer"
	RegistrationOfficer          Role = "registration-officer"
	RevisingAuthority            Role = "revising-authority"
	ReturningOfficer             Role = "returning-officer"
	PresidingOfficer             Role = "presiding-officer"
	DistrictCommissioner         Role = "district-election-commissioner"
	RegionalCommissioner         Role = "regional-election-commissioner"
	ProvincialCommissioner       Role = "provincial-election-commissioner"
	SecretariatOfficer           Role = "secretariat"
	Auditor                      Role = "auditor"
	SystemAdministrator          Role = "system-administrator"
)

// seats says at which kinds of office a role can be held.
var seats = map[Role][]Kind{
	DataEntryOperator:            {Secretariat, Provincial, Regional, District, Returning, DisplayCentre},
	AssistantRegistrationOfficer: {District, DisplayCentre},
	RegistrationOfficer:          {District},
	RevisingAuthority:            {District, DisplayCentre},
	ReturningOfficer:             {Returning},
	PresidingOfficer:             {Returning},
	DistrictCommissioner:         {District},
	RegionalCommissioner:         {Regional},
	ProvincialCommissioner:       {Provincial},
	SecretariatOfficer:           {Secretariat},
	Auditor:                      {Secretariat},
	SystemAdministrator:          {Secretariat},
}

// Roles gives the roles that officers are appointed to, from the least to the
// highest office, with the auditor and the system administrator at the end.
func Roles() []Role {
	return []Role{DataEntryOperator, AssistantRegistrationOfficer, RegistrationOfficer, RevisingAuthority, ReturningOfficer,
		PresidingOfficer, DistrictCommissioner, RegionalCommissioner, ProvincialCommissioner, SecretariatOfficer, Auditor, SystemAdministrator}
}

// WaysIn gives the roles that nobody is appointed to.
func WaysIn() []Role { return []Role{Anyone, AnyOfficer, Gateway, Console, Shell} }

// HeldAt tells whether the role can be held at an office of the kind.
func (r Role) HeldAt(k Kind) bool { return slices.Contains(seats[r], k) }

// Appointed tells whether officers are appointed to the role.
func (r Role) Appointed() bool { return len(seats[r]) > 0 }

// Key is the key of the role's name in the catalogue.
func (r Role) Key() string { return "office.role." + string(r) }
