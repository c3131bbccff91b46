//go:build !unix

package smsc

import "time"

// processTime is not known on this system.
func processTime() time.Duration { return 0 }
