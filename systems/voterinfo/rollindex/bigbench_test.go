package rollindex_test

import (
	"os"
	"testing"

	"intikhab/domain/cnic"
	"intikhab/systems/voterinfo/rollindex"
)

func BenchmarkBigTmp(b *testing.B) {
	dir := os.Getenv("BIG")
	key, _ := rollindex.ReadKey(dir + "/key")
	roll, err := rollindex.Open(dir+"/roll.index", key)
	if err != nil {
		b.Fatal(err)
	}
	ns := make([]cnic.Number, 1<<20)
	for i := range ns {
		ns[i], _ = cnic.FromUint64((uint64(i*7919%10000000)*6364136223847 + 1234567) % 10000000000000)
	}
	e, o := make([]rollindex.Entry, 32), make([]bool, 32)
	b.Run("batch", func(b *testing.B) {
		for i := 0; i < b.N; i += 32 {
			j := i & (1<<20 - 1)
			roll.LookupMany(ns[j:j+32], e, o)
		}
	})
	b.Run("single", func(b *testing.B) {
		for i := 0; i < b.N; i++ {
			roll.Lookup(ns[i&(1<<20-1)])
		}
	})
}
