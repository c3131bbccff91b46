package signin

import (
	"net/http"

	"intikhab/platform/office/signin/records"
	"intikhab/platform/web"
)

// Routes is the table of all pages of sign-in.
func (s *Service) Routes() []web.Route {
	all := append(s.entrances(), s.own()...)
	return append(append(all, s.others()...), assets.Route())
}

// entrances are for whoever has not signed in.
func (s *Service) entrances() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/sign-in", Act: actBegin, Handler: s.showSignIn},
		{Method: "POST", Path: "/sign-in", Act: actBegin, Handler: s.answerSignIn},
		{Method: "POST", Path: "/sign-in/passkey", Act: actBegin, Handler: s.beginPasskey, Machine: true},
		{Method: "POST", Path: "/sign-in/passkey/answer", Act: actBegin, Handler: s.answerPasskey, Machine: true},
		{Method: "GET", Path: "/sign-in/recover", Act: actRecover, Handler: s.showRecover},
		{Method: "POST", Path: "/sign-in/recover", Act: actRecover, Handler: s.answerRecover},

		{Method: "GET", Path: InvitationPath + "{code}", Act: actAccept, Handler: s.showInvitation},
		{Method: "POST", Path: "/invitation", Act: actAccept, Handler: s.openInvitation},
		{Method: "GET", Path: "/enrol", Act: actAccept, Handler: s.setup(s.showEnrol)},
		{Method: "GET", Path: "/enrol/person", Act: actAccept, Handler: s.setup(s.showPerson)},
		{Method: "POST", Path: "/enrol/person", Act: actAccept, Handler: s.setup(s.answerPerson)},
		{Method: "GET", Path: "/enrol/password", Act: actAccept, Handler: s.setup(s.showNewPassword)},
		{Method: "POST", Path: "/enrol/password", Act: actAccept, Handler: s.setup(s.answerNewPassword)},
		{Method: "POST", Path: "/enrol/app", Act: actAccept, Handler: s.setup(s.answerNewApp)},
		{Method: "GET", Path: "/enrol/code", Act: actAccept, Handler: s.setup(s.showNewCode)},
		{Method: "POST", Path: "/enrol/code", Act: actAccept, Handler: s.setup(s.answerNewCode)},
		{Method: "GET", Path: "/enrol/code.png", Act: actAccept, Handler: s.setup(s.showPicture)},
		{Method: "POST", Path: "/enrol/passkey", Act: actAccept, Handler: s.setup(s.beginRegistration), Machine: true},
		{Method: "POST", Path: "/enrol/passkey/answer", Act: actAccept, Handler: s.setup(s.enrolPasskey), Machine: true},
	}
}

// own are an officer's own account. What changes how he signs in needs a proof that
// is fresh, the form as well as what it sends.
func (s *Service) own() []web.Route {
	route := func(method, path string) web.Route { return web.Route{Method: method, Path: path, Act: actOwn} }
	machine := func(path string) web.Route {
		return web.Route{Method: http.MethodPost, Path: path, Act: actOwn, Machine: true}
	}
	as := func(r web.Route, handler http.HandlerFunc) web.Route { r.Handler = handler; return r }
	return []web.Route{
		as(route("POST", "/sign-out"), s.signOut),
		as(route("GET", "/confirm"), s.showConfirm),
		as(route("POST", "/confirm"), s.answerConfirm),
		as(machine("/confirm/passkey"), s.beginConfirm),
		as(machine("/confirm/passkey/answer"), s.confirmPasskey),

		as(route("GET", "/account"), own(s.showAccount)),
		as(route("POST", "/account/notices"), own(s.putAway)),
		as(route("GET", "/account/language"), own(s.showLanguage)),
		as(route("POST", "/account/language"), own(s.chooseLanguage)),
		as(route("GET", "/acting"), own(s.showActing)),
		as(route("POST", "/acting"), own(s.chooseActing)),
		as(route("POST", "/account/sessions/{id}/end"), own(s.endSession)),
		as(route("POST", "/account/sessions/end"), own(s.endOthers)),

		s.fresh(route("GET", "/account/password"), s.showNewPassword),
		s.fresh(route("POST", "/account/password"), s.changePassword),
		s.freshOn("/account", route("POST", "/account/password/remove"), s.removePassword),
		s.freshOn("/account", route("POST", "/account/app"), s.newApp),
		s.fresh(route("GET", "/account/code"), s.showNewCode),
		s.fresh(route("POST", "/account/code"), s.changeCode),
		s.freshOn("/account", route("GET", "/account/code.png"), s.showPicture),
		s.fresh(route("GET", "/account/recovery"), s.showRecovery),
		s.fresh(route("POST", "/account/recovery"), s.makeRecovery),
		s.fresh(machine("/account/passkeys"), s.beginRegistration),
		s.fresh(machine("/account/passkeys/answer"), s.addPasskey),
		s.fresh(route("GET", "/account/passkeys/{id}"), s.showPasskey),
		s.fresh(route("POST", "/account/passkeys/{id}"), s.namePasskey),
		s.freshOn("/account/passkeys/{id}", route("POST", "/account/passkeys/{id}/remove"), s.removePasskey),
	}
}

// others are tokens, and what an administrator does to another's sessions.
func (s *Service) others() []web.Route {
	return []web.Route{
		{Method: "GET", Path: "/account/tokens", Act: actTokens, Handler: own(s.showTokens)},
		{Method: "GET", Path: "/account/tokens/new", Act: actIssue, Handler: own(s.showIssue)},
		{Method: "POST", Path: "/account/tokens/new", Act: actIssue, Handler: own(s.issueToken)},
		{Method: "POST", Path: "/account/tokens/{id}/revoke", Act: actWithdraw, Handler: own(s.revokeToken)},

		{Method: "GET", Path: "/officers/{officer}/sign-in", Act: actRead, Handler: own(s.showAnother)},
		{Method: "GET", Path: "/officers/{officer}/reset", Act: actReset, Handler: own(s.showReset)},
		{Method: "POST", Path: "/officers/{officer}/reset", Act: actReset, Handler: own(s.askReset)},
		s.freshOn("/officers/{officer}/sign-in", web.Route{Method: "POST", Path: "/officers/{officer}/link", Act: actInvite}, s.makeRestart),
		{Method: "POST", Path: "/officers/{officer}/sessions/{id}/end", Act: actRevoke, Handler: own(s.revoke(actRevoke, "session ended", records.EndSession))},
		{Method: "POST", Path: "/officers/{officer}/sessions/end", Act: actRevoke, Handler: own(s.revoke(actRevoke, "all sessions ended", endAll))},
		{Method: "POST", Path: "/officers/{officer}/tokens/{id}/revoke", Act: actWithdraw, Handler: own(s.revoke(actWithdraw, "token revoked", records.RevokeToken))},
	}
}
