#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Writes docs/rotation/ anew: a page for each provider that is built in, as `coffer provider guide` prints it. A test holds
# the pages to the catalogue.
. "$(dirname "$0")/common.sh"
debug_build --product coffer
coffer=$(debug_folder)/coffer
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
mkdir -p docs/rotation
rm -f docs/rotation/*.md
for id in $(HOME=$home XDG_CONFIG_HOME=$home "$coffer" provider list --quiet); do
    HOME=$home XDG_CONFIG_HOME=$home "$coffer" provider guide "$id" >"docs/rotation/$id.md"
done
