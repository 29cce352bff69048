package monitor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/resource"

	"notifyaudit/job/address"
)

// pushPatience is how long a push may take, its repetitions included.
const pushPatience = 10 * time.Second

// Endpoint is where OpenTelemetry's standard environment wants metrics pushed to; empty
// for nowhere. Only OTLP over HTTP is spoken.
func Endpoint(environ map[string]string) (string, error) {
	if strings.EqualFold(environ["OTEL_SDK_DISABLED"], "true") || environ["OTEL_METRICS_EXPORTER"] == "none" {
		return "", nil
	}
	endpoint := environ["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"]
	if endpoint == "" {
		endpoint = environ["OTEL_EXPORTER_OTLP_ENDPOINT"]
	}
	if endpoint == "" {
		return "", nil
	}
	protocol := environ["OTEL_EXPORTER_OTLP_METRICS_PROTOCOL"]
	if protocol == "" {
		protocol = environ["OTEL_EXPORTER_OTLP_PROTOCOL"]
	}
	if protocol != "" && protocol != "http/protobuf" {
		return "", fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL is %q: metrics are pushed by http/protobuf alone", protocol)
	}
	if _, err := address.Parse(endpoint, "http", "https"); err != nil {
		return "", fmt.Errorf("the endpoint of OTLP is no address: %w; it begins with https:// and a host", err)
	}
	return endpoint, nil
}

// Push sends families by OTLP to where the process's environment says, as the SDK of
// OpenTelemetry reads it: endpoint, headers, certificates, timeout and resource.
func Push(ctx context.Context, families []*Family, version string, at time.Time) (err error) {
	ctx, cancel := context.WithTimeout(ctx, pushPatience)
	defer cancel()
	exporter, err := otlpmetrichttp.New(ctx)
	if err != nil {
		return fmt.Errorf("push the metrics: %w", err)
	}
	defer func() { _ = exporter.Shutdown(context.WithoutCancel(ctx)) }() // nothing is left to send
	about, err := resource.New(ctx,
		resource.WithAttributes(attribute.String("service.name", "notifyaudit"), attribute.String("service.version", version)),
		resource.WithFromEnv())
	if err != nil {
		return fmt.Errorf("push the metrics: %w", err)
	}
	scope := metricdata.ScopeMetrics{Scope: instrumentation.Scope{Name: "notifyaudit", Version: version}}
	for _, f := range families {
		if len(f.Samples) > 0 {
			scope.Metrics = append(scope.Metrics, f.openTelemetry(at))
		}
	}
	if err := exporter.Export(ctx, &metricdata.ResourceMetrics{Resource: about, ScopeMetrics: []metricdata.ScopeMetrics{scope}}); err != nil {
		return fmt.Errorf("push the metrics: %w", err)
	}
	return nil
}

func (f *Family) openTelemetry(at time.Time) metricdata.Metrics {
	var points []metricdata.DataPoint[float64]
	for _, s := range f.Samples {
		var labels []attribute.KeyValue
		for _, l := range s.Labels {
			labels = append(labels, attribute.String(l.Name, l.Value))
		}
		points = append(points, metricdata.DataPoint[float64]{Attributes: attribute.NewSet(labels...), Time: at, Value: s.Value})
	}
	return metricdata.Metrics{Name: f.Name, Description: f.Help, Unit: f.Unit, Data: metricdata.Gauge[float64]{DataPoints: points}}
}
