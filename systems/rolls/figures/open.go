package figures

import (
	"encoding/csv"
	"encoding/json"
	"io"
	"strconv"
)

// row is one number as open data has it; docs/figures.md gives the columns.
type row struct {
	Level  Level  `json:"level"`
	Area   string `json:"area"`
	NameEn string `json:"name_en"`
	NameUr string `json:"name_ur"`
	Part   bool   `json:"part"`
	List   string `json:"list"` // all, women, others (men and X), men, x
	Ages   string `json:"ages"` // all, 18-25, …, 66+, other
	Voters *int64 `json:"voters"`
	Hidden bool   `json:"suppressed"`
}

// AgeName is the name of a band in open data; 0 is all ages.
func AgeName(band int) string {
	switch {
	case band == 0:
		return "all"
	case band == 1:
		return "other"
	case band == bands:
		return strconv.Itoa(Bands[len(Bands)-1]) + "+"
	}
	return strconv.Itoa(Bands[band-2]) + "-" + strconv.Itoa(Bands[band-1]-1)
}

// AgeNames is how many names there are.
const AgeNames = 1 + bands

// each gives every number that is published.
func (f *Figures) each(yield func(row) error) error {
	for i := range f.Areas {
		a := &f.Areas[i]
		en, ur := Names(a.Key)
		for band := range AgeNames {
			for _, one := range []struct {
				list string
				n    Number
				told bool
			}{{"all", a.All[band], true}, {"women", a.Women[band], true}, {"others", a.Others[band], true}, {"men", a.Men[band], band < a.Told}, {"x", a.X[band], band < a.Told}} {
				if !one.told {
					continue
				}
				r := row{Level: a.Level, Area: a.Key, NameEn: en, NameUr: ur, Part: a.Part, List: one.list, Ages: AgeName(band), Hidden: one.n.Hidden}
				if !one.n.Hidden {
					r.Voters = &one.n.N
				}
				if err := yield(r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// WriteCSV writes all published numbers (RFC 4180, UTF-8); voters is empty where the number
// is suppressed.
func (f *Figures) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"roll", "day", "level", "area", "name_en", "name_ur", "part", "list", "ages", "voters", "suppressed"}); err != nil {
		return err
	}
	err := f.each(func(r row) error {
		voters := ""
		if r.Voters != nil {
			voters = strconv.FormatInt(*r.Voters, 10)
		}
		return out.Write([]string{f.ID, f.Day, string(r.Level), r.Area, r.NameEn, r.NameUr, strconv.FormatBool(r.Part), r.List, r.Ages, voters, strconv.FormatBool(r.Hidden)})
	})
	if err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// WriteJSON writes the same as one object (RFC 8259); voters is null where the number is
// suppressed.
func (f *Figures) WriteJSON(w io.Writer) error {
	all := struct {
		Roll  string `json:"roll"`
		Name  string `json:"name"`
		Day   string `json:"day"`
		Scope string `json:"scope"`
		Small int    `json:"suppressed_below"`
		Rows  []row  `json:"rows"`
	}{f.ID, f.Name, f.Day, f.Scope, Small, nil}
	f.each(func(r row) error {
		all.Rows = append(all.Rows, r)
		return nil
	})
	out := json.NewEncoder(w)
	out.SetIndent("", " ")
	return out.Encode(all)
}
