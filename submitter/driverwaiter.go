package submitter

import (
	"strconv"
	"strings"
	"time"
	"unicode"

	corev1 "k8s.io/api/core/v1"
)

// Images of whatever waits for the driver in an executor's pod.
const (
	// HelperBash is the executor's own image, with the bash that it has: the
	// entrypoint of Spark's images is a bash script.
	HelperBash = "bash"
	// HelperNone waits for nothing: Spark's own retries, which are over within
	// moments, must do.
	HelperNone = "none"
)

// keyHelperImage is Swage's own setting, for spark-defaults.conf.
const keyHelperImage = "spark.swage.helperImage"

// The program in the helper's image.
const (
	helperProgram  = "/swage-helper"
	waitForDriver  = "wait-driver"
	waiterName     = "swage-wait-driver"
	strangersUser  = 65532            // no file belongs to it
	driverTimeout  = 15 * time.Minute // unless Options.DriverTimeout says otherwise
	driverGoneTime = 30 * time.Second
)

// chooseHelper follows S7: what is asked for, what is configured, bash.
func (b *build) chooseHelper() error {
	b.helper = firstOf(b.options.HelperImage, b.conf.Get(keyHelperImage), HelperBash)
	b.conf.Remove(keyHelperImage)
	if strings.ContainsFunc(b.helper, unicode.IsSpace) {
		return refuse("--helper-image is %q: expected the name of an image, %s or %s", b.helper, HelperBash, HelperNone)
	}
	return nil
}

// waiter adds the init container that lets executors begin when the driver
// can take them. It comes last: what a template starts before may be needed to
// reach the driver at all.
func (e *executorBuild) waiter() {
	if e.helper == HelperNone {
		return
	}
	// The port of block managers opens after the endpoint that executors register
	// with exists; the port of that endpoint opens before.
	host, port := e.conf.Get(keyDriverHost), e.conf.Get(keyDriverBlockPort)
	container := corev1.Container{
		Name: waiterName, Image: e.helper, ImagePullPolicy: e.container.ImagePullPolicy,
		Command:                  []string{helperProgram, waitForDriver, "--timeout", e.options.DriverTimeout.String(), host + ":" + port},
		Resources:                waiterResources(e.container.Resources),
		SecurityContext:          confined(&e.pod.Spec, e.helper == HelperBash),
		TerminationMessagePolicy: corev1.TerminationMessageFallbackToLogsOnError,
	}
	if e.helper == HelperBash {
		container.Image = e.container.Image
		container.Command = []string{
			"bash", "-c", bashWaiter, waitForDriver, host, port, seconds(e.options.DriverTimeout), seconds(driverGoneTime),
		}
	}
	e.pod.Spec.InitContainers = append(e.pod.Spec.InitContainers, container)
}

func seconds(d time.Duration) string { return strconv.Itoa(int(d / time.Second)) }

// waiterResources are the Spark container's: the pod then needs no more, has
// the same quality of service, and fits a LimitRange as it did.
func waiterResources(sparks corev1.ResourceRequirements) corev1.ResourceRequirements {
	only := func(list corev1.ResourceList) corev1.ResourceList {
		kept := corev1.ResourceList{}
		for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
			if amount, found := list[name]; found {
				kept[name] = amount
			}
		}
		return kept
	}
	return corev1.ResourceRequirements{Requests: only(sparks.Requests), Limits: only(sparks.Limits)}
}

// confined is what Pod Security's level restricted asks for. The helper's image
// says itself that its user is not root; of Spark's own image (sparks) that is
// not known, so that a user is named where the pod names none.
func confined(pod *corev1.PodSpec, sparks bool) *corev1.SecurityContext {
	context := &corev1.SecurityContext{
		RunAsNonRoot: new(true), AllowPrivilegeEscalation: new(false), ReadOnlyRootFilesystem: new(true),
		Capabilities:   &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}},
		SeccompProfile: &corev1.SeccompProfile{Type: corev1.SeccompProfileTypeRuntimeDefault},
	}
	var user *int64
	if pod.SecurityContext != nil {
		user = pod.SecurityContext.RunAsUser
	}
	if user == nil && sparks || user != nil && *user == 0 {
		context.RunAsUser = new(int64(strangersUser))
	}
	return context
}

// bashWaiter does what the helper's program does. Its parameters are the host,
// the port, and two times in seconds: how long the name may not be known
// before it ever was, and how long thereafter.
const bashWaiter = `host=$1 port=$2 limit=$3 gone=$4 since=$SECONDS seen=
export LC_ALL=C
echo "waiting for the driver at $host:$port"
until said=$({ : 3<>"/dev/tcp/$host/$port"; } 2>&1); do
  case $said in
  *"not known"* | *"not resolve"* | *"No address"*)
    if [ -n "$seen" ] && ((SECONDS - since >= gone)); then
      echo "the driver is gone: $host has not been known for ${gone}s"
      exit 1
    fi ;;
  *"emporary failure"* | *"ry again"*) ;;
  *) seen=1 since=$SECONDS ;;
  esac
  if ((SECONDS - since >= limit)); then
    echo "the driver did not start: $host has not been known for ${limit}s"
    exit 1
  fi
  sleep 0.5
done
`
