package kubernetes_test

import (
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// pods are the specifications of all pods, those of the reader included.
func (o overlay) pods(t *testing.T) map[string]corev1.PodSpec {
	t.Helper()
	content, err := os.ReadFile("reader.yaml")
	if err != nil {
		t.Fatal(err)
	}
	reader, ok := decodeAll(t, "reader.yaml", content)[0].(*corev1.Pod)
	if !ok {
		t.Fatal("reader.yaml holds no pod")
	}
	return map[string]corev1.PodSpec{
		"audit":  o.audit(t).JobTemplate.Spec.Template.Spec,
		"backup": o.backup(t).JobTemplate.Spec.Template.Spec,
		"reader": reader.Spec,
	}
}

// TestRestricted checks the rules of the "restricted" Pod Security Standard, and what
// goes beyond it.
func TestRestricted(t *testing.T) { eachOverlay(t, checkPods) }

func checkPods(t *testing.T, o overlay) {
	t.Helper()
	if got := object[*corev1.Namespace](t, o, "notifyaudit").Labels["pod-security.kubernetes.io/enforce"]; got != "restricted" {
		t.Errorf("the namespace enforces the profile %q, want restricted", got)
	}
	if account := object[*corev1.ServiceAccount](t, o, "notifyaudit"); account.AutomountServiceAccountToken == nil || *account.AutomountServiceAccountToken {
		t.Error("the service account mounts its token")
	}
	for name, spec := range o.pods(t) {
		t.Run(name, func(t *testing.T) { checkRestricted(t, spec) })
	}
}

func checkRestricted(t *testing.T, spec corev1.PodSpec) {
	t.Helper()
	if spec.HostNetwork || spec.HostPID || spec.HostIPC {
		t.Error("the pod shares a namespace with the host")
	}
	if spec.AutomountServiceAccountToken == nil || *spec.AutomountServiceAccountToken {
		t.Error("the pod mounts a service account token")
	}
	pod := spec.SecurityContext
	if pod == nil || pod.RunAsNonRoot == nil || !*pod.RunAsNonRoot || pod.RunAsUser == nil || *pod.RunAsUser == 0 {
		t.Errorf("the pod may run as root: %+v", pod)
	}
	if pod == nil || pod.SeccompProfile == nil || pod.SeccompProfile.Type != corev1.SeccompProfileTypeRuntimeDefault {
		t.Errorf("the pod has no RuntimeDefault seccomp profile: %+v", pod)
	}
	for _, volume := range spec.Volumes {
		if volume.Projected == nil && volume.Secret == nil && volume.PersistentVolumeClaim == nil && volume.EmptyDir == nil {
			t.Errorf("volume %s is of a type that the restricted profile may forbid", volume.Name)
		}
	}
	if len(spec.InitContainers)+len(spec.EphemeralContainers) != 0 || len(spec.Containers) != 1 {
		t.Fatalf("the pod has other containers than the one that is checked")
	}
	checkRestrictedContainer(t, &spec.Containers[0])
}

func checkRestrictedContainer(t *testing.T, container *corev1.Container) {
	t.Helper()
	security := container.SecurityContext
	if security == nil {
		t.Fatal("the container has no security context")
	}
	if security.AllowPrivilegeEscalation == nil || *security.AllowPrivilegeEscalation {
		t.Error("the container may gain privileges")
	}
	if security.Privileged != nil && *security.Privileged {
		t.Error("the container is privileged")
	}
	if security.ReadOnlyRootFilesystem == nil || !*security.ReadOnlyRootFilesystem {
		t.Error("the container may write to its root")
	}
	if security.RunAsNonRoot != nil && !*security.RunAsNonRoot {
		t.Error("the container may run as root")
	}
	if security.SeccompProfile != nil && security.SeccompProfile.Type == corev1.SeccompProfileTypeUnconfined {
		t.Error("the container's seccomp profile is Unconfined")
	}
	caps := security.Capabilities
	if caps == nil || !slices.Contains(caps.Drop, "ALL") || len(caps.Add) != 0 {
		t.Errorf("the container keeps capabilities: %+v", caps)
	}
	for _, port := range container.Ports {
		if port.HostPort != 0 {
			t.Errorf("the container takes port %d of the host", port.HostPort)
		}
	}
	for _, name := range []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory} {
		if request := container.Resources.Requests[name]; request.Sign() <= 0 {
			t.Errorf("the container requests no %s", name)
		}
	}
	if container.Resources.Limits.Memory().Sign() <= 0 {
		t.Error("the container has no memory limit")
	}
}

