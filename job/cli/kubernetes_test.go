package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"

	"notifyaudit/job/manifest"
)

const kubernetesExample = "../../examples/kubernetes"

// decodeKubernetes reads a document as the API server does with field validation
// "Strict": an unknown, misspelt or repeated field is an error.
func decodeKubernetes(document []byte) (runtime.Object, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), batchv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	serializer := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme,
		json.SerializerOptions{Yaml: true, Strict: true})
	object, _, err := serializer.Decode(document, nil, nil)
	return object, err
}

// kubernetesObjects decodes every document of the example, in the order in which
// `kubectl apply -f` sends them.
func kubernetesObjects(t *testing.T) []runtime.Object {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(kubernetesExample, "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no document in %s: %v", kubernetesExample, err)
	}
	var objects []runtime.Object
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(content)))
		for {
			document, err := documents.Read()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			object, err := decodeKubernetes(document)
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			objects = append(objects, object)
		}
	}
	return objects
}

// kubernetesObject finds the example's only object of a type.
func kubernetesObject[T runtime.Object](t *testing.T) T {
	t.Helper()
	var found []T
	for _, object := range kubernetesObjects(t) {
		if typed, ok := object.(T); ok {
			found = append(found, typed)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the example has %d objects of type %T, want 1", len(found), *new(T))
	}
	return found[0]
}

func TestKubernetesExampleDecodesStrictly(t *testing.T) {
	var kinds []string
	for _, object := range kubernetesObjects(t) {
		kinds = append(kinds, object.GetObjectKind().GroupVersionKind().Kind)
	}
	want := []string{"Namespace", "ServiceAccount", "Secret", "ConfigMap", "PersistentVolumeClaim", "CronJob"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("objects in the order of their files (-want +got):\n%s", diff)
	}

	cronJob, err := os.ReadFile(filepath.Join(kubernetesExample, "50-cronjob.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, change := range [][2]string{
		{"startingDeadlineSeconds:", "startingDeadlineSecond:"},
		{"readOnlyRootFilesystem:", "readOnlyRootFileSystem:"},
		{"backoffLimit: 3", "backoffLimit: 3\n      backoffLimit: 4"},
		{"backoffLimit: 3", "backoffLimit: three"},
	} {
		broken := strings.Replace(string(cronJob), change[0], change[1], 1)
		if _, err := decodeKubernetes([]byte(broken)); err == nil {
			t.Errorf("with %q for %q it still decodes", change[1], change[0])
		}
	}
}

// TestKubernetesExampleIsRestricted checks the rules of the "restricted" Pod
// Security Standard, and what goes beyond it.
func TestKubernetesExampleIsRestricted(t *testing.T) {
	namespace := kubernetesObject[*corev1.Namespace](t)
	if got := namespace.Labels["pod-security.kubernetes.io/enforce"]; got != "restricted" {
		t.Errorf("the namespace enforces the profile %q, want restricted", got)
	}
	account := kubernetesObject[*corev1.ServiceAccount](t)
	if account.AutomountServiceAccountToken == nil || *account.AutomountServiceAccountToken {
		t.Error("the service account mounts its token")
	}
	spec := kubernetesObject[*batchv1.CronJob](t).Spec.JobTemplate.Spec.Template.Spec
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
		if volume.ConfigMap == nil && volume.Secret == nil && volume.PersistentVolumeClaim == nil {
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

// podFailure is what the job controller makes of a failed pod: the action of the
// first rule that matches, and Count without one.
func podFailure(policy *batchv1.PodFailurePolicy, container string, status int32, conditions ...corev1.PodConditionType) batchv1.PodFailurePolicyAction {
	for _, rule := range policy.Rules {
		if codes := rule.OnExitCodes; codes != nil && (codes.ContainerName == nil || *codes.ContainerName == container) &&
			slices.Contains(codes.Values, status) == (codes.Operator == batchv1.PodFailurePolicyOnExitCodesOpIn) {
			return rule.Action
		}
		for _, pattern := range rule.OnPodConditions {
			if slices.Contains(conditions, pattern.Type) && pattern.Status == corev1.ConditionTrue {
				return rule.Action
			}
		}
	}
	return batchv1.PodFailurePolicyActionCount
}

func TestKubernetesExampleKnowsTheExitStatuses(t *testing.T) {
	job := kubernetesObject[*batchv1.CronJob](t).Spec.JobTemplate.Spec
	if job.Template.Spec.RestartPolicy != corev1.RestartPolicyNever {
		t.Fatal("a pod failure policy needs restartPolicy Never")
	}
	container := job.Template.Spec.Containers[0].Name
	for _, test := range []struct {
		name       string
		status     int32
		conditions []corev1.PodConditionType
		want       batchv1.PodFailurePolicyAction
	}{
		{"failed for good", 1, nil, batchv1.PodFailurePolicyActionFailJob},
		{"some messages could not be read", 3, nil, batchv1.PodFailurePolicyActionFailJob},
		{"a check failed", 4, nil, batchv1.PodFailurePolicyActionFailJob},
		{"wrong usage", 64, nil, batchv1.PodFailurePolicyActionFailJob},
		{"not finished", 75, nil, batchv1.PodFailurePolicyActionCount},
		{"wrong manifest or credential", 78, nil, batchv1.PodFailurePolicyActionFailJob},
		{"killed for its memory", 137, nil, batchv1.PodFailurePolicyActionCount},
		{"told to go and stopped in time", 75, []corev1.PodConditionType{corev1.DisruptionTarget}, batchv1.PodFailurePolicyActionIgnore},
		{"told to go and killed", 137, []corev1.PodConditionType{corev1.DisruptionTarget}, batchv1.PodFailurePolicyActionIgnore},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := podFailure(job.PodFailurePolicy, container, test.status, test.conditions...)
			if got != test.want {
				t.Errorf("exit status %d means %s, want %s", test.status, got, test.want)
			}
		})
	}
}

func TestKubernetesExampleTimes(t *testing.T) {
	spec := kubernetesObject[*batchv1.CronJob](t).Spec
	if fields := strings.Fields(spec.Schedule); len(fields) != 5 || slices.Contains([]string{"0", "*", "00"}, fields[0]) {
		t.Errorf("schedule %q starts on the full hour, or is no schedule", spec.Schedule)
	}
	if spec.TimeZone == nil {
		t.Error("the schedule has no time zone")
	} else if _, err := time.LoadLocation(*spec.TimeZone); err != nil {
		t.Error(err)
	}
	if spec.ConcurrencyPolicy != batchv1.ForbidConcurrent {
		t.Errorf("concurrency policy %s, want Forbid", spec.ConcurrencyPolicy)
	}
	if spec.StartingDeadlineSeconds == nil || *spec.StartingDeadlineSeconds < 10 {
		t.Error("a start that was missed is never made up for")
	}
	job := spec.JobTemplate.Spec
	if job.BackoffLimit == nil || *job.BackoffLimit < 1 {
		t.Error("a run that was not finished is not retried")
	}
	if job.ActiveDeadlineSeconds == nil || *job.ActiveDeadlineSeconds >= int64(time.Hour/time.Second) {
		t.Error("a job may still run when the next one is due")
	}
	if grace := job.Template.Spec.TerminationGracePeriodSeconds; grace == nil || *grace < 30 {
		t.Error("the pod is killed before it can put its reports away")
	}
}

func TestKubernetesExampleFitsTogether(t *testing.T) {
	job := kubernetesObject[*batchv1.CronJob](t)
	for _, object := range kubernetesObjects(t) {
		if meta, ok := object.(interface{ GetNamespace() string }); ok {
			if _, cluster := object.(*corev1.Namespace); !cluster && meta.GetNamespace() != job.Namespace {
				t.Errorf("%T is in the namespace %q, not in %q", object, meta.GetNamespace(), job.Namespace)
			}
		}
	}
	spec := job.Spec.JobTemplate.Spec.Template.Spec
	secret := kubernetesObject[*corev1.Secret](t)
	sources := map[string]string{}
	for _, volume := range spec.Volumes {
		switch {
		case volume.ConfigMap != nil:
			sources[volume.Name] = "ConfigMap " + volume.ConfigMap.Name
		case volume.Secret != nil:
			sources[volume.Name] = "Secret " + volume.Secret.SecretName
		case volume.PersistentVolumeClaim != nil:
			sources[volume.Name] = "Claim " + volume.PersistentVolumeClaim.ClaimName
		}
	}
	mounts := map[string]string{}
	for _, mount := range spec.Containers[0].VolumeMounts {
		mounts[mount.MountPath] = sources[mount.Name]
		if writable := !mount.ReadOnly; writable != (mount.MountPath == "/data") {
			t.Errorf("%s: writable is %t", mount.MountPath, writable)
		}
	}
	want := map[string]string{
		"/manifest":   "ConfigMap " + kubernetesObject[*corev1.ConfigMap](t).Name,
		"/credential": "Secret " + secret.Name,
		"/data":       "Claim " + kubernetesObject[*corev1.PersistentVolumeClaim](t).Name,
	}
	if diff := cmp.Diff(want, mounts); diff != "" {
		t.Errorf("what is mounted where (-want +got):\n%s", diff)
	}
	if got := kubernetesObject[*corev1.ServiceAccount](t).Name; spec.ServiceAccountName != got {
		t.Errorf("the pod runs as %s, the service account is %s", spec.ServiceAccountName, got)
	}
	for _, variable := range spec.Containers[0].Env {
		if name, found := strings.CutPrefix(variable.Value, "/credential/"); found && secret.StringData[name] == "" {
			t.Errorf("%s names a key that the secret lacks: %s", variable.Name, name)
		}
	}
}

// TestKubernetesExampleHoldsTheManifest keeps the ConfigMap equal to the folder
// beside it, and loads that with the variables that the CronJob gives it.
func TestKubernetesExampleHoldsTheManifest(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(kubernetesExample, "manifest", "*"))
	if err != nil {
		t.Fatal(err)
	}
	folder := map[string]string{}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		folder[filepath.Base(file)] = string(content)
	}
	if diff := cmp.Diff(folder, kubernetesObject[*corev1.ConfigMap](t).Data); diff != "" {
		t.Errorf("30-configmap.yaml differs from manifest/ (-folder +ConfigMap):\n%s", diff)
	}

	environ := map[string]string{}
	for _, variable := range kubernetesObject[*batchv1.CronJob](t).Spec.JobTemplate.Spec.Template.Spec.Containers[0].Env {
		if name, found := strings.CutPrefix(variable.Value, "/credential/"); found {
			environ[strings.TrimSuffix(variable.Name, "_FILE")] = name
		}
	}
	loaded, diagnostics := manifest.Load(t.Context(), manifest.Options{
		Path: filepath.Join(kubernetesExample, "manifest"), DataDir: t.TempDir(), Environ: environ, Now: time.Now,
	})
	if len(diagnostics) != 0 {
		t.Fatalf("the manifest has diagnostics: %+v", diagnostics)
	}
	messages := 0
	for _, err := range loaded.Messages() {
		if err != nil {
			t.Fatal(err)
		}
		messages++
	}
	if messages != 7 {
		t.Errorf("the manifest has %d messages, want 7", messages)
	}
}
