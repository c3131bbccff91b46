package desk

import (
	"net/http"
	"net/url"
	"strings"

	"intikhab/platform/office"
	"intikhab/platform/web"
)

// Routes is the table of the site's pages.
func (d *Desk) Routes() (all []web.Route) {
	all = append(all, d.get("/{$}", "office.home", (*turn).home), assets.Route())

	all = append(all, d.officeRoutes()...)
	all = append(all, d.officerRoutes()...)
	all = append(all, d.approvalRoutes()...)
	all = append(all, d.sheetRoutes()...)
	all = append(all, d.trailRoutes()...)
	return all
}

func (d *Desk) get(path string, act office.Act, f func(*turn)) web.Route {
	return web.Route{Method: http.MethodGet, Path: path, Act: act, Handler: d.on(f)}
}

// both is a page with a form that is sent to the page's own path: who has to prove
// who he is before the form counts is led back to it.
func (d *Desk) both(path string, act office.Act, body int64, f func(*turn)) []web.Route {
	return []web.Route{d.get(path, act, f), {Method: http.MethodPost, Path: path, Act: act, Body: body, Handler: d.on(f)}}
}

// post is a form that stands on another page, to which its own path leads.
func (d *Desk) post(path string, act office.Act, page string, f func(*turn)) []web.Route {
	return d.posts(path, act, 0, page, f)
}

func (d *Desk) posts(path string, act office.Act, body int64, page string, f func(*turn)) []web.Route {
	back := func(w http.ResponseWriter, r *http.Request) {
		web.SeeOther(w, r, strings.ReplaceAll(page, "{id}", url.PathEscape(r.PathValue("id"))))
	}
	return []web.Route{
		{Method: http.MethodGet, Path: path, Act: "office.home", Handler: back},
		{Method: http.MethodPost, Path: path, Act: act, Body: body, Handler: d.on(f)},
	}
}
