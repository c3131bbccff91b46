package web

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"intikhab/platform/words"
)

// A Visitor is who has signed in, as the shell shows it at the top of every page.
// The gate puts it into the context; this package asks nobody who somebody is.
type Visitor struct {
	Name    string     // the officer's own
	Office  words.Both // for which he or she acts
	Role    words.Both // as which
	Links   []Link     // of the systems that the officer may use
	Account string     // path of the page about the officer's own sign-in, or ""
	SignOut string     // path that signs out by POST, or ""
}

// WithVisitor gives a context in which pages are drawn for this visitor.
func WithVisitor(ctx context.Context, v Visitor) context.Context {
	return context.WithValue(ctx, visitorKey, &v)
}

// VisitorOf is who has signed in, or nil.
func VisitorOf(ctx context.Context) *Visitor {
	v, _ := ctx.Value(visitorKey).(*Visitor)
	return v
}

// cookie gives one of the shell's own cookies its marks: no script reads it, and no
// other site makes a browser send it.
func cookie(r *http.Request, name, value string, seconds int) *http.Cookie {
	return &http.Cookie{Name: name, Value: value, Path: "/", MaxAge: seconds, HttpOnly: true,
		Secure: factsOf(r.Context()).secure, SameSite: http.SameSiteLaxMode}
}

// languageCookie remembers the language that a visitor chose. Only somebody who has
// signed in gets it: public pages set no cookie and keep the language in their
// addresses.
const languageCookie = "lang"

const year = 365 * 24 * 60 * 60

// noticeCookie carries the notice of SetNotice to the next page.
const noticeCookie = "notice"

// SetNotice has the next page that this browser opens say the text under key, once:
// what was done by the form that answers with a redirect (see SeeOther). The key
// must have ".notice." in it, as in "office.notice.appointed", and the values of its
// placeholders are whole numbers, for the notice travels in a cookie that is not
// signed: the most that somebody could do who wrote that cookie is to have one of
// our own sentences shown. Nothing personal fits into it.
func SetNotice(w http.ResponseWriter, r *http.Request, key string, pairs ...any) {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		n, ok := pairs[i+1].(int)
		if !ok {
			panic("web: a notice's values are of type int: " + key)
		}
		values.Set(pairs[i].(string), strconv.Itoa(n))
	}
	if !strings.Contains(key, ".notice.") {
		panic("web: the key of a notice has .notice. in it: " + key)
	}
	http.SetCookie(w, cookie(r, noticeCookie, key+"?"+values.Encode(), 60))
}

// takeNotice gives the notice that this request brings, if the catalogue has it, and
// has the browser forget it.
func takeNotice(w http.ResponseWriter, r *http.Request, c *words.Catalogue) words.Message {
	sent, err := r.Cookie(noticeCookie)
	if err != nil {
		return words.Message{}
	}
	key, rest, _ := strings.Cut(sent.Value, "?")
	values, err := url.ParseQuery(rest)
	if err != nil || !strings.Contains(key, ".notice.") || !c.Has(key) {
		return words.Message{}
	}
	http.SetCookie(w, cookie(r, noticeCookie, "", -1))
	m := words.Say(key)
	for name := range values {
		if n, err := strconv.Atoi(values.Get(name)); err == nil {
			m.Pairs = append(m.Pairs, name, words.Number(words.English, n))
		}
	}
	return m
}

// SeeOther sends the browser on after a form was taken, so that loading the page
// again does not send the form again (303). The path is of this site; the language
// of the request's address goes with it.
func SeeOther(w http.ResponseWriter, r *http.Request, path string) {
	if !Local(path) {
		panic("web: not a path of this site: redirects lead nowhere else")
	}
	if lang, ok := words.ParseLanguage(r.URL.Query().Get("lang")); ok && VisitorOf(r.Context()) == nil {
		path = withLanguage(path, lang)
	}
	w.Header().Set("Cache-Control", "no-store")
	if r.Header.Get("X-Requested-With") == uploadScript {
		// The script would follow by itself, and the notice would be said to nobody.
		w.Header().Set("X-See-Other", path)
		w.WriteHeader(http.StatusNoContent)
		return
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
}

// uploadScript is what upload.js calls itself.
const uploadScript = "upload"

// Local tells whether a path, which may have come from outside ("back to …"), leads
// to this site and nowhere else.
func Local(path string) bool {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\\r\n\t") {
		return false
	}
	u, err := url.Parse(path)
	return err == nil && u.Host == "" && u.Scheme == ""
}

// withLanguage sets the parameter lang of an address of this site.
func withLanguage(address string, lang words.Language) string {
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := u.Query()
	q.Set("lang", string(lang))
	u.RawQuery = q.Encode()
	return u.String()
}
