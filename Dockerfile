# One static binary in an empty image: no shell, no package manager, no root.
#
#   docker build -t notifyaudit .
#   docker run --rm -v "$PWD/audit:/manifest:ro" -v notifyaudit:/data \
#     notifyaudit apply -auto-approve

# Go cross-compiles, so the compiler always runs on the builder's own platform.
FROM --platform=$BUILDPLATFORM golang:1.26 AS build
ARG TARGETOS
ARG TARGETARCH
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download && go mod verify
COPY . .
ENV GOOS=$TARGETOS GOARCH=$TARGETARCH
# .ci/container runs this line word for word.
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o /out/notifyaudit .
RUN mkdir -m 0700 /out/data

FROM scratch
# Time zones are inside the binary; root certificates come as a file, so that
# they can be mounted over.
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=build /out/notifyaudit /notifyaudit
# A new named volume takes its owner and mode from this folder.
COPY --from=build --chown=65532:65532 /out/data /data
ENV NOTIFYAUDIT_MANIFEST=/manifest NOTIFYAUDIT_DATA_DIR=/data
USER 65532:65532
ENTRYPOINT ["/notifyaudit"]
