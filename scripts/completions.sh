#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# completions.sh PROGRAM FOLDER: what bash, zsh and fish complete coffer's command lines with, below FOLDER (a share folder), where each
# looks for it by itself.
. "$(dirname "$0")/common.sh"
# Both are meant from where this was called.
absolute() { case $1 in /*) printf %s "$1" ;; *) printf %s "$OLDPWD/$1" ;; esac; }
program=$(absolute "$1") folder=$(absolute "$2")

# script SHELL FILE: written whole or not at all.
script() {
    mkdir -p "$(dirname "$folder/$2")"
    "$program" --generate-completion-script "$1" >"$folder/$2.new"
    mv "$folder/$2.new" "$folder/$2"
}

script bash bash-completion/completions/coffer
script zsh zsh/site-functions/_coffer
script fish fish/vendor_completions.d/coffer.fish
# The parser's script is for fish 4. Before that the place of the cursor can't be asked for together with the tokens, nor without a
# terminal: it is how long the token is before it; and tokens come without their quotes, so that an empty one is empty.
# shellcheck disable=SC2016 # fish's own substitutions
sed -e 's/(__coffer_tokens -tC)/(string length -- "$(commandline -ct)")/' \
    -e "s/ \\\\'\\\\' / (string match -qr '^[0-3][.]' -- \$FISH_VERSION; and echo ''; or echo \\\\'\\\\') /" \
    "$folder/fish/vendor_completions.d/coffer.fish" >"$folder/coffer.fish.new"
mv "$folder/coffer.fish.new" "$folder/fish/vendor_completions.d/coffer.fish"
