package manifest

import (
	"path"
	"path/filepath"

	"notifyaudit/job/manifest/diag"
	"notifyaudit/job/manifest/lang"
)

// metricsExtension is that of the files that node-exporter's collector reads.
const metricsExtension = ".prom"

// decodeMetrics reads the metrics block.
func decodeMetrics(m *Manifest, bs lang.Blocks) {
	const textfile = "textfile"
	for _, b := range bs {
		if b.Name() != textfile {
			m.program.Diags.FailAt(b.LabelAt, diag.Problemf("Unknown metrics", "There are no metrics %s.%s",
				diag.Quote(b.Name()), diag.DidYouMeanOr(b.Name(), []string{textfile}, "The only ones are")))
			continue
		}
		a := m.program.Args(b)
		if !a.Require("path", `It is relative to --data-dir, as in "metrics/notifyaudit.prom".`) {
			continue
		}
		name := a.Text("path", "")
		p := checkPlace(name)
		if p == nil && filepath.Ext(name) != metricsExtension {
			p = diag.Problemf("Unsuitable path", "The path %s of a textfile must end in %s: node-exporter reads no others.", diag.Quote(name), metricsExtension)
		}
		if p == nil {
			p = checkTarget(m, "metrics", name, []string{filepath.Join(m.DataDir, filepath.FromSlash(name))})
		}
		if p != nil {
			a.FailAt("path", p)
			continue
		}
		m.Textfile = path.Clean(filepath.ToSlash(name))
	}
}
