# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Where the clients in Python are installed."""
import pathlib
import sys

from world import Missing

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "scripts" / "servers"))
from peer import environment  # noqa: E402


def python():
    """The interpreter that has them."""
    try:
        return environment.interpreter("venv-clients", HERE / "requirements.txt")
    except environment.NotInstalled as problem:
        raise Missing(str(problem)) from problem
