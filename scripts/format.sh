#!/usr/bin/env bash
# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
#
# Formats all Swift files in place.
. "$(dirname "$0")/common.sh"
swift format --in-place --parallel --recursive Package.swift Sources Tests
