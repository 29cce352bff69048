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

// An overlay is a folder that people apply.
type overlay string

// overlays are built once each, as `kubectl kustomize` does.
var overlays = map[overlay]func() ([]byte, error){
	"sqlite":   sync.OnceValues(overlay("sqlite").kustomize),
	"postgres": sync.OnceValues(overlay("postgres").kustomize),
	"shards":   sync.OnceValues(overlay("shards").kustomize),
}

func (o overlay) kustomize() ([]byte, error) {
	resources, err := krusty.MakeKustomizer(krusty.MakeDefaultOptions()).Run(filesys.MakeFsOnDisk(), string(o))
	if err != nil {
		return nil, err
	}
	return resources.AsYaml()
}

// eachOverlay runs a test for each of them.
func eachOverlay(t *testing.T, test func(*testing.T, overlay)) {
	t.Helper()
	for o := range overlays {
		t.Run(string(o), func(t *testing.T) { test(t, o) })
	}
}

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

// built is what `kubectl apply -k` sends.
func (o overlay) built(t *testing.T) []runtime.Object {
	t.Helper()
	stream, err := overlays[o]()
	if err != nil {
		t.Fatal(err)
	}
	return decodeAll(t, string(o), stream)
}

// object finds an overlay's only object of a type and a name.
func object[T interface {
	runtime.Object
	GetName() string
}](t *testing.T, o overlay, name string) T {
	t.Helper()
	var found []T
	for _, object := range o.built(t) {
		if typed, ok := object.(T); ok && typed.GetName() == name {
			found = append(found, typed)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%s has %d objects %T %q, want 1", o, len(found), *new(T), name)
	}
	return found[0]
}

// audit and backup are the specifications of the two CronJobs.
func (o overlay) audit(t *testing.T) batchv1.CronJobSpec {
	t.Helper()
	return object[*batchv1.CronJob](t, o, "notifyaudit").Spec
}

func (o overlay) backup(t *testing.T) batchv1.CronJobSpec {
	t.Helper()
	return object[*batchv1.CronJob](t, o, "notifyaudit-backup").Spec
}

func TestKinds(t *testing.T) {
	both := []string{
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
	for o, more := range map[overlay][]string{"sqlite": nil, "postgres": {"NetworkPolicy database"}} {
		var names []string
		for _, object := range o.built(t) {
			named, ok := object.(interface{ GetName() string })
			if !ok {
				t.Fatalf("%T has no name", object)
			}
			names = append(names, object.GetObjectKind().GroupVersionKind().Kind+" "+named.GetName())
		}
		slices.Sort(names)
		want := slices.Sorted(slices.Values(slices.Concat(both, more)))
		if diff := cmp.Diff(want, names); diff != "" {
			t.Errorf("what %s makes (-want +got):\n%s", o, diff)
		}
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
