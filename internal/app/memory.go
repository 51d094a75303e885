package app

import (
	"math"
	"runtime/debug"
)

// The collector runs when the heap has grown five-fold, not two-fold: a page
// costs a tenth less processor time for some 25 MiB more memory (`make bench`,
// package bench, flag -gc). Near memorySoft it runs as often as it must, so bulk
// work stays in bounds all the same.
const (
	gcPercent  = 400
	memorySoft = 192 << 20 // bytes

	goDefault = 100 // GOGC when nobody sets it
)

// useMemory sets how memory is used, unless the operator did with GOGC or
// GOMEMLIMIT. What starting took is given back: messages and articles were parsed,
// files compressed and a password hashed, and at five-fold growth nothing would
// collect that for a long time (decision 0034).
func useMemory() {
	if set := debug.SetGCPercent(gcPercent); set != goDefault {
		debug.SetGCPercent(set)
	}
	if debug.SetMemoryLimit(-1) == math.MaxInt64 {
		debug.SetMemoryLimit(memorySoft)
	}
	debug.FreeOSMemory()
}
