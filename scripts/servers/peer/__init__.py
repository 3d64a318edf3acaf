# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What the test servers share: a test authority, a supervised life, and a recording proxy in front.

Standard library only, so that it runs with whatever python3 a machine has (3.9 or later).
"""
