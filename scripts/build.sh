#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# The debug build of the program.
. "$(dirname "$0")/common.sh"
packages build
debug_build --product coffer
say "built: $(debug_folder)/coffer"
