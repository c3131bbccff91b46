package trace

import (
	"math"
	"math/bits"
	"math/cmplx"
)

// transform2 is the discrete Fourier transform of a square field, in place.
func transform2(f []complex128) {
	column := make([]complex128, side)
	for y := range side / 2 { // the lower half is empty
		transform(f[y*side : (y+1)*side])
	}
	for x := range side {
		for y := range column {
			column[y] = f[y*side+x]
		}
		transform(column)
		for y, v := range column {
			f[y*side+x] = v
		}
	}
}

// roots are the roots of unity that transform needs.
var roots = func() (r [side / 2]complex128) {
	for i := range r {
		r[i] = cmplx.Rect(1, 2*math.Pi*float64(i)/side)
	}
	return r
}()

// transform is Cooley and Tukey's, of length side.
func transform(a []complex128) {
	n := len(a)
	shift := bits.LeadingZeros32(uint32(n)) + 1
	for i := range a {
		if k := int(bits.Reverse32(uint32(i)) >> shift); k > i {
			a[i], a[k] = a[k], a[i]
		}
	}
	for size := 2; size <= n; size *= 2 {
		half, step := size/2, side/size
		for from := 0; from < n; from += size {
			for i := range half {
				x, y := a[from+i], a[from+i+half]*roots[i*step]
				a[from+i], a[from+i+half] = x+y, x-y
			}
		}
	}
}

// solved gives the solution of linear equations, each with its right side at its end,
// or nil if they have none or many.
func solved(rows [][]float64) []float64 {
	n := len(rows)
	for i := range n {
		best := i
		for k := i + 1; k < n; k++ {
			if math.Abs(rows[k][i]) > math.Abs(rows[best][i]) {
				best = k
			}
		}
		rows[i], rows[best] = rows[best], rows[i]
		if math.Abs(rows[i][i]) < 1e-9 {
			return nil
		}
		for k := range n {
			if k == i {
				continue
			}
			by := rows[k][i] / rows[i][i]
			for j := i; j <= n; j++ {
				rows[k][j] -= by * rows[i][j]
			}
		}
	}
	out := make([]float64, n)
	for i := range out {
		out[i] = rows[i][n] / rows[i][i]
	}
	return out
}
