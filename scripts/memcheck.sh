#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# What of its secrets an idle process still holds, and where: a table for people, and one line for each fact.
. "$(dirname "$0")/common.sh"
packages build test
debug_build --product coffer >&2
debug_build --product MemorySubject >&2
exec Tests/Memory/run "$(debug_folder)/coffer" "$(debug_folder)/MemorySubject" "$@"
