package people

// Date is a day of the calendar.
type Date struct{ Year, Month, Day int }

// number counts days (proleptic Gregorian calendar; years begin in March, so that the
// day that comes every four years comes last).
func (d Date) number() int {
	y, m := d.Year, d.Month
	if m <= 2 {
		y--
		m += 12
	}
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d.Day
}

// dateOf is the day with a number, the other way round.
func dateOf(n int) Date {
	n--
	era := n / 146_097 // days of 400 years
	day := n % 146_097
	y := (day - day/1460 + day/36_524 - day/146_096) / 365
	day -= 365*y + y/4 - y/100
	m := (5*day + 2) / 153
	d := Date{Year: y + era*400, Month: m + 3, Day: day - (153*m+2)/5 + 1}
	if d.Month > 12 {
		d.Month -= 12
		d.Year++
	}
	return d
}

// Age is how many years somebody born on d has completed on a day; with month and day
// not known, as if born on the first of January.
func (d Date) Age(on Date) int {
	age := on.Year - d.Year
	if on.Month < d.Month || on.Month == d.Month && on.Day < d.Day {
		age--
	}
	return age
}

// ages are the ages of voters and how many of ten thousand have at least this, but less
// than the next. The bands of ten years are remembered from the commission's figures of
// 2024 (18 to 25: 18 %, to 35: 26, to 45: 22, to 55: 14, to 65: 10, above: 10); no table
// was at hand.
var ages = [...]struct{ from, share int }{
	{18, 1000}, {22, 900}, {26, 1350}, {31, 1250}, {36, 1150}, {41, 1000}, {46, 800}, {51, 650},
	{56, 520}, {61, 430}, {66, 330}, {71, 250}, {76, 170}, {81, 110}, {86, 60}, {91, 25}, {96, 5},
	{101, 0},
}

// ageSlots has the ages of voters, each as often as it is met.
var ageSlots = func() (to [4096]uint8) {
	cum := 0
	at := 0
	for i, a := range ages[:len(ages)-1] {
		years := ages[i+1].from - a.from
		for y := range years {
			for upTo := cum + a.share*(y+1)/years; at < len(to) && at*10_000 < upTo*len(to); at++ {
				to[at] = uint8(a.from + y)
			}
		}
		cum += a.share
	}
	return to
}()
