package phase

import "intikhab/systems/rolls"

// AreasOf are the areas that an electoral area of the roll lies in.
func AreasOf(b *rolls.Block) Areas {
	return Areas{Block: b.Code, NA: b.NA, PA: b.PA, District: b.District, Tehsil: b.Tehsil}
}