// TestNetwork: the first policy denies everything to every pod, the second lets the
// audit's pods out, and those alone.
func TestNetwork(t *testing.T) { eachOverlay(t, checkNetwork) }

func checkNetwork(t *testing.T, o overlay) {
	t.Helper()
	deny := object[*networkingv1.NetworkPolicy](t, o, "deny").Spec
	if len(deny.PodSelector.MatchLabels)+len(deny.PodSelector.MatchExpressions)+len(deny.Ingress)+len(deny.Egress) != 0 || len(deny.PolicyTypes) != 2 {
		t.Errorf("not everything is denied to everybody: %+v", deny)
	}
	allow := object[*networkingv1.NetworkPolicy](t, o, "notifyaudit").Spec
	selector, err := metav1.LabelSelectorAsSelector(&allow.PodSelector)
	if err != nil {
		t.Fatal(err)
	}
	if len(allow.Ingress) != 0 || len(allow.Egress) == 0 {
		t.Errorf("the audit may be called, or may call nothing: %+v", allow)
	}
	for want, spec := range map[bool]batchv1.CronJobSpec{true: o.audit(t), false: o.backup(t)} {
		if pod := labels.Set(spec.JobTemplate.Spec.Template.Labels); selector.Matches(pod) != want {
			t.Errorf("pods with the labels %v are let out: %t", pod, !want)
		}
	}
}

// TestMounts: who mounts what, from where, and who may write there.
func TestMounts(t *testing.T) { eachOverlay(t, checkMounts) }

func checkMounts(t *testing.T, o overlay) {
	t.Helper()
	got := map[string]map[string]string{}
	for name, spec := range o.pods(t) {
		sources := map[string]string{}
		for _, volume := range spec.Volumes {
			switch {
			case volume.Projected != nil:
				for _, source := range volume.Projected.Sources {
					if source.ConfigMap != nil {
						sources[volume.Name] += "ConfigMap " + source.ConfigMap.Name + ", "
					} else {
						sources[volume.Name] += "Secret " + source.Secret.Name
					}
				}
			case volume.Secret != nil:
				sources[volume.Name] = "Secret " + volume.Secret.SecretName
			case volume.EmptyDir != nil:
				sources[volume.Name] = "empty"
			default:
				sources[volume.Name] = "Claim " + volume.PersistentVolumeClaim.ClaimName
			}
		}
		got[name] = map[string]string{}
		for _, mount := range spec.Containers[0].VolumeMounts {
			got[name][mount.MountPath] = sources[mount.Name]
			if mount.ReadOnly {
				got[name][mount.MountPath] += " read-only"
			}
		}
	}
	manifest, data := "ConfigMap notifyaudit-manifest, Secret notifyaudit-tables read-only", "Claim notifyaudit-data"
	want := map[string]map[string]string{
		"audit":  {"/manifest": manifest, "/credential": "Secret notifyaudit-credential read-only", "/data": data},
		"backup": {"/manifest": manifest, "/data": data, "/backup": "Claim notifyaudit-backup"},
		"reader": {"/data": data + " read-only", "/backup": "Claim notifyaudit-backup"},
	}
	if o != "sqlite" { // the database's URL alone
		want["backup"]["/credential"] = "Secret notifyaudit-credential read-only"
	}
	if o == "shards" { // each pod has its own
		want["audit"]["/data"] = "empty"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is mounted where (-want +got):\n%s", diff)
	}
	for _, claim := range []string{"notifyaudit-data", "notifyaudit-backup"} {
		object[*corev1.PersistentVolumeClaim](t, o, claim)
	}
	object[*corev1.ConfigMap](t, o, "notifyaudit-manifest")
	accounts := map[string]bool{}
	for name, spec := range o.pods(t) {
		if name != "reader" {
			accounts[spec.ServiceAccountName] = true
		}
	}
	if diff := cmp.Diff([]string{"notifyaudit"}, slices.Collect(maps.Keys(accounts))); diff != "" {
		t.Errorf("who the CronJobs run as (-want +got):\n%s", diff)
	}
}
