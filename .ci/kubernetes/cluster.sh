# shellcheck shell=bash disable=SC2154
# Sourced by .ci/cluster: a Kubernetes of one node, in namespaces of its own. It needs
# $work, a folder that this cluster may fill.
#
# What is not as usual: there are no Services, no name resolution, no rules of network
# policies and no default tolerations of resource limits of the machine itself.

programs=$parts/bin
address=198.18.0.1 # of the node, on a bridge that only this cluster sees
api=https://127.0.0.1:6443

# until_true SECONDS COMMAND [ARG...]: waits until the command succeeds.
until_true() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || return 1
    sleep 0.2
  done
}

# certificate NAME SUBJECT [ALTERNATIVES]: makes $work/pki/NAME.{key,crt}.
certificate() {
  openssl req -newkey rsa:2048 -nodes -keyout "$work/pki/$1.key" -out "$work/pki/$1.csr" -subj "$2"
  openssl x509 -req -in "$work/pki/$1.csr" -CA "$work/pki/ca.crt" -CAkey "$work/pki/ca.key" -CAcreateserial \
    -days 2 -extfile <(printf '%s' "${3:-}") -out "$work/pki/$1.crt"
} 2>/dev/null

# credential NAME USER GROUP: a user of the API server, and $work/NAME.kubeconfig for it.
credential() {
  local token
  token=$(openssl rand -hex 16)
  printf '%s,%s,%s,%s\n' "$token" "$2" "$1" "$3" >>"$work/pki/tokens.csv"
  (
    umask 077
    printf '%s\n' "apiVersion: v1" "kind: Config" "current-context: cluster" \
      "clusters: [{name: cluster, cluster: {server: \"$api\", certificate-authority: $work/pki/ca.crt}}]" \
      "users: [{name: user, user: {token: \"$token\"}}]" \
      "contexts: [{name: cluster, context: {cluster: cluster, user: user}}]" >"$work/$1.kubeconfig"
  )
}

# start NAME COMMAND [ARG...]: runs a program beside, its output in $work/log/NAME.
start() {
  local name=$1
  shift
  "$@" >"$work/log/$name" 2>&1 </dev/null &
}

# network: loopback, and the bridge of the pods. A bridge without an address of its own
# takes one of its ports', and changes it when a pod ends.
network() {
  ip link set lo up
  ip link add bridge0 address 02:00:00:00:00:01 type bridge
  ip addr add "$address/24" dev bridge0
  ip link set bridge0 up
}

# control_plane: etcd, API server, controllers, scheduler; and kubectl for them.
control_plane() {
  mkdir -p "$work"/{etcd,pki,log,bin}
  printf '#!/bin/sh\nexec "%s" kubectl "$@"\n' "$programs/hyperkube" >"$work/bin/kubectl"
  chmod +x "$work/bin/kubectl"
  export PATH=$work/bin:$PATH KUBECONFIG=$work/admin.kubeconfig
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/pki/ca.key" -out "$work/pki/ca.crt" -days 2 -subj /CN=ca 2>/dev/null
  openssl genrsa -out "$work/pki/accounts.key" 2048 2>/dev/null
  certificate api /CN=kube-apiserver subjectAltName=IP:127.0.0.1
  certificate kubelet-client /O=system:masters/CN=kubelet-client
  credential admin admin system:masters
  credential manager system:kube-controller-manager ""
  credential scheduler system:kube-scheduler ""
  credential node system:node:node system:nodes

  start etcd "$programs/hyperkube" etcd --data-dir "$work/etcd" --unsafe-no-fsync --log-level warn
  start apiserver "$programs/hyperkube" kube-apiserver --etcd-servers http://127.0.0.1:2379 \
    --bind-address 127.0.0.1 --advertise-address 127.0.0.1 --endpoint-reconciler-type none \
    --tls-cert-file "$work/pki/api.crt" --tls-private-key-file "$work/pki/api.key" \
    --client-ca-file "$work/pki/ca.crt" --token-auth-file "$work/pki/tokens.csv" \
    --authorization-mode Node,RBAC --anonymous-auth=false --kubelet-preferred-address-types InternalIP \
    --kubelet-client-certificate "$work/pki/kubelet-client.crt" --kubelet-client-key "$work/pki/kubelet-client.key" \
    --kubelet-certificate-authority "$work/pki/ca.crt" --service-cluster-ip-range 10.96.0.0/16 \
    --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$work/pki/accounts.key" --service-account-signing-key-file "$work/pki/accounts.key"
  until_true 120 kubectl get --raw=/readyz || fail "the API server is not ready: $(tail -n 5 "$work/log/apiserver")"
  start manager "$programs/hyperkube" kube-controller-manager --kubeconfig "$work/manager.kubeconfig" \
    --bind-address 127.0.0.1 --leader-elect=false --use-service-account-credentials --cert-dir "$work/pki/manager" \
    --service-account-private-key-file "$work/pki/accounts.key" --root-ca-file "$work/pki/ca.crt"
  start scheduler "$programs/hyperkube" kube-scheduler --kubeconfig "$work/scheduler.kubeconfig" \
    --bind-address 127.0.0.1 --leader-elect=false --cert-dir "$work/pki/scheduler"
  until_true 60 kubectl get serviceaccount default || fail "no service account is made: $(tail -n 5 "$work/log/manager")"
}

