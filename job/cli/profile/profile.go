// Package profile writes CPU and heap profiles of a command.
package profile

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"

	"notifyaudit/job/cli/atomicfile"
)

// Run runs a command and writes cpu.pprof, on its whole duration, and heap.pprof, on
// its memory at the end, to a folder. A missing folder is made. If folder is "" it
// only runs the command.
func Run(folder string, run func() error) error {
	if folder == "" {
		return run()
	}
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the profiles: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return fmt.Errorf("open the folder of the profiles: %w", err)
	}
	defer func() { _ = root.Close() }()
	files := atomicfile.NewSet(root)
	defer files.Abort()
	cpu, err := files.Create("cpu.pprof")
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(cpu); err != nil {
		return fmt.Errorf("profile the CPU: %w", err)
	}
	failure := run()
	pprof.StopCPUProfile()
	heap, err := files.Create("heap.pprof")
	if err == nil {
		runtime.GC() // the heap profile is that of the latest collection
		err = pprof.WriteHeapProfile(heap)
	}
	if err == nil {
		err = files.Commit()
	}
	if err != nil {
		err = fmt.Errorf("write the profiles: %w", err)
	}
	return errors.Join(failure, err)
}
