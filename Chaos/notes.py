# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What those who ask a fleet have noted, and what two primaries have written."""
import collections
import threading
import time


def forked(former, present):
    """The versions that a former primary has and the present one has not, or of another event: rows of coffer.audit_binding."""
    return [f"entry {row.split('|')[0]} version {row.split('|')[1]}" for row in sorted(set(former) - set(present))]


class Gap:
    """The longest time without something that should be there always; one that is paused does not count."""

    def __init__(self):
        self.longest, self.last, self.is_paused = 0.0, float("-inf"), False

    def met(self, now):
        if self.last > float("-inf") and not self.is_paused:
            self.longest = max(self.longest, now - self.last)
        self.last = now

    def pause(self):
        self.is_paused = True

    def go_on(self, now):
        self.last, self.is_paused = now, False


class Ground:
    """What the callers share, and what they have noted."""

    def __init__(self, machines, paths, seed):
        self.machines, self.paths, self.seed = machines, paths, seed
        self.stop, self.guard = threading.Event(), threading.Lock()
        self.reads, self.refreshes = Gap(), Gap()
        self.at = {machine: Gap() for machine in machines}
        self.versions, self.codes, self.strange, self.renewed = {}, collections.Counter(), [], 0

    def begin(self):
        now = time.monotonic()
        with self.guard:
            for gap in (self.reads, self.refreshes, *self.at.values()):
                gap.go_on(now)

    def heard(self, machine, path, version, is_reader):
        """A token was handed out."""
        now = time.monotonic()
        with self.guard:
            self.codes["200"] += 1
            if is_reader:
                self.reads.met(now)
                self.at[machine].met(now)
            known = self.versions.get(path)
            if known is not None and version > known:
                self.refreshes.met(now)
                self.renewed += version - known
            self.versions[path] = max(version, known or 0)

    def refused(self, code):
        with self.guard:
            self.codes[code] += 1

    def last_read(self, machine):
        with self.guard:
            return self.at[machine].last

    def last_refresh(self):
        with self.guard:
            return self.refreshes.last
