# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""A git that hands on all that its helpers can say (2.46), where the system's is older: that of the next Debian, in .build.

Nothing is installed and no source of packages is added: apt, told of folders of its own, brings git with the libraries it is
linked to, and they are unpacked, not set up. What runs there runs by the loader that came with it.
"""
import fcntl
import platform
import re
import shutil
import subprocess

from environments import environment
from world import Absent, installed

SUITE, LEAST = "trixie", (2, 46)
KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
# What it starts of itself. Each gets a wrapper, as the system's loader would refuse it.
PROGRAMS = ["git", "git-remote-http", "git-remote-https"]
SECONDS = 300


def version(git):
    said = subprocess.run([git, "version"], check=True, capture_output=True, timeout=SECONDS, text=True).stdout
    return tuple(int(part) for part in re.search(r"(\d+)\.(\d+)", said).groups())


def newer_git():
    """The program, and the folder of those it starts, where that is not the one built in."""
    system = installed("git")
    if version(system) >= LEAST:
        return system, None
    folder = environment.BUILD / f"git-of-{SUITE}"
    environment.BUILD.mkdir(exist_ok=True)
    with open(environment.BUILD / f"{folder.name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "whole").exists():
            shutil.rmtree(folder, ignore_errors=True)
            try:
                unpack(folder)
            except (OSError, KeyError, StopIteration, subprocess.SubprocessError) as problem:
                raise Absent(f"git here is {'.'.join(map(str, version(system)))}, and none of 2.46 can be had") from problem
            (folder / "whole").touch()
    return str(folder / "run" / "git"), str(folder / "run")


def run(*command):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, timeout=SECONDS, text=True).stdout


def unpack(folder):
    apt = ["apt-get", "--quiet"]
    # Where the system's own packages come from, whether they were ever read or not.
    own = re.compile(rf"^'(.+?)/*/dists/{platform.freedesktop_os_release()['VERSION_CODENAME']}/InRelease'", re.MULTILINE)
    found = own.search(run(*apt, "--print-uris", "update"))
    if not found:
        raise FileNotFoundError("the system's own packages come from nowhere that is known")
    for name in ("lists/partial", "archives/partial", "run", "root"):
        (folder / name).mkdir(parents=True)
    (folder / "status").touch()  # nothing is installed there, so that all of it is brought
    (folder / "from.sources").write_text(
        f"Types: deb\nURIs: {found[1]}\nSuites: {SUITE}\nComponents: main\nSigned-By: {KEYRING}\n")
    settings = {"Dir::State": folder, "Dir::State::lists": folder / "lists", "Dir::State::status": folder / "status",
                "Dir::Cache": folder, "Dir::Etc::sourcelist": folder / "from.sources", "Dir::Etc::sourceparts": "/dev/null",
                "Dir::Etc::preferences": "/dev/null", "Dir::Etc::preferencesparts": "/dev/null"}
    apt += [part for name, value in settings.items() for part in ("-o", f"{name}={value}")]
    run(*apt, "update")
    run(*apt, "--yes", "--no-install-recommends", "--download-only", "install", "git")
    root = folder / "root"
    for package in sorted((folder / "archives").glob("*.deb")):
        run("dpkg-deb", "--extract", package, root)
    loader = next(root.glob("usr/lib*/ld-linux*.so.*"), None) or next(root.glob("usr/lib/*/ld-linux*.so.*"))
    libraries = next(root.glob("usr/lib/*/libc.so.6")).parent
    for name in PROGRAMS:
        program = folder / "run" / name
        program.write_text(f'#!/bin/sh\nexec "{loader}" --library-path "{libraries}" "{root}/usr/lib/git-core/{name}" "$@"\n')
        program.chmod(0o755)
    for name in ("lists", "archives"):
        shutil.rmtree(folder / name, ignore_errors=True)
    assert version(folder / "run" / "git") >= LEAST, "the git that was brought is as old"
