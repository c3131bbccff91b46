package claim

import (
	"slices"

	"intikhab/domain/cnic"
	"intikhab/systems/rolls"
)

// apply writes a wish into particulars; the error names the field that it does not fit.
func (w *Wish) apply(p *rolls.Particulars) error {
	bad := incomplete(string(w.Field))
	if w.Value == "" {
		return bad
	}
	switch w.Field {
	case FieldNameEn:
		p.NameEn = w.Value
	case FieldNameUr:
		p.NameUr = w.Value
	case FieldParentEn:
		p.ParentEn = w.Value
	case FieldParentUr:
		p.ParentUr = w.Value
	case FieldAddressEn:
		address(p).En = w.Value
	case FieldAddressUr:
		address(p).Ur = w.Value
	case FieldRelation:
		for _, r := range []rolls.Relation{rolls.Father, rolls.Husband, rolls.Mother, rolls.Guardian} {
			if r.String() == w.Value {
				p.Relation = r
				return nil
			}
		}
		return bad
	case FieldBorn:
		d, err := rolls.ParseDate(w.Value)
		if err != nil || d.IsZero() {
			return bad
		}
		p.Born = d
	case FieldCNIC:
		n, err := cnic.Parse(w.Value)
		if err != nil {
			return bad
		}
		p.CNIC = n
	default:
		return bad
	}
	return nil
}

// corrected gives particulars with those wishes done that are among the fields; all of
// them if fields is nil.
func corrected(p rolls.Particulars, wishes []Wish, fields []Field) (rolls.Particulars, error) {
	for i := range wishes {
		if fields != nil && !slices.Contains(fields, wishes[i].Field) {
			continue
		}
		if err := wishes[i].apply(&p); err != nil {
			return p, err
		}
	}
	return p, nil
}

// address is the address at which the vote is, to be written to.
func address(p *rolls.Particulars) *rolls.Address {
	switch p.Chosen {
	case rolls.TemporaryAddress:
		return &p.Temporary
	case rolls.PostingAddress:
		return &p.Posting
	}
	return &p.Permanent
}
