# One static binary in an empty image: no shell, no package manager, no root.
#
#   docker build -t notifyaudit \
#     --build-arg VERSION="$(git describe --tags --always)" \
#     --build-arg REVISION="$(git rev-parse HEAD)" .
#   docker run --rm -v "$PWD/audit:/manifest:ro" -v notifyaudit:/data \
#     notifyaudit apply -auto-approve

# Go cross-compiles, so the compiler always runs on the builder's own platform.
FROM --platform=$BUILDPLATFORM golang:1.26.8-bookworm AS build
ARG TARGETOS
ARG TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download && go mod verify
# With the repository: the go command writes version and revision into the binary.
COPY . .
ENV GOOS=$TARGETOS GOARCH=$TARGETARCH
# .ci/container runs this line word for word.
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/notifyaudit .
RUN mkdir -m 0700 /out/data

FROM scratch
ARG VERSION=devel
ARG REVISION=unknown
LABEL org.opencontainers.image.title="notifyaudit" \
      org.opencontainers.image.description="Who has read the notices sent through DingTalk robots" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.base.name="scratch"
# Time zones and root certificates are inside the binary. A file mounted at
# /etc/ssl/certs/ca-certificates.crt replaces the certificates.
COPY --from=build /out/notifyaudit /notifyaudit
# What the binary prints with `version -licenses`, for those who scan images.
COPY --from=build /src/job/cli/notice/notices.txt /licenses/notices.txt
# A new named volume takes its owner and mode from this folder.
COPY --from=build --chown=65532:65532 /out/data /data
ENV NOTIFYAUDIT_MANIFEST=/manifest NOTIFYAUDIT_DATA_DIR=/data
USER 65532:65532
ENTRYPOINT ["/notifyaudit"]
