# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Machines that share a vault in a database, each with a home, an identity and an agent of its own, and programs that ask them."""
import http.client
import json
import random
import signal
import subprocess
import threading

import agent as agents
import cluster as clusters
import world as worlds
from peer import local

# As a person deploys it: one who runs `init`, and machines whose users may do no more than an issuer needs.
OWNER = 0
ROLES = worlds.HERE.parent / "packaging/postgresql/roles.sql"
# An agent ends a request after 100 s.
ANSWER_SECONDS = 110
END_SECONDS = 60
PROGRAM_SECONDS = 180
# Tokens live so long that an answer which an outage keeps from the vault is in it before the token ends, and who asks for nine
# tenths of that has a token refreshed once it is a tenth older.
LIFETIME = 300
DEMAND = 265


class Fleet(worlds.World):
    """The owner's home, the cluster, and the machines."""

    def __init__(self, folder, program, network, machines):
        self.network, self.machines = network, []
        self.cluster = clusters.Cluster(network)
        try:
            super().__init__(folder, program, self.cluster.url(OWNER, clusters.postgres.USER))
            self.cluster.make_users([f"machine{number}" for number in range(1, machines + 1)], ROLES)
            for number in range(1, machines + 1):
                self.machines.append(Machine(self, number))
        except BaseException:
            self.close()
            raise

    def close(self):
        for machine in self.machines:
            machine.close()
        if hasattr(self, "children"):
            super().close()
        self.cluster.close()
        self.network.close()


class Machine(worlds.Home):
    """One of the fleet."""

    def __init__(self, world, number):
        self.world, self.number, self.name, self.agent, self.born = world, number, f"machine{number}", None, None
        url = world.cluster.url(number, self.name)
        super().__init__(world.program, world.folder / self.name, {"COFFER_VAULT": url, **world.clock.environment})

    def join(self):
        """Gets an identity, and is let in as an issuer."""
        own = json.loads(self.succeed("identity", "new", "--json"))
        given = json.loads(self.world.succeed(
            "identity", "add", self.name, own["public"], "--role", "issuer", "--space", "main", "--fingerprint", own["fingerprint"],
            "--json"))
        self.succeed("identity", "accept", given["invitation"], "--fingerprint", given["owner_fingerprint"])

    def begin(self):
        """Starts the agent, as often as it takes while its vault can't be reached."""
        def started():
            try:
                self.born = self.world.clock.now()
                return agents.Agent(self)
            except worlds.Trouble:
                return None
        self.agent = worlds.until(started, worlds.START_SECONDS, f"the agent of {self.name} did not start")

    def kill(self):
        """Ends the agent as a crash does; when it had begun and when it was dead."""
        self.agent.process.send_signal(signal.SIGKILL)
        self.agent.process.wait()
        return self.born, self.world.clock.now(), self.name

    def end(self):
        """Tells the agent to end; what is wrong with how it did."""
        self.agent.process.terminate()
        try:
            status = self.agent.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            return [f"{self.name}: the agent still runs after {END_SECONDS} s"]
        return [] if status == 0 else [f"{self.name}: the agent ended with {status}: {self.agent.last_words()}"]

    def spilled(self):
        """Answers that lie beside the vault."""
        return [file for file in (self.home / ".local/state/coffer/databases").glob("*-spill/*") if file.is_file()]


class Asker(threading.Thread):
    """Asks one machine's agent for tokens, one after the other: as they are, or such as live for long."""

    PAUSE_SECONDS = 0.1

    def __init__(self, ground, machine, is_reader):
        super().__init__(daemon=True)
        self.ground, self.machine, self.is_reader = ground, machine, is_reader
        self.dice = random.Random(f"{ground.seed} {machine.name} {is_reader}")

    def run(self):
        while not self.ground.stop.wait(self.PAUSE_SECONDS):
            path = self.dice.choice(self.ground.paths)
            demand = "" if self.is_reader else f"&min_valid_seconds={DEMAND}"
            try:
                answer = local.ask(self.machine.agent.socket, "GET", f"/v1/token?path={path}{demand}", timeout=ANSWER_SECONDS)
            except (OSError, http.client.HTTPException) as problem:
                self.ground.refused(type(problem).__name__)
                continue
            body = answer.json() or {}
            if answer.status == 200:
                self.ground.heard(self.machine, path, body["version"], self.is_reader)
            else:
                self.ground.refused(body.get("error", {}).get("code", str(answer.status)))


class Commander(threading.Thread):
    """Runs the program on the machines, one command after the other, beside their agents."""

    # 1 and 70 are what no command may end in: no class, and a bug.
    BAD_STATUSES = (1, 70)

    def __init__(self, ground):
        super().__init__(daemon=True)
        self.ground, self.dice = ground, random.Random(f"{ground.seed} commands")

    def run(self):
        while not self.ground.stop.wait(0.2):
            machine, path = self.dice.choice(self.ground.machines), self.dice.choice(self.ground.paths)
            command = self.dice.choice((("token", "--no-agent", path), ("refresh", "--quiet"),
                                        ("token", "--no-agent", "--min-valid", f"{DEMAND}s", path)))
            try:
                done = machine.run(*command, seconds=PROGRAM_SECONDS)
            except subprocess.TimeoutExpired:
                self.ground.strange.append(f"coffer {' '.join(command)} at {machine.name} still ran after {PROGRAM_SECONDS} s")
                continue
            self.ground.refused(f"status {done.returncode}") if done.returncode else None
            if done.returncode < 0 or done.returncode in self.BAD_STATUSES:
                self.ground.strange.append(f"coffer {' '.join(command)} ended with {done.returncode}: {done.stderr.strip()[-300:]}")
