#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Removes everything that was built, the test servers' packages included.
. "$(dirname "$0")/common.sh"
rm -rf .build
