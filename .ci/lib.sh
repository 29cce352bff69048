# shellcheck shell=bash
# Sourced by the scripts of this folder, which run from the top of the repository.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
export LC_ALL=C.UTF-8 CI=true

# The real servers of the long tests, which .ci/install builds.
parts=${XDG_CACHE_HOME:-$HOME/.cache}/notifyaudit-parts
export PATH="$parts/bin:$PATH"

# fail TEXT: says what is wrong and ends the script.
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# step NAME COMMAND [ARG...]: runs a command under a heading, tells how long it
# took, and ends the run with the step's name when it fails. The command is a
# program, not a shell function: errexit does not reach into those from here.
step() {
  local name=$1 began=$SECONDS status=0
  shift
  printf '\n=== %s\n' "$name"
  "$@" || status=$?
  if ((status != 0)); then
    printf '=== FAILED: %s (exit status %d, %d s)\n' "$name" "$status" "$((SECONDS - began))" >&2
    exit "$status"
  fi
  printf '=== ok: %s (%d s)\n' "$name" "$((SECONDS - began))"
}

# retry COMMAND [ARG...]: up to three times; for what depends on a network.
retry() {
  local attempt
  for attempt in 1 2 3; do
    if "$@"; then
      return 0
    fi
    printf 'attempt %d failed: %s\n' "$attempt" "$*" >&2
    sleep $((attempt * 5))
  done
  return 1
}
