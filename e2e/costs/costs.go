// Package costs measures what whole processes cost, for benchmarks.
package costs

import (
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"
)

// Costs are what processes cost, one figure for each: Wall and CPU in
// milliseconds, Memory, the peak, in MiB.
type Costs struct{ Wall, CPU, Memory []float64 }

// Run runs a command to its end and adds what it cost. What its children used
// counts too: spark-submit is a script that starts one JVM and becomes another.
func (c *Costs) Run(b *testing.B, command *exec.Cmd) {
	b.Helper()
	begin := time.Now()
	out, err := command.CombinedOutput()
	wall := time.Since(begin)
	if err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	used := command.ProcessState.SysUsage().(*syscall.Rusage)
	const milli = float64(time.Millisecond)
	c.Wall = append(c.Wall, float64(wall)/milli)
	c.CPU = append(c.CPU, float64(used.Utime.Nano()+used.Stime.Nano())/milli)
	c.Memory = append(c.Memory, float64(used.Maxrss)/1024)
}

// Median is the middle one of some figures.
func Median(values []float64) float64 { return slices.Sorted(slices.Values(values))[len(values)/2] }
