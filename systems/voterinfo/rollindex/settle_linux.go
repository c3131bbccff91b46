package rollindex

import "golang.org/x/sys/unix"

// settle prepares a map that has been checked for being read here and there, page
// by page: it brings all pages in, behind the first look-ups' back, so that later
// ones need not wait for a fault each. A kernel before 5.14 cannot, and leaves it
// to the faults.
func settle(b []byte) {
	unix.Madvise(b, unix.MADV_RANDOM)
	unix.Madvise(b, unix.MADV_POPULATE_READ)
}
