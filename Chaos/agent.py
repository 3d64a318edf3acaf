# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""The program's agent in a home, at its usual place."""
import time

import world as worlds
from peer import local


class Agent:
    """Runs when it is made, and serves."""

    def __init__(self, home):
        self.errors = open(home.home.parent / f"{home.home.name}-agent-errors", "w+b")
        self.socket = home.home / ".local/state/coffer/agent.sock"
        self.process = home.start("agent", errors=self.errors)
        end = time.monotonic() + worlds.START_SECONDS
        while not self.serves():
            if self.process.poll() is not None or time.monotonic() > end:
                raise worlds.Trouble(f"the agent does not start: {self.last_words()}")
            time.sleep(0.05)

    def serves(self):
        try:
            return local.ask(self.socket, "GET", "/v1/health").status == 200
        except OSError:
            return False

    def last_words(self):
        self.errors.seek(0)
        return " | ".join(self.errors.read().decode(errors="replace").splitlines()[-5:])
