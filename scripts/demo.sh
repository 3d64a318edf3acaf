#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# The main job against the sandbox: packages and the debug build first, then scripts/demo/run.sh with the program's
# path. It keeps to a folder of its own and leaves nothing behind.
. "$(dirname "$0")/common.sh"
packages build
debug_build --product coffer
exec scripts/demo/run.sh "$(debug_folder)/coffer"
