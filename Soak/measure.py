# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What a process takes, measured from outside while it runs, and whether that stays flat."""
import os
import pathlib
import re
import statistics
import threading
import time

# What the last tenth of a run may have beyond the second: a tenth of it, and this.
MEMORY_ROOM = 32 << 20
# The 32 idle connections to providers that may be kept, and the clients of one moment.
DESCRIPTOR_ROOM = 48
SAMPLES = 1200


def resident_bytes(pid):
    """What of the process is in memory (proc(5): VmRSS)."""
    found = re.search(r"^VmRSS:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) << 10


def descriptor_count(pid):
    """How many descriptors are open; None where that may not be looked at: no core file, no look (ptrace(2))."""
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except PermissionError:
        return None


class Meter(threading.Thread):
    """Samples a process until it is stopped."""

    def __init__(self, pid, seconds):
        super().__init__(name="meter", daemon=True)
        self.pid, self.pause, self.done = pid, max(0.25, seconds / SAMPLES), threading.Event()
        self.samples = []

    def run(self):
        while not self.done.wait(self.pause):
            try:
                self.samples.append((time.monotonic(), resident_bytes(self.pid), descriptor_count(self.pid)))
            except (OSError, TypeError):
                # It has ended, which others tell.
                return

    def stop(self):
        self.done.set()
        self.join()


def tenths(samples, column):
    """The median of each tenth of the time; None for one without a sample."""
    if not samples:
        return [None] * 10
    began, length = samples[0][0], max(samples[-1][0] - samples[0][0], 0.001)
    parts = [[] for _ in range(10)]
    for sample in samples:
        parts[min(9, int((sample[0] - began) / length * 10))].append(sample[column])
    return [statistics.median(part) if part and None not in part else None for part in parts]


def growth(medians, room, share=0.0):
    """What is wrong with how something grew after the warm-up, which is the first tenth; None for nothing.

    A machine that stood still has no samples of that time: then what was measured next is what the end is held against.
    """
    second, last = next((one for one in medians[1:5] if one is not None), None), medians[-1]
    if second is None or last is None:
        return "there are too few samples"
    bound = second * (1 + share) + room
    return None if last <= bound else f"{last:.0f} in the last tenth, {second:.0f} in the second; {bound:.0f} is the bound"
