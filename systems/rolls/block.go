package rolls

import (
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"intikhab/domain/geography"
	"intikhab/platform/database"
	"intikhab/platform/office/area"
)

// List is one of the lists of a block: men's, women's, or X's, by the sex on the card
// (recalled, not read in the law).
type List = geography.Gender

// ErrNoBlock says that the roll has no electoral area of a code.
var ErrNoBlock = errors.New("the roll has no such electoral area")

// A Block is an electoral area, and how far its numbers are given.
type Block struct {
	Code                   geography.BlockCode
	NameEn, NameUr         string
	TehsilEn, TehsilUr     string
	DistrictEn, DistrictUr string
	District, Tehsil       area.Area // as offices have them; none if the tables of geography do not have the name
	NA, PA                 geography.Constituency
	Station                [geography.Genders]geography.StationID // "" where there is no scheme yet

	Edition       int64     // how often it was consolidated; 0: never
	Consolidated  time.Time // when last
	Next          [geography.Genders]uint32
	NextHousehold uint32
	version       int64
}

// Areas are the areas that a block is and lies in, by which a jurisdiction is decided:
// an officer of any of them may be its officer.
func (b *Block) Areas() []area.Area {
	all := []area.Area{area.OfBlock(b.Code)}
	for _, one := range []area.Area{b.Tehsil, b.District, constituency(b.NA), constituency(b.PA)} {
		if !one.IsZero() {
			all = append(all, one)
		}
	}
	return all
}

// Area is the smallest area of the block that the tables of geography place; what is
// asked of a jurisdiction is asked of it.
func (b *Block) Area() area.Area {
	switch {
	case !b.Tehsil.IsZero():
		return b.Tehsil
	case !b.District.IsZero():
		return b.District
	}
	return area.OfBlock(b.Code)
}

func constituency(c geography.Constituency) area.Area {
	if c == "" {
		return area.Area{}
	}
	return area.OfConstituency(c)
}

// Place finds district and tehsil by their English names, where they are not given.
func (b *Block) Place() {
	d, ok := geography.DistrictNamed(b.DistrictEn)
	if !ok {
		return
	}
	if b.District.IsZero() {
		b.District = area.OfDistrict(d)
	}
	for _, t := range d.Tehsils {
		if b.Tehsil.IsZero() && strings.EqualFold(t.NameEn, b.TehsilEn) {
			b.Tehsil = area.OfTehsil(t)
		}
	}
}

const blockColumns = `code, name_en, name_ur, tehsil_en, tehsil_ur, district_en, district_ur, district, tehsil, na, pa,
	station_m, station_f, station_x, edition, consolidated, next_m, next_f, next_x, next_household, version`

func scanBlock(scan func(...any) error) (b Block, err error) {
	var at database.Time
	var district, tehsil string
	err = scan(&b.Code, &b.NameEn, &b.NameUr, &b.TehsilEn, &b.TehsilUr, &b.DistrictEn, &b.DistrictUr, &district, &tehsil, &b.NA, &b.PA,
		&b.Station[0], &b.Station[1], &b.Station[2], &b.Edition, &at, &b.Next[0], &b.Next[1], &b.Next[2], &b.NextHousehold, &b.version)
	if err != nil {
		return b, err
	}
	b.Consolidated = at.Time
	if district != "" {
		b.District, err = area.Parse(district)
	}
	if err == nil && tehsil != "" {
		b.Tehsil, err = area.Parse(tehsil)
	}
	return b, err
}

// PutBlocks writes electoral areas: their names, places and stations. Of one that is
// there already the numbers stay as they are.
func (s *Store) PutBlocks(tx *database.Tx, blocks []Block) error {
	for _, b := range blocks {
		if b.Code == 0 || b.Code >= geography.BlockCodeLimit {
			return fmt.Errorf("electoral area %q has no code of nine digits", clip(b.NameEn))
		}
		b.Place()
		_, err := tx.Exec(`INSERT INTO rolls_block (`+blockColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 1, 1, 1, 1, 1)
			ON CONFLICT (code) DO UPDATE SET name_en = excluded.name_en, name_ur = excluded.name_ur,
				tehsil_en = excluded.tehsil_en, tehsil_ur = excluded.tehsil_ur, district_en = excluded.district_en, district_ur = excluded.district_ur,
				district = excluded.district, tehsil = excluded.tehsil, na = excluded.na, pa = excluded.pa,
				station_m = excluded.station_m, station_f = excluded.station_f, station_x = excluded.station_x`,
			int64(b.Code), b.NameEn, b.NameUr, b.TehsilEn, b.TehsilUr, b.DistrictEn, b.DistrictUr, b.District.String(), b.Tehsil.String(),
			string(b.NA), string(b.PA), string(b.Station[0]), string(b.Station[1]), string(b.Station[2]), database.Time{})
		if err != nil {
			return fmt.Errorf("electoral area %v: %w", b.Code, err)
		}
	}
	return s.touch(tx)
}

// Block gives one electoral area, or ErrNoBlock.
func (s *Store) Block(tx *database.Tx, code geography.BlockCode) (Block, error) {
	b, err := scanBlock(tx.QueryRow(`SELECT `+blockColumns+` FROM rolls_block WHERE code = ?`, int64(code)).Scan)
	if errors.Is(err, sql.ErrNoRows) {
		return b, fmt.Errorf("%v: %w", code, ErrNoBlock)
	}
	return b, err
}

// A Scope is some of the electoral areas: those that all of its filled fields are true
// of. The zero Scope is all.
type Scope struct {
	District area.Area
	Tehsil   area.Area
	Seat     geography.Constituency // of either assembly
	Blocks   []geography.BlockCode  // these alone, in rising order; nil: no matter which
}

func (c Scope) where() (condition string, args []any) {
	condition = `1 = 1`
	if !c.District.IsZero() {
		condition, args = condition+` AND district = ?`, append(args, c.District.String())
	}
	if !c.Tehsil.IsZero() {
		condition, args = condition+` AND tehsil = ?`, append(args, c.Tehsil.String())
	}
	if c.Seat != "" {
		condition, args = condition+` AND (na = ? OR pa = ?)`, append(args, string(c.Seat), string(c.Seat))
	}
	return condition, args
}

// Blocks gives the electoral areas of a scope, by code.
func (s *Store) Blocks(tx *database.Tx, c Scope) (all []Block, err error) {
	condition, args := c.where()
	if c.Blocks == nil {
		return queryBlocks(tx, condition, args)
	}
	for codes := range chunks(c.Blocks, 500) {
		in := condition + ` AND code IN (?` + strings.Repeat(`, ?`, len(codes)-1) + `)`
		with := args[:len(args):len(args)]
		for _, code := range codes {
			with = append(with, int64(code))
		}
		some, err := queryBlocks(tx, in, with)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func queryBlocks(tx *database.Tx, condition string, args []any) (all []Block, err error) {
	rows, err := tx.Query(`SELECT `+blockColumns+` FROM rolls_block WHERE `+condition+` ORDER BY code`, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		b, err := scanBlock(rows.Scan)
		if err != nil {
			return nil, err
		}
		all = append(all, b)
	}
	return all, rows.Err()
}
