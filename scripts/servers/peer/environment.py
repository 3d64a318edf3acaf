# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Virtual environments of the tests, in .build, each made from one list of packages."""
import fcntl
import pathlib
import subprocess
import sys

BUILD = pathlib.Path(__file__).resolve().parents[3] / ".build"


class NotInstalled(Exception):
    """The packages can't be had here."""


def interpreter(name, requirements):
    """The interpreter of .build/NAME; the environment is made when it is absent or its list has changed."""
    folder = BUILD / name
    python, stamp = folder / "bin" / "python", folder / "installed.txt"
    BUILD.mkdir(exist_ok=True)
    with open(BUILD / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two suites may start at once
        if stamp.exists() and stamp.read_text() == requirements.read_text():
            return python
        print(f"tests: installing packages into .build/{name}", file=sys.stderr)
        for command in ([sys.executable, "-m", "venv", "--clear", folder],
                        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                         "--only-binary=:all:", "-r", requirements]):
            if subprocess.run(list(map(str, command)), stdout=sys.stderr).returncode:
                raise NotInstalled(f"the packages of {requirements.name} could not be installed")
        stamp.write_text(requirements.read_text())
    return python
