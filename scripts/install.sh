#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# The release build, into $DESTDIR$PREFIX/bin. Swift's own libraries are linked statically on Linux, so the machine it
# is copied to needs libsodium and SQLite, libpq for a vault in a database, and no Swift. It has a build folder of its
# own, so that it can be built while the other build is used. BUILD_ONLY=1 builds and stops.
. "$(dirname "$0")/common.sh"
packages build
flags=("${options[@]}" --configuration release --product coffer --scratch-path .build/install)
[ "$(uname)" = Darwin ] || flags+=(--static-swift-stdlib)
swift build "${flags[@]}"
[ -z "${BUILD_ONLY:-}" ] || exit 0
program=$(swift build "${flags[@]}" --show-bin-path)/coffer
target=${DESTDIR:-}${PREFIX:-/usr/local}/bin
if ! mkdir -p "$target" 2>/dev/null || [ ! -w "$target" ]; then
    say "can't write to $target; choose another PREFIX (make install PREFIX=\$HOME/.local), or as root:"
    say "    install -m 755 $program $target/coffer"
    exit 73
fi
install -s -m 755 "$program" "$target/coffer"
# Under these names git and Docker's clients look for it.
for name in git-credential-coffer docker-credential-coffer; do ln -sf coffer "$target/$name"; done
# And under this one pip, in a folder that is in nobody's way until it is put into PATH.
libexec=${DESTDIR:-}${PREFIX:-/usr/local}/libexec/coffer
mkdir -p "$libexec"
ln -sf ../../bin/coffer "$libexec/keyring"
share=${DESTDIR:-}${PREFIX:-/usr/local}/share
scripts/completions.sh "$target/coffer" "$share"
if command -v python3 >/dev/null 2>&1; then
    mkdir -p "$share/man/man1"
    scripts/man-page "$target/coffer" >"$share/man/man1/coffer.1"
else
    say "without python3 there is no manual page"
fi
say "installed: $target/coffer"
