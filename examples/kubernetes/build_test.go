package kubernetes_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	networkingv1 "k8s.io/api/networking/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/kustomize/api/krusty"
	"sigs.k8s.io/kustomize/kyaml/filesys"
)

// overlay is the folder that people apply.
const overlay = "sqlite"

// decode reads a document as the API server does with field validation "Strict": an
// unknown, misspelt or repeated field is an error.
func decode(document []byte) (runtime.Object, error) {
	scheme := runtime.NewScheme()
	if err := errors.Join(corev1.AddToScheme(scheme), batchv1.AddToScheme(scheme),
		networkingv1.AddToScheme(scheme), rbacv1.AddToScheme(scheme)); err != nil {
		return nil, err
	}
	serializer := json.NewSerializerWithOptions(json.DefaultMetaFactory, scheme, scheme,
		json.SerializerOptions{Yaml: true, Strict: true})
	object, _, err := serializer.Decode(document, nil, nil)
	return object, err
}

// decodeAll decodes the documents of a stream.
func decodeAll(t *testing.T, name string, stream []byte) (objects []runtime.Object) {
	t.Helper()
	for documents := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(stream))); ; {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		object, err := decode(document)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		objects = append(objects, object)
	}
}

// kustomize builds the overlay as `kubectl kustomize` does.
var kustomize = sync.OnceValues(func() ([]byte, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), overlay)
	if err != nil {
		return nil, err
	}
	return resources.AsYaml()
})

// built is what `kubectl apply -k` sends.
func built(t *testing.T) []runtime.Object {
	t.Helper()
	stream, err := kustomize()
	if err != nil {
		t.Fatal(err)
	}
	return decodeAll(t, overlay, stream)
}

// object finds the overlay's only object of a type and a name.
func object[T interface {
	runtime.Object
	GetName() string
}](t *testing.T, name string) T {
	t.Helper()
	var found []T
	for _, object := range built(t) {
		if typed, ok := object.(T); ok && typed.GetName() == name {
			found = append(found, typed)
		}
	}
	if len(found) != 1 {
		t.Fatalf("the overlay has %d objects %T %q, want 1", len(found), *new(T), name)
	}
	return found[0]
}

// audit and backup are the specifications of the two CronJobs.
func audit(t *testing.T) batchv1.CronJobSpec {
	t.Helper()
	return object[*batchv1.CronJob](t, "notifyaudit").Spec
}

func backup(t *testing.T) batchv1.CronJobSpec {
	t.Helper()
	return object[*batchv1.CronJob](t, "notifyaudit-backup").Spec
}

func TestKinds(t *testing.T) {
	var names []string
	for _, object := range built(t) {
		named, ok := object.(interface{ GetName() string })
		if !ok {
			t.Fatalf("%T has no name", object)
		}
		names = append(names, object.GetObjectKind().GroupVersionKind().Kind+" "+named.GetName())
	}
	slices.Sort(names)
	want := []string{
		"ConfigMap notifyaudit-manifest",
		"CronJob notifyaudit",
		"CronJob notifyaudit-backup",
		"Namespace notifyaudit",
		"NetworkPolicy deny",
		"NetworkPolicy notifyaudit",
		"PersistentVolumeClaim notifyaudit-backup",
		"PersistentVolumeClaim notifyaudit-data",
		"Role notifyaudit-sender",
		"RoleBinding notifyaudit-sender",
		"ServiceAccount notifyaudit",
		"ServiceAccount notifyaudit-sender",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("what the overlay makes (-want +got):\n%s", diff)
	}
}

// TestEveryFileDecodesStrictly reads the files themselves, patches and what no
// kustomization names included: kustomize lets a repeated field pass.
func TestEveryFileDecodesStrictly(t *testing.T) {
	files := 0
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" || entry.Name() == "kustomization.yaml" {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		decodeAll(t, path, content)
		return nil
	})
	if err != nil || files < 5 {
		t.Fatalf("%d files, %v", files, err)
	}

	cronJob, err := os.ReadFile(filepath.Join("base", "cronjob.yaml"))
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
		if _, err := decode([]byte(broken)); err == nil {
			t.Errorf("with %q for %q it still decodes", change[1], change[0])
		}
	}
}
