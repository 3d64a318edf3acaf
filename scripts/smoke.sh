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

# Each link answers as the helper that it is named after; nothing is bound in this home.
links_answer() {
    (
        export HOME=$folder XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data
        "$folder/bin/git-credential-coffer" capability </dev/null | grep -qx 'capability authtype' || return 1
        "$folder/bin/docker-credential-coffer" version </dev/null | grep -q '^docker-credential-coffer ' || return 1
        # 1 without a word: there is nothing.
        status=0
        "$folder/libexec/coffer/keyring" get made-up-service ada </dev/null >"$folder/said" 2>&1 || status=$?
        [ $status -eq 1 ] && [ ! -s "$folder/said" ]
    )
}

# What shells and man look for below share/, each written whole.
shares() {
    local file
    for file in bash-completion/completions/coffer zsh/site-functions/_coffer fish/vendor_completions.d/coffer.fish man/man1/coffer.1; do
        [ -s "$folder/share/$file" ] || return 1
    done
}

# Twenty libraries, for who names a database alone.
links_no_libpq() { ! ldd "$folder/bin/coffer" | grep libpq; }

links_no_swift() { ! ldd "$folder/bin/coffer" | grep -i 'libswift\|libFoundation'; }

PREFIX=$folder fact "the release build installs" scripts/install.sh || exit 1
if command -v ldd >/dev/null 2>&1; then
    fact "what is installed needs no Swift on the machine" links_no_swift
    fact "what is installed starts without libpq" links_no_libpq
fi
fact "completions and the manual page lie where they are looked for" shares
fact "the links answer as the helpers that they are named after" links_answer
fact "the installed program does the main job" scripts/demo/run.sh "$folder/bin/coffer"
