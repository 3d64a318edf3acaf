# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A home with a vault in it, and the program where other tools look for it."""
import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile

SECONDS = 120
# The names under which tools look for their helpers, as make install links them.
LINKS = ["docker-credential-coffer", "git-credential-coffer", "keyring"]


class Missing(Exception):
    """The client isn't here."""


class Absent(Exception):
    """The client isn't here, and make doesn't install it."""


def installed(name):
    """Where a client of the system is."""
    found = shutil.which(name)
    if not found:
        raise Absent(f"{name} isn't installed")
    return found


class World:
    def __init__(self, program, home):
        self.home, self.bin = pathlib.Path(home), pathlib.Path(home) / "bin"
        self.bin.mkdir()
        self.program = str(self.bin / "coffer")
        for name in ["coffer", *LINKS]:
            (self.bin / name).symlink_to(program)
        kept = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
        self.environment = {**kept, "HOME": str(home), "NO_COLOR": "1", "PATH": f"{self.bin}:{os.environ['PATH']}"}
        self.run("init")

    def start(self, *command, given=b"", statuses=(0,), **more):
        """Any program, in this home; what it prints and what it says."""
        done = subprocess.run([str(part) for part in command], env={**self.environment, **more}, input=given,
                              capture_output=True, timeout=SECONDS)
        assert not statuses or done.returncode in statuses, \
            f"{command[0]} ended with {done.returncode}: {done.stderr.decode()[:1000]}"
        return done

    def run(self, *arguments, given=b"", **more):
        return self.start(self.program, *arguments, given=given, **more).stdout

    def put(self, path, value):
        self.run("put", path, given=value.encode())

    def file(self, name, text):
        place = self.home / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
        return place


@contextlib.contextmanager
def world(program):
    with tempfile.TemporaryDirectory(prefix="coffer-clients-") as home:
        yield World(pathlib.Path(program).resolve(), home)