# image NAME COMMAND FILE[=PATH]...: an image of nothing but these files and /data, for
# user 65532, in $work/images. Kubernetes finds it by its name.
image() {
  local name=$1 command=$2 file layer config folder=$work/image
  shift 2
  rm -rf "$folder"
  mkdir -p "$folder/root/data" "$work/images"
  for file; do
    install -D -m 0755 "${file%%=*}" "$folder/root/${file##*=}"
  done
  chmod 0700 "$folder/root/data"
  tar -C "$folder/root" --owner=65532 --group=65532 --sort=name --mtime=@0 -cf "$folder/layer.tar" .
  layer=$(sha256sum "$folder/layer.tar" | cut -d ' ' -f 1)
  config="{\"architecture\": \"$(go env GOARCH)\", \"os\": \"linux\", \"config\": {\"User\": \"65532:65532\", \"Env\": [\"PATH=/bin\"],
    \"Entrypoint\": [$command]}, \"rootfs\": {\"type\": \"layers\", \"diff_ids\": [\"sha256:$layer\"]}}"
  printf '%s' "$config" >"$folder/config.json"
  printf '[{"Config": "config.json", "RepoTags": ["%s"], "Layers": ["layer.tar"]}]' "$name" >"$folder/manifest.json"
  tar -C "$folder" -cf "$work/images/${name/:/-}.tar" config.json manifest.json layer.tar
  rm -rf "$folder"
}

# node: containerd, the images of $work/images, kubelet, and four volumes in $work/volumes.
node() {
  mount --make-rshared /
  mount -t tmpfs tmpfs /run
  mkdir -p "$work"/{cni,containerd,kubelet}
  cat >"$work/cni/10-bridge.conflist" <<JSON
{"cniVersion": "1.0.0", "name": "bridge", "plugins": [
  {"type": "bridge", "bridge": "bridge0", "isGateway": true, "ipam": {"type": "host-local", "dataDir": "$work/cni-addresses",
    "ranges": [[{"subnet": "198.18.0.0/24", "rangeStart": "198.18.0.10"}]], "routes": [{"dst": "0.0.0.0/0"}]}},
  {"type": "loopback"}]}
JSON
  cat >"$work/containerd.toml" <<TOML
version = 3
root = "$work/containerd/root"
state = "$work/containerd/state"
[grpc]
  address = "$work/containerd.sock"
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = "busybox:1.36"
[plugins.'io.containerd.cri.v1.runtime']
  disable_apparmor = true
  restrict_oom_score_adj = true # where nobody may lower a score
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = ["/usr/lib/cni"]
    conf_dir = "$work/cni"
TOML
  cat >"$work/kubelet.yaml" <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $address
readOnlyPort: 0
healthzPort: 0
failSwapOn: false
failCgroupV1: false
cgroupDriver: cgroupfs
containerRuntimeEndpoint: unix://$work/containerd.sock
authentication: {anonymous: {enabled: false}, x509: {clientCAFile: $work/pki/ca.crt}}
tlsCertFile: $work/pki/kubelet.crt
tlsPrivateKeyFile: $work/pki/kubelet.key
resolvConf: ""
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
imageGCHighThresholdPercent: 100
syncFrequency: 10s
volumePluginDir: $work/kubelet/plugins
podLogsDir: $work/pods
YAML
  certificate kubelet /CN=node "subjectAltName=IP:$address"

  PATH=$programs:$PATH start containerd containerd -c "$work/containerd.toml"
  until_true 30 "$programs/ctr" -a "$work/containerd.sock" version || fail "containerd is not ready: $(tail -n 5 "$work/log/containerd")"
  local archive
  for archive in "$work"/images/*.tar; do
    "$programs/ctr" -a "$work/containerd.sock" -n k8s.io images import --local "$archive" >>"$work/log/images" 2>&1
  done
  start kubelet "$programs/hyperkube" kubelet --config "$work/kubelet.yaml" --kubeconfig "$work/node.kubeconfig" \
    --root-dir "$work/kubelet" --cert-dir "$work/kubelet/pki" --hostname-override node --node-ip "$address"
  until_true 60 kubectl wait --for=condition=ready --timeout=1s node/node || fail "the node is not ready: $(tail -n 5 "$work/log/kubelet")"

  local number
  for number in 1 2 3 4; do
    mkdir -p "$work/volumes/volume-$number"
    kubectl apply -f - <<YAML
apiVersion: v1
kind: PersistentVolume
metadata: {name: volume-$number}
spec:
  capacity: {storage: 1Gi}
  accessModes: [ReadWriteOnce]
  persistentVolumeReclaimPolicy: Retain
  storageClassName: local
  local: {path: $work/volumes/volume-$number}
  nodeAffinity: {required: {nodeSelectorTerms: [{matchExpressions: [{key: kubernetes.io/hostname, operator: In, values: [node]}]}]}}
YAML
  done >/dev/null
  kubectl apply -f - >/dev/null <<YAML
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: local, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}
provisioner: kubernetes.io/no-provisioner
volumeBindingMode: WaitForFirstConsumer
YAML
}
