package monitor

import (
	"bufio"
	"fmt"
	"io"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
)

// WriteText writes families in Prometheus's text format. One without samples is left out.
func WriteText(w io.Writer, families []*Family) error {
	out := bufio.NewWriter(w)
	for _, f := range families {
		if len(f.Samples) == 0 {
			continue
		}
		if _, err := expfmt.MetricFamilyToText(out, f.prometheus()); err != nil {
			return fmt.Errorf("write the metrics: %w", err)
		}
	}
	return out.Flush()
}

func (f *Family) prometheus() *dto.MetricFamily {
	family := &dto.MetricFamily{Name: &f.Name, Help: &f.Help, Type: dto.MetricType_GAUGE.Enum()}
	for i := range f.Samples {
		s := &f.Samples[i]
		m := &dto.Metric{Gauge: &dto.Gauge{Value: &s.Value}}
		for j := range s.Labels {
			m.Label = append(m.Label, &dto.LabelPair{Name: &s.Labels[j].Name, Value: &s.Labels[j].Value})
		}
		family.Metric = append(family.Metric, m)
	}
	return family
}
