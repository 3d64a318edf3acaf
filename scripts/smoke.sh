#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# What is installed is another program than what is tested: optimised, and linked statically. This installs it into a
# folder of its own and lets it do the main job. Prints one fact a line, as scripts/tally reads them.
. "$(dirname "$0")/common.sh"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# fact NAME COMMAND...: true if the command succeeds; its output is shown if it does not.
fact() {
    local name=$1
    shift
    if "$@" >"$folder/output" 2>&1; then
        echo "ok - $name"
    else
        echo "not ok - $name"
        sed 's/^/  # /' "$folder/output" | tail -n 60
        return 1
    fi
}

links_no_swift() { ! ldd "$folder/bin/coffer" | grep -i 'libswift\|libFoundation'; }

PREFIX=$folder fact "the release build installs" scripts/install.sh || exit 1
if command -v ldd >/dev/null 2>&1; then
    fact "what is installed needs no Swift on the machine" links_no_swift
fi
fact "the installed program does the main job" scripts/demo/run.sh "$folder/bin/coffer"
