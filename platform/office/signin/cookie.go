package signin

import (
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"intikhab/platform/office/signin/ticket"
	"intikhab/platform/web"
)

// Names of the cookies. With HTTPS they have the prefix __Host-, which a browser
// takes only over HTTPS and from this very host, so that no other site of the same
// domain can plant one.
const (
	sessionCookie  = "session"
	deviceCookie   = "device"
	ceremonyCookie = "ceremony"
)

// deviceTime is how long a browser keeps the device's cookie: as long as any allows.
const deviceTime = 400 * 24 * time.Hour

// CookieName is the name of the session's cookie under these origins.
func CookieName(origins []string) string {
	_, secure, _ := readOrigins(origins)
	return (&Service{secure: secure}).cookieName(sessionCookie)
}

func (s *Service) cookieName(name string) string {
	if s.secure {
		return "__Host-" + name
	}
	return name
}

// setCookie sets a cookie; an age of 0 takes it away, below 0 it ends with the browser.
func (s *Service) setCookie(w http.ResponseWriter, name, value string, age time.Duration) {
	c := http.Cookie{Name: s.cookieName(name), Value: value, Path: "/", Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	switch {
	case age > 0:
		c.MaxAge = int(age.Seconds())
	case age == 0:
		c.MaxAge = -1
	}
	http.SetCookie(w, &c)
}

// cookie reads a secret from a cookie. Two cookies of the name are none: one of them
// was planted.
func (s *Service) cookie(r *http.Request, name string) (secret ticket.Secret, ok bool) {
	all := r.CookiesNamed(s.cookieName(name))
	if len(all) != 1 {
		return secret, false
	}
	return ticket.Parse(all[0].Value)
}

// localPath gives the path of this site that text is, to which a browser may be
// sent on after signing in, or "" if it is not one: another site, another scheme, or
// anything that some browser might read as such.
func localPath(text string) string {
	if len(text) > 1024 || !strings.HasPrefix(text, "/") || strings.HasPrefix(text, "//") ||
		strings.ContainsFunc(text, func(r rune) bool { return r == '\\' || r == utf8.RuneError || unicode.IsControl(r) }) {
		return ""
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" {
		return ""
	}
	// Dots and double slashes are taken out here: a browser may do it another way. No
	// page of ours has a dot that is escaped.
	out := u.JoinPath().EscapedPath()
	if !strings.HasPrefix(out, "/") || strings.HasPrefix(out, "//") || strings.Contains(strings.ToLower(out), "%2e") {
		return ""
	}
	if u.RawQuery != "" {
		out += "?" + u.RawQuery
	}
	return out
}

// networkOf is what is kept and shown of the address that a request came from: the
// /24, or the /48 of IPv6.
func networkOf(r *http.Request) string {
	addr := web.Client(r)
	bits := 24
	if addr.Is6() {
		bits = 48
	}
	p, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	if addr.IsLoopback() {
		return netip.PrefixFrom(addr, addr.BitLen()).Addr().String()
	}
	return p.String()
}

// agents are names in a browser's User-Agent; the first that is found is the one,
// since browsers also give the names of others.
var (
	agents  = [][2]string{{"Edg", "Edge"}, {"OPR", "Opera"}, {"SamsungBrowser", "Samsung Internet"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	systems = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "Mac"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}}
)

// agentOf is a browser and its system in two words, by which an officer knows his own.
func agentOf(r *http.Request) string {
	header := r.UserAgent()
	if len(header) > 1024 {
		header = header[:1024]
	}
	var found []string
	for _, names := range [][][2]string{agents, systems} {
		for _, name := range names {
			if strings.Contains(header, name[0]) {
				found = append(found, name[1])
				break
			}
		}
	}
	return strings.Join(found, ", ")
}

// tidyText is a short text that a person has typed: no control characters, no
// surplus spaces, at most so many characters.
func tidyText(text string, most int) string {
	text = strings.Join(strings.FieldsFunc(strings.ToValidUTF8(text, ""), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	}), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	return text
}

// networkKey is what attempts are counted by: an address, or the /64 of IPv6.
func networkKey(r *http.Request) string { return web.Network(web.Client(r)) }
