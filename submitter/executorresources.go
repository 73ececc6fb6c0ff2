package submitter

import (
	"fmt"
	"math"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// resources requests an executor's cores and memory, and limits the memory.
func (e *executorBuild) resources() error {
	cores, err := e.cores()
	if err != nil {
		return err
	}
	memory, err := e.memory()
	if err != nil {
		return err
	}
	if e.release.resizePolicy {
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			e.container.ResizePolicy = append(e.container.ResizePolicy, corev1.ContainerResizePolicy{ResourceName: name, RestartPolicy: corev1.NotRequired})
		}
	}
	return e.request(cores, memory)
}

func (e *executorBuild) cores() (int, error) {
	return e.conf.Int(keyExecutorCores, executorCores)
}

// usedCores are those that Spark uses: of the cores requested only one task's,
// where it recovers from executors that ran out of memory.
func (e *executorBuild) usedCores() (int, error) {
	recovering, err := e.conf.Bool(keyRecovery, false)
	if err != nil || !recovering || !e.release.recoveryMode {
		return e.cores()
	}
	cores, err := e.conf.Float(keyTaskCores, 1)
	return max(1, int(math.Ceil(cores))), err
}

// memory is the heap and all that the rest of the process needs.
func (e *executorBuild) memory() (resource.Quantity, error) {
	var none resource.Quantity
	heap, err := e.conf.MiB(keyExecutorMemory, executorMemoryMiB)
	if err != nil {
		return none, err
	}
	overhead, err := e.overhead(heap)
	if err != nil {
		return none, err
	}
	offHeap, err := e.offHeap()
	if err != nil {
		return none, err
	}
	python := int64(0)
	if e.app.kind == kindPython {
		if python, err = e.conf.MiB(keyExecutorPython, 0); err != nil {
			return none, err
		}
	}
	return resource.ParseQuantity(fmt.Sprintf("%dMi", heap+overhead+offHeap+python))
}

func (e *executorBuild) overhead(heap int64) (int64, error) {
	common, err := e.share(keyFactor, overheadFactor)
	if err != nil {
		return 0, err
	}
	factor, err := e.share(keyExecutorFactor, common)
	if err != nil {
		return 0, err
	}
	least := int64(leastOverheadMiB)
	if e.release.leastOverhead {
		if least, err = e.conf.MiB(keyExecutorLeast, leastOverheadMiB); err != nil {
			return 0, err
		}
	}
	return e.conf.MiB(keyExecutorOverhead, max(int64(factor*float64(heap)), least))
}

func (e *executorBuild) offHeap() (int64, error) {
	enabled, err := e.conf.Bool(keyOffHeap, false)
	if !enabled || err != nil {
		return 0, err
	}
	bytes, err := e.conf.Bytes(keyOffHeapSize, 0)
	return bytes / (1 << 20), err
}
