package people

import "testing"

// Ensure that anybody can be made again alone.
func TestAtIsEach(t *testing.T) {
	p := some(t, 20_000)
	err := p.Each(func(i int, q Person) error {
		if i%37 == 0 || i > 19_900 {
			if again := p.At(i); again != q {
				t.Errorf("person %d is %#v alone, %#v in order", i, again, q)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func some(t *testing.T, voters int, districts ...string) *Population {
	t.Helper()
	p, err := New(Config{Voters: voters, Seed: 1, Districts: districts, Peculiar: Peculiar{
		Doubles: voters / 400, TooOld: 7, TooYoung: 5, Dead: 11, BigHouseholds: 2, OneAddress: 1, Growing: 2, NoStation: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
