# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What every PostgreSQL server of the tests needs: its programs, somebody who may run them, and a cluster of files."""
import os
import pathlib
import pwd
import shutil
import subprocess

from . import life

USER = "coffer"


def programs():
    """Where the packages put the server, the newest of several."""
    found = shutil.which("initdb")
    folders = [pathlib.Path(found).resolve().parent] if found else []
    folders += sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -int(path.parent.name))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise life.NotInstalled("it isn't installed (scripts/install-packages.sh build test)")


def unprivileged():
    """What runs a program as somebody else than root; the kernel forgets who asked for a signal where the user changes."""
    if os.geteuid() != 0:
        return [], None
    if not shutil.which("setpriv"):
        raise life.NotInstalled("root can't run it, and there is no setpriv to become somebody else")
    nobody = pwd.getpwnam("nobody")
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups", "--pdeathsig", "KILL"], nobody


def give(user, *paths):
    """Lets the user of `unprivileged` have them."""
    if user:
        for path in paths:
            os.chown(path, user.pw_uid, user.pw_gid)


def make(binaries, prefix, data, password_file, *more):
    """Makes the files of a server: whoever reaches its socket is let in, over TCP a password is asked for."""
    made = subprocess.run(
        [*prefix, binaries / "initdb", "--pgdata", data, "--username", USER, "--pwfile", password_file, "--no-sync",
         "--auth-local=trust", "--auth-host=scram-sha-256", "--encoding=UTF8", "--no-locale", *more],
        cwd=pathlib.Path(data).parent, capture_output=True, text=True)
    if made.returncode:
        raise life.Failed(f"initdb ended with status {made.returncode}:\n{made.stderr[-2000:]}")
