package kubernetes_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"notifyaudit/job/cli/shard"
	"notifyaudit/job/manifest"
)

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

func TestExitStatuses(t *testing.T) {
	job := overlay("sqlite").audit(t).JobTemplate.Spec
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

// TestShards: each pod of the Indexed Job is told its part and the run, and one that fails
// takes no other with it.
func TestShards(t *testing.T) {
	job := overlay("shards").audit(t).JobTemplate.Spec
	if job.CompletionMode == nil || *job.CompletionMode != batchv1.IndexedCompletion || job.BackoffLimit != nil || job.BackoffLimitPerIndex == nil {
		t.Fatalf("it is no Indexed Job with retries for each index: %+v", job)
	}
	container := job.Template.Spec.Containers[0]
	environ := map[string]string{shard.IndexVariable: "7"}
	for _, variable := range container.Env {
		environ[variable.Name] = variable.Value
		if variable.ValueFrom != nil && variable.ValueFrom.FieldRef.FieldPath == "metadata.labels['batch.kubernetes.io/job-name']" {
			environ[variable.Name] = "notifyaudit-29404817"
		}
	}
	if !slices.Contains(container.Args, "-shard="+shard.Auto) {
		t.Error("the pods carry out the whole run each")
	}
	assigned, err := shard.Assigned(shard.Auto, "", environ)
	if err != nil {
		t.Fatal(err)
	}
	if assigned.Shard.Of != int(*job.Completions) || *job.Parallelism != *job.Completions || assigned.Schedule != "notifyaudit-29404817" {
		t.Errorf("a pod is %+v of %d completions, %d at a time", assigned, *job.Completions, *job.Parallelism)
	}
	for status, want := range map[int32]batchv1.PodFailurePolicyAction{
		1: batchv1.PodFailurePolicyActionFailIndex, 3: batchv1.PodFailurePolicyActionFailIndex, 4: batchv1.PodFailurePolicyActionFailIndex,
		64: batchv1.PodFailurePolicyActionFailJob, 78: batchv1.PodFailurePolicyActionFailJob,
		75: batchv1.PodFailurePolicyActionCount, 137: batchv1.PodFailurePolicyActionCount,
	} {
		if got := podFailure(job.PodFailurePolicy, container.Name, status); got != want {
			t.Errorf("exit status %d means %s, want %s", status, got, want)
		}
	}
	if got := podFailure(job.PodFailurePolicy, container.Name, 75, corev1.DisruptionTarget); got != batchv1.PodFailurePolicyActionIgnore {
		t.Errorf("a pod that was told to go means %s", got)
	}
	for _, volume := range job.Template.Spec.Volumes {
		if volume.Name == "data" && (volume.EmptyDir == nil || volume.PersistentVolumeClaim != nil) {
			t.Error("eight pods want one volume")
		}
	}
}

// TestTimes checks both CronJobs; every is the time between two runs.
func TestTimes(t *testing.T) {
	o := overlay("sqlite")
	for _, test := range []struct {
		name  string
		spec  batchv1.CronJobSpec
		every time.Duration
	}{
		{"audit", o.audit(t), time.Hour},
		{"backup", o.backup(t), 24 * time.Hour},
	} {
		t.Run(test.name, func(t *testing.T) { checkTimes(t, test.spec, test.every) })
	}
	if grace := o.audit(t).JobTemplate.Spec.Template.Spec.TerminationGracePeriodSeconds; grace == nil || *grace < 30 {
		t.Error("the pod is killed before it can put its reports away")
	}
	if replaced := o.audit(t).JobTemplate.Spec.PodReplacementPolicy; replaced == nil || *replaced != batchv1.Failed {
		t.Error("a second pod starts while the first still holds the lock")
	}
}

func checkTimes(t *testing.T, spec batchv1.CronJobSpec, every time.Duration) {
	t.Helper()
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
	if job.ActiveDeadlineSeconds == nil || *job.ActiveDeadlineSeconds >= int64(every/time.Second) {
		t.Error("a job may still run when the next one is due")
	}
	if job.TTLSecondsAfterFinished == nil {
		t.Error("finished jobs are kept for good")
	}
}

// TestManifest loads the folder that the pods of both CronJobs see, with the variables
// that they give it.
func TestManifest(t *testing.T) { eachOverlay(t, checkManifest) }

func checkManifest(t *testing.T, o overlay) {
	t.Helper()
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(filepath.Join("base", "manifest"))); err != nil {
		t.Fatal(err)
	}
	for name, content := range object[*corev1.ConfigMap](t, o, "notifyaudit-manifest").Data {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	checkLoads(t, folder, o.audit(t))
	checkLoads(t, folder, o.backup(t))
}

func checkLoads(t *testing.T, folder string, spec batchv1.CronJobSpec) {
	t.Helper()
	environ := map[string]string{}
	for _, variable := range spec.JobTemplate.Spec.Template.Spec.Containers[0].Env {
		if name, found := strings.CutSuffix(variable.Name, "_FILE"); found {
			environ[name] = "postgres://audit@database/audit"
		} else {
			environ[name] = variable.Value
		}
	}
	loaded, diagnostics := manifest.Load(t.Context(), manifest.Options{
		Path: folder, DataDir: t.TempDir(), Environ: environ, Now: time.Now,
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
