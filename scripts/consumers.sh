#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Only the programs that read what `coffer inject` writes, with the debug build.
. "$(dirname "$0")/common.sh"
packages build test
debug_build --product coffer
results=$(mktemp)
trap 'rm -f "$results"' EXIT
status=0
Tests/Consumers/run "$(debug_folder)/coffer" | tee "$results" || status=$?
scripts/tally --lines consumers "$status" "$results"
