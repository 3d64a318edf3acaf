# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What happens to the fleet and its database, and how each outage ends: all agents hand out tokens again, and one can be refreshed.

Nothing is waited for but conditions, with a deadline, and times that a part of the program has for itself: those are named.
"""
import collections
import contextlib
import json
import os
import signal
import time

import notes
import world as worlds

RECOVERY_SECONDS = 150
# An agent that hears nothing of its database hands out nothing from memory after 3 s (docs/decisions/0032-one-fleet.md).
QUIET_SECONDS = 5
# Longer than a statement's deadline, and than the wait for its answer (docs/decisions/0030-postgres-store.md).
DEADLINE_SECONDS = 37
# How late somebody notices that the primary is dead, at most.
NOTICE_SECONDS = 3
HOLD_SECONDS = 60
# How long the machine under all of this may stand still.
STILL_SECONDS = 15
# What was committed, by whom, as which event.
WRITTEN = "SELECT encode(entry, 'hex'), version, encode(signer, 'hex'), sequence FROM coffer.audit_binding"
EVENTS = "SELECT encode(signer, 'hex'), sequence FROM coffer.audit"
REFRESHING = "SELECT count(*) FROM coffer.entry WHERE state = 'refreshing'"
# What an agent asks each second, and a command never does.
LISTENING = "SELECT count(DISTINCT usename) FROM pg_stat_activity WHERE query LIKE 'SELECT state, wish, %' AND usename LIKE 'machine%'"
HANG_UP = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename LIKE 'machine%'"


class Outages:
    """All that is done to one fleet while it is asked."""

    # What ends with another primary, and what does not.
    FAILOVERS = ("primary_dies",) * 3 + ("both_die",) * 2 + ("primary_hangs_and_is_replaced",)
    SHORT = ("both_die", "primary_hangs_and_is_replaced")
    OTHERS = ("agents_die", "network_is_cut", "primary_hangs", "disk_is_full", "sessions_are_dropped")

    def __init__(self, world, ground, dice, is_patient):
        self.world, self.ground, self.dice, self.is_patient = world, ground, dice, is_patient
        self.cluster, self.network, self.machines = world.cluster, world.network, world.machines
        self.counts, self.kills = collections.Counter(), []
        self.problems, self.forked, self.lost_events = [], [], 0
        self.decks = {}

    def next(self, kinds):
        """One of the kinds: each as often as it is there before any comes again."""
        deck = self.decks.setdefault(kinds, [])
        if not deck:
            deck += self.dice.sample(kinds, len(kinds))
        return deck.pop()

    def happen(self, kind, load):
        """Has it happen once so many refreshes were seen, so that some are under way, and waits until it is over."""
        seen = self.ground.renewed
        self.expect(lambda: self.ground.renewed >= seen + load, RECOVERY_SECONDS, f"before {kind} there were no {load} refreshes")
        self.counts[kind] += 1
        began = time.monotonic()
        getattr(self, kind)()
        over = time.monotonic()
        self.recover(kind)
        return over - began, time.monotonic() - over

    # Waiting

    def recover(self, kind):
        """All agents hand out tokens, and one can be refreshed: somebody asks for that who means it."""
        began = time.monotonic()
        for machine in self.machines:
            self.expect(lambda: self.ground.last_read(machine) > began, RECOVERY_SECONDS,
                        f"after {kind} the agent of {machine.name} handed out nothing")
        self.expect(lambda: self.ground.last_refresh() > began or self.refresh_one(), RECOVERY_SECONDS,
                    f"after {kind} nothing was refreshed")

    def expect(self, ready, seconds, what):
        """Waits for what the fleet must do; if it does not, that is found, and the outage goes on to its end."""
        try:
            worlds.until(ready, seconds, what)
        except worlds.Trouble as problem:
            self.problems.append(str(problem))

    def refresh_one(self):
        """Forces what is in nobody's hands."""
        active = self.active()
        if not active or self.dice.choice(self.machines).run("refresh", "--force", self.dice.choice(active)).returncode:
            return False
        with self.ground.guard:
            self.ground.refreshes.met(time.monotonic())
        return True

    def active(self):
        """The connections of which no answer is missing: forcing another one might present a token whose answer an agent has."""
        shown = self.world.run("status", "--json")
        rows = json.loads(shown.stdout)["connections"] if shown.returncode == 0 else []
        return [row["path"] for row in rows if row["state"] == "active"]

    def last(self, seconds):
        end = time.monotonic() + seconds
        worlds.until(lambda: time.monotonic() > end, seconds + QUIET_SECONDS, "the clock stood still")

    def is_quiet(self, machine):
        """Whether another machine has handed out something that much later: this process may have stood still."""
        others = [self.ground.last_read(one) for one in self.machines if one is not machine]
        return max(others, default=time.monotonic()) - self.ground.last_read(machine) > QUIET_SECONDS

    # Failovers

    def primary_dies(self):
        with self.amid_requests():
            self.cluster.primary.kill()
        self.replace()

    def replace(self):
        self.last(self.dice.uniform(0, NOTICE_SECONDS))
        self.cluster.promote()
        self.cluster.rejoin()

    def both_die(self):
        with self.amid_requests():
            some = self.kill_some()
            self.cluster.primary.kill()
        self.replace()
        self.restart(some)

    def primary_hangs_and_is_replaced(self):
        """The old primary is out of everybody's reach before there is another, and until it is the standby: an operator's fence."""
        old, began = self.cluster.primary, time.monotonic()
        wake = old.hang()
        try:
            self.last(self.dice.uniform(0, NOTICE_SECONDS))
            self.network.cut(old)
            self.cluster.promote()
            if self.is_patient:
                self.expect(lambda: self.cluster.primary.sql(LISTENING) == str(len(self.machines)), RECOVERY_SECONDS,
                            "an agent did not find the new primary")
                self.last(max(0, began + DEADLINE_SECONDS - time.monotonic()))
        finally:
            wake()
        try:
            self.compare(old)
            old.kill()
            self.cluster.rejoin()
        finally:
            self.network.heal(old)

    def compare(self, old):
        """Two primaries: nothing stands in the old one that the new one does not know, but events of reading."""
        if old.sql("SELECT pg_is_in_recovery()") != "f":
            self.problems.append("the old primary did not come back as one")
        # The former one first: what is in it was in the other one before.
        rows, events = old.sql(WRITTEN).splitlines(), set(old.sql(EVENTS).splitlines())
        self.forked += notes.forked(rows, self.cluster.primary.sql(WRITTEN).splitlines())
        self.lost_events += len(events - set(self.cluster.primary.sql(EVENTS).splitlines()))
        self.counts["compared"] += 1

    # What ends without another primary

    def agents_die(self):
        with self.amid_requests():
            some = self.kill_some()
        self.restart(some)

    def kill_some(self):
        some = self.dice.sample(self.machines, self.dice.randint(1, len(self.machines)))
        for machine in some:
            with self.ground.guard:
                self.ground.at[machine].pause()
            self.kills.append(machine.kill())
            self.counts["agents killed"] += 1
        return some

    def restart(self, some):
        for machine in some:
            machine.begin()
            with self.ground.guard:
                self.ground.at[machine].go_on(time.monotonic())

    def network_is_cut(self):
        """One machine is cut off, and the others go on."""
        machine, primary, began = self.dice.choice(self.machines), self.cluster.primary, time.monotonic()
        self.network.cut(primary, machine.number)
        try:
            self.expect(lambda: self.is_quiet(machine), HOLD_SECONDS, f"{machine.name} served on, without its database")
            if self.is_patient and self.dice.random() < 0.5:
                self.last(max(0, began + DEADLINE_SECONDS - time.monotonic()))
            moment = time.monotonic()
            for one in self.machines:
                if one is not machine:
                    self.expect(lambda: self.ground.last_read(one) > moment, STILL_SECONDS,
                                f"{one.name} stopped when {machine.name} was cut off")
        finally:
            self.network.heal(primary, machine.number)

    def primary_hangs(self):
        wake = self.cluster.primary.hang()
        try:
            self.last(DEADLINE_SECONDS if self.is_patient else QUIET_SECONDS)
        finally:
            wake()

    def disk_is_full(self):
        primary, began = self.cluster.primary, time.monotonic()
        primary.fill()

        def is_met():
            return not primary.runs() or time.monotonic() - max(began, self.ground.last_refresh()) > QUIET_SECONDS
        try:
            self.expect(is_met, HOLD_SECONDS, "nobody met the full disk")
            self.counts["server died of a full disk"] += not primary.runs()
        finally:
            primary.empty()
        # One whose log had no room starts anew by itself, or has ended.
        worlds.until(lambda: primary.runs() and primary.knows("SELECT true") or not primary.runs() and primary.start(),
                     RECOVERY_SECONDS, "the primary did not come back")
        self.cluster.wait_until_synchronous()

    def sessions_are_dropped(self):
        """While a server of the sandbox holds the answer to a token request."""
        machine, path = self.dice.choice(self.machines), self.dice.choice(worlds.until(self.active, HOLD_SECONDS, "nothing was active"))
        server = next(one for one in self.world.servers if path.split("/")[1] == one.name)
        with self.holding(server):
            child = machine.start("refresh", "--force", path)
            self.expect(lambda: self.is_held(server), HOLD_SECONDS, f"nobody asked {server.name}")
            self.counts["sessions dropped"] += int(self.cluster.primary.sql(HANG_UP))
        self.counts["refreshed in a session that was dropped"] += child.wait(RECOVERY_SECONDS) == 0

    @contextlib.contextmanager
    def amid_requests(self):
        """Every other time a server holds what agents ask for, so that what happens does so while requests are under way."""
        if not self.is_patient or self.dice.random() < 0.5:
            yield
            return
        server = self.dice.choice(self.world.servers)
        with self.holding(server):
            self.expect(lambda: self.is_held(server, len(self.machines)), HOLD_SECONDS, f"nobody asked {server.name}")
            self.counts["amid requests"] += 1
            yield

    @contextlib.contextmanager
    def holding(self, server):
        server.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            server.process.send_signal(signal.SIGCONT)

    def is_held(self, server, count=1):
        return int(self.cluster.primary.sql(REFRESHING)) >= count and self.is_asked(server)

    @staticmethod
    def is_asked(server):
        """Whether bytes lie unread at the server's port."""
        with open(f"/proc/{os.getpid()}/net/tcp", encoding="ascii") as lines:
            for line in list(lines)[1:]:
                words = line.split()
                if int(words[1].split(":")[1], 16) == server.settings["port"] and int(words[4].split(":")[1], 16):
                    return True
        return False
