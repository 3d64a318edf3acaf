# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What the runs of chaos and soak have in common: options, a world that goes with them, and facts in the form that scripts/tally reads."""
import argparse
import os
import pathlib
import random
import shutil
import signal
import subprocess
import sys
import tempfile

import world as worlds

# What the facts of this run begin with.
title = ""

# Set by a signal: what it raises is swallowed where it comes in the middle of a destructor.
stopped = False


def report(name, problems, figures=""):
    print(f"{'not ok' if problems else 'ok'} - {title}: {name}{f': {figures}' if figures else ''}", flush=True)
    for problem in problems[:20]:
        print(f"  # {problem}", flush=True)


def stop(*_):
    global stopped
    stopped = True
    sys.exit(1)


def main(name, numbers, chaos, seconds=7200, make=None):
    """Runs `chaos(options, world)` in a world of its own, which `make(folder, program, options)` gives; `numbers` are its options with their
    defaults, `seconds` its time."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    for option, default in numbers.items():
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--label", help="what to call this run among others")
    parser.add_argument("--seconds", type=int, default=seconds, help="an end to it, whatever is reached")
    options = parser.parse_args()
    global title
    title = f"{name}, {options.label}" if options.label else name
    if not sys.platform.startswith("linux"):
        print(f"ok - {title} # SKIP the programs' clock can be set on Linux only")
        return 0
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    print(f"# seed {options.seed}", flush=True)
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    folder = tempfile.mkdtemp(prefix="coffer-chaos-", dir=memory)
    try:
        return in_world(options, pathlib.Path(folder), chaos, make)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def in_world(options, folder, chaos, make):
    world = None
    try:
        program = options.program.resolve()
        world = make(folder, program, options) if make else worlds.World(folder, program)
        return chaos(options, world)
    except (worlds.Trouble, subprocess.SubprocessError, OSError) as problem:
        report("the world holds", [str(problem)])
        return 1
    finally:
        if world:
            world.close()
