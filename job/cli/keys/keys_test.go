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
		"JSON":            {`{"processQueryKey": "` + key + `", "requestId": "` + other + `"}`, []string{key}, 0},
		"escaped JSON":    {`"{\"processQueryKey\":\"` + key + `\"}"`, []string{key}, 0},
		"code":            {`$request = ["processQueryKey" => "` + key + `"];`, []string{key}, 0},
		"log":             {"sent process_query_key=" + key + " robot=ding1\nsent process_query_key=" + other, []string{key, other}, 0},
		"HCL":             {`process_query_key = "K1"`, []string{"K1"}, 0},
		"markdown":        {"see `" + key + "` and **" + other + "**", []string{key, other}, 2},
		"a link":          {"https://example.com/Notices2026AndMoreOfThem/x", nil, 2},
		"a date":          {"on 2026-11-20T09:00:00+08:00 it was", nil, 7},
		"a phone number":  {"call 0123456789012345678901234 now", nil, 3},
		"nothing":         {"", nil, 0},
		"too long a word": {"see " + strings.Repeat("aB3", 100) + "=", nil, 2},
	} {
		t.Run(name, func(t *testing.T) {
			f := Found{seen: map[string]bool{}}
			f.scan(tt.text)
			if diff := cmp.Diff(tt.want, f.Keys); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			if f.passed != tt.passed {
				t.Errorf("passed %d words over, want %d", f.passed, tt.passed)
			}
		})
	}
}
