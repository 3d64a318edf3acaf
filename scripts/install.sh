#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# The release build, into $DESTDIR$PREFIX/bin. Swift's own libraries are linked statically on Linux, so the machine it
# is copied to needs libsodium and SQLite, but no Swift. It has a build folder of its own, so that it can be built while
# the other build is used. BUILD_ONLY=1 builds and stops.
. "$(dirname "$0")/common.sh"
packages build
flags=(--configuration release --product coffer --scratch-path .build/install)
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
# Under this name git looks for it.
ln -sf coffer "$target/git-credential-coffer"
say "installed: $target/coffer"
