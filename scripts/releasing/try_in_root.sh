#!/bin/sh
# Runs in a bare root of a distribution, without a network: what scripts/test-release put into /trial installs and works.
set -eu
PATH=/usr/bin:/bin:/usr/sbin:/sbin
export HOME=/trial/home
mkdir -p "$HOME"
cd /trial

fail() {
    echo "test-release: $*" >&2
    exit 1
}
# Runs a command in its place; its output appears only when it fails.
quietly() {
    "$@" >/trial/command.log 2>&1 || { cat /trial/command.log >&2; fail "failed: $*"; }
}

# shellcheck source=/dev/null
. /etc/os-release
echo "== $PRETTY_NAME, $(ldd --version | head -n 1)"
for tool in swift cc gcc clang c++ make; do
    ! command -v "$tool" >/dev/null || fail "$tool is installed: this root is not bare"
done
! dpkg-query -W -f '${Package}\n' | grep -e '-dev$' || fail "packages for developers are installed: this root is not bare"
for library in zmq hdf5 openblas lapack curl sodium gfortran; do
    ! ldconfig -p | grep "lib$library" || fail "lib$library is installed: this root is not bare"
done

echo "-- the tarball"
# This root has Python and no xz.
quietly python3 -m tarfile -e /trial/*.tar.xz /opt
program=$(echo /opt/platonic-*/bin/platonic)
"$program" --version
quietly "$program" demo --output /trial/tarball
[ -s /trial/tarball/report/report.html ] || fail "the demo of the tarball made no report"
share=$(dirname "$program")/../share
for file in man/man1/platonic.1 bash-completion/completions/platonic zsh/site-functions/_platonic \
    fish/vendor_completions.d/platonic.fish doc/platonic/LICENCES-OF-PARTS.txt doc/platonic/sbom.cdx.json; do
    [ -s "$share/$file" ] || fail "the tarball has no $file"
done

echo "-- libraries of the same names in LD_LIBRARY_PATH, as in an environment of conda"
mkdir -p decoys
for file in "$(dirname "$program")"/../lib/platonic/*; do
    echo "no library" >"decoys/$(basename "$file" | sed 's/-[0-9a-f]*\.so/.so/')"
done
[ -e decoys/libzmq.so.5 ] || fail "lib/platonic has no libzmq"
LD_LIBRARY_PATH=/trial/decoys quietly "$program" --version

echo "-- the wheel"
quietly python3 -m venv /trial/venv
quietly /trial/venv/bin/pip install --no-index --find-links /trial/wheels /trial/platonic_sweep-*.whl
[ -s /trial/venv/share/man/man1/platonic.1 ] || fail "the wheel brings no manual page"
[ -s /trial/venv/share/bash-completion/completions/platonic ] || fail "the wheel brings no completions"
quietly /trial/venv/bin/platonic demo --output /trial/wheel
[ -s /trial/wheel/report/report.html ] || fail "the demo of the wheel made no report"
PATH=/trial/venv/bin:$PATH
cd /trial/home
python -W error -c '
import numpy, platonic_sweep
generator = numpy.random.default_rng(0)
left = generator.normal(size=(512, 32))
results = platonic_sweep.sweep({"left": left, "right": left + 0.1 * generator.normal(size=left.shape)}, metrics=["mutual_knn", "cka"])
print(results, results.scores(), sep="\n")
assert results.complete and 0.3 < results.scores().loc["left", "right"] < 1
'
echo "-- the same bytes by both, keys and encryption"
python /trial/try_network.py "$program"
