#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Pictures of rotation reports, as headless Chromium shows them: telephone and desk, by day, by night and on paper. The
# reports are the made-up ones of the tests. The last line is the folder that holds pages and pictures; FOLDER names an
# empty one. A page that is wider than its window, asks for anything, or breaks its own policy, is an error.
#
# And pages that try to get through `coffer proxy` at a port, one under a name that leads to it (DNS rebinding): an error
# is whatever is let through.
. "$(dirname "$0")/common.sh"
packages build look
folder=${FOLDER:-$(mktemp -d "${TMPDIR:-/tmp}/coffer-look.XXXXXX")}
mkdir -p "$folder"
debug_build --build-tests >&2
COFFER_PAGES=$folder swift test "${options[@]}" --skip-build --disable-xctest --filter 'A page in a file' >&2
COFFER_BROWSER=$root/scripts/rebinding swift test "${options[@]}" --skip-build --disable-xctest --filter 'A page before a proxy' >&2
scripts/pictures "$folder"
printf '%s\n' "$folder"
