package keys

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScan(t *testing.T) {
	const key, other = "pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q=", "Kna0123456789abcdefX0Q="
	for name, tt := range map[string]struct {
		text   string
		want   []string
		passed int
	}{
		"one":             {key, []string{key}, 0},
		"lines":           {"K1\r\nK2\n\n K3\n", []string{"K1", "K2", "K3"}, 0},
		"commas":          {"K1,K2; K3", []string{"K1", "K2", "K3"}, 0},
		"prose":           {"Dear all,\n1. " + key + " (benefits),\n2. " + other + ".", []string{key, other}, 5},
		"Chinese":         {"密钥：" + key + "，谢谢", []string{key}, 2},
		"quoted mail":     {"> > " + key + "\n> Regards", []string{key}, 1},
		"JSON":            {`{"processQueryKey": "` + key + `", "requestId": "` + other + `"}`, []string{key}, 1},
		"escaped JSON":    {`"{\"processQueryKey\":\"` + key + `\"}"`, []string{key}, 0},
		"code":            {`$request = ["processQueryKey" => "` + key + `"];`, []string{key}, 1},
		"log":             {"sent process_query_key=" + key + " robot=ding1\nsent process_query_key=" + other, []string{key, other}, 3},
		"HCL":             {`process_query_key = "K1"`, []string{"K1"}, 0},
		"markdown":        {"see `" + key + "` and **" + other + "**", []string{key, other}, 2},
		"a link":          {"https://example.com/Notices2026AndMoreOfThem/x", nil, 2},
		"a date":          {"on 2026-11-20T09:00:00+08:00 it was", nil, 7},
		"a phone number":  {"call 0123456789012345678901234 now", nil, 3},
		"nothing":         {"", nil, 0},
		"label and prose": {"processQueryKey: " + key + "\nand then " + other, []string{key, other}, 2},
		"other property":  {`{"processQueryKey":"K1=","title":"NotAKeyAtAll0123456789="}`, []string{"K1="}, 2},
		"list in JSON":    {`{"keys":["` + key + `","` + other + `"]}`, []string{key, other}, 1},
		"titles":          {"Benefits: " + key + "\nSafety: " + other, []string{key, other}, 2},
		"carrier id":      {`{"carrierId":"K9"}`, []string{"K9"}, 0},
		"escapes of JSON": {`{"processQueryKey":"Kna\u002babc\/def\u003d"}`, []string{"Kna+abc/def="}, 0},
		"a query string":  {"https://example.com/query?processQueryKey=Kna%2Babc%2Fdef%3D&robotCode=dingabcdefgh12345678XYZ", []string{"Kna+abc/def="}, 3},
		"a mail":          {"Content-Transfer-Encoding: quoted-printable\n\nsee pdJznx1ghavbumk=\nQKwDzgfxZLapw55G7x0Q=3D please", []string{key}, 4},
		"a table":         {"employee\tquery_key\tname\nE1\tK1\tZhang San\nE2\tK2\tLi Si\n", []string{"K1", "K2"}, 0},
		"a CSV":           {"name,processQueryKey\n\"Zhang, San\",K1\nLi Si,K2\n", []string{"K1", "K2"}, 0},
		"Markdown":        {"| name | process_query_key |\n| --- | --- |\n| a | `K1` |\n| b | K2 |", []string{"K1", "K2"}, 0},
		"one column":      {"process_query_key\nK1\nK2\n", []string{"K1", "K2"}, 0},
		"too long a word": {"see " + strings.Repeat("aB3", 100) + "=", nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := Found{seen: map[string]bool{}}
			f.scan(tt.text)
			if diff := cmp.Diff(tt.want, f.Keys); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			if f.partial != 0 {
				t.Errorf("%d keys are taken for parts of keys", f.partial)
			}
			if f.passed != tt.passed {
				t.Errorf("passed %d words over, want %d", f.passed, tt.passed)
			}
		})
	}
}

// TestPartsOfKeysAreNotAsked: a key that is masked or cut off costs no call.
func TestPartsOfKeysAreNotAsked(t *testing.T) {
	for _, text := range []string{
		"Kna******pdJznx1ghavbumkQKwDzgfxZLapw55G7x0Q=", "processQueryKey: Kna***", `{"processQueryKey":"Kna******"}`,
		"see pdJznx1ghavbumkQKwDz…", "see pdJznx1ghavbumkQKwDz...", "pdJznx1ghavbumkQKwDz****", "processQueryKey=pdJz...",
		"processQueryKey = pdJz#znx", "name,key\na,Kna***=", "processQueryKey: " + strings.Repeat("aB3", 100) + "=",
	} {
		f := Found{seen: map[string]bool{}}
		f.scan(text)
		if len(f.Keys) > 0 || f.partial == 0 {
			t.Errorf("%q: keys %q, %d parts", text, f.Keys, f.partial)
		}
		if _, err := Collect([]string{"-"}, strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "copy the whole key") {
			t.Errorf("%q: error %v", text, err)
		}
	}
}
