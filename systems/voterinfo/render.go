package voterinfo

import (
	"strconv"
	"time"

	"intikhab/systems/voterinfo/rollindex"
)

// Example is the number shown to someone whose question was not understood. The
// first digit of a CNIC names a province, and none has 9: it is nobody's.
const Example = "9876543210123"

// facts are what can be filled in.
type facts struct {
	have             fields
	entry            *rollindex.Entry
	language         Language
	lastFour         uint64
	digits           int
	at, retry        time.Time
	office, helpline string
}

// append puts the text together. Digits are Western ones in every language, so
// that they can be read out and typed.
func (t template) append(buf []byte, f *facts) []byte {
	first := true
	for i := range t {
		l := &t[i]
		if l.needs&^f.have != 0 {
			continue
		}
		if !first {
			buf = append(buf, '\n')
		}
		first = false
		for j := range l.segments {
			buf = append(buf, l.segments[j].text...)
			if l.segments[j].field != noField {
				buf = f.append(buf, l.segments[j].field)
			}
		}
	}
	return buf
}

func (f *facts) append(buf []byte, what field) []byte {
	switch what {
	case fieldCNIC:
		n := f.lastFour
		return append(buf, byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	case fieldBlock:
		return f.entry.Block.Append(buf)
	case fieldSerial:
		return strconv.AppendUint(buf, uint64(f.entry.Serial), 10)
	case fieldHousehold:
		return strconv.AppendUint(buf, uint64(f.entry.Household), 10)
	case fieldArea:
		return append(buf, f.pick(f.entry.Area.NameEn, f.entry.Area.NameUr)...)
	case fieldTehsil:
		return append(buf, f.pick(f.entry.Area.TehsilEn, f.entry.Area.TehsilUr)...)
	case fieldDistrict:
		return append(buf, f.pick(f.entry.Area.DistrictEn, f.entry.Area.DistrictUr)...)
	case fieldNA:
		return append(buf, f.entry.Area.NA...)
	case fieldPA:
		return append(buf, f.entry.Area.PA...)
	case fieldStation:
		return append(buf, f.pick(f.entry.Station.NameEn, f.entry.Station.NameUr)...)
	case fieldOffice:
		return append(buf, f.office...)
	case fieldHelpline:
		return append(buf, f.helpline...)
	case fieldDigits:
		return strconv.AppendInt(buf, int64(f.digits), 10)
	case fieldExample:
		return append(buf, Example...)
	case fieldRetry:
		return f.appendRetry(buf)
	}
	return buf
}

// pick takes the name in the language's script, or the other one where the roll
// has only that.
func (f *facts) pick(en, ur string) string {
	if f.language == Urdu && ur != "" || en == "" {
		return ur
	}
	return en
}

// appendRetry names the time, and the day if it is another one. Slashes and
// colons stay in their place between digits in a line set from the right; dashes
// would turn the date around (UAX #9, rule W4).
func (f *facts) appendRetry(buf []byte) []byte {
	// The next whole minute: asked again then, the answer comes.
	t := f.retry.Add(time.Minute - 1).In(Pakistan).Truncate(time.Minute)
	if !sameDay(t, f.at.In(Pakistan)) {
		buf = t.AppendFormat(buf, "02/01/2006 ")
	}
	return t.AppendFormat(buf, "15:04")
}

func sameDay(a, b time.Time) bool {
	y, m, d := a.Date()
	y2, m2, d2 := b.Date()
	return y == y2 && m == m2 && d == d2
}
