package deliver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"notifyaudit/job"
)

// S3 puts the files into a bucket of an S3-compatible store. An object that is
// there already is replaced: the same parcel leaves the same objects.
type S3 struct {
	// Endpoint is host or host:port, without a scheme.
	Endpoint string
	// Plain leaves TLS out: only to a loopback address.
	Plain          bool
	Region, Bucket string
	// Prefix stands before each file's path, such as "audits/2026".
	Prefix               string
	AccessKey, SecretKey job.Secret
	// PathStyle puts the bucket into the path instead of the host's name.
	PathStyle bool
	Transport http.RoundTripper
}

// s3Timeout is how long one file may take.
const s3Timeout = 5 * time.Minute

// Send puts every file.
func (s *S3) Send(ctx context.Context, p *Parcel) error {
	lookup := minio.BucketLookupAuto
	if s.PathStyle {
		lookup = minio.BucketLookupPath
	}
	client, err := minio.New(s.Endpoint, &minio.Options{
		Creds:  credentials.NewStaticV4(s.AccessKey.Reveal(), s.SecretKey.Reveal(), ""),
		Secure: !s.Plain, Region: s.Region, BucketLookup: lookup, Transport: s.Transport,
		MaxRetries: 1, // Send above tries again
	})
	if err != nil {
		return refusedf("set up the store %s: %w", s.Endpoint, err)
	}
	for _, f := range p.Files {
		if err := s.put(ctx, client, f); err != nil {
			return err
		}
	}
	return nil
}

func (s *S3) put(ctx context.Context, client *minio.Client, f File) error {
	ctx, cancel := context.WithTimeout(ctx, s3Timeout)
	defer cancel()
	r, err := f.open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	key := path.Join(s.Prefix, f.Path)
	_, err = client.PutObject(ctx, s.Bucket, key, r, f.Size, minio.PutObjectOptions{ContentType: f.MediaType})
	if err == nil {
		return nil
	}
	if answer, ok := errors.AsType[minio.ErrorResponse](err); ok && answer.StatusCode/100 == 4 && answer.StatusCode != http.StatusTooManyRequests {
		return refusedf("put %s into the bucket %s: %s: %s", f.called(), s.Bucket, answer.Code, answer.Message)
	}
	if of, ok := errors.AsType[*url.Error](err); ok {
		err = of.Err // without the key
	}
	return fmt.Errorf("put %s into the bucket %s at %s: %w", f.called(), s.Bucket, s.Endpoint, err)
}
