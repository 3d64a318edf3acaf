# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What was done to an agent and to its servers, and whether an answer is explained by that."""
import calendar
import collections
import dataclasses
import threading
import time

# No answer takes longer: 100 s after which the agent gives up (docs/agent.md), and what a busy machine adds.
DEADLINE_SECONDS = 110
# How exact the moments are that logs and clients tell: the servers' are whole seconds, and a commit waits for the disk.
SLACK_SECONDS = 5
# For how long a new token's rejection is not believed.
QUIET_SECONDS = 30
# How long a 429 is felt by all accounts of its app: a minute at a slower pace, and the queue that this makes.
THROTTLED_SECONDS = 300
# A ticket ends by the agent's clock, which is read a little later than ours.
TICKET_SLACK_SECONDS = 2
# An end is told in whole seconds.
EXPIRY_SLACK_SECONDS = 1
# What an account is answered whose refresh meets a fault: codes with their statuses.
FAULTY = {("busy", 503), ("unavailable", 503), ("timed_out", 504), ("needs_reauthorization", 409)}


@dataclasses.dataclass
class Ticket:
    """What a client knows of a ticket: moments are those of the wall clock, None for what did not happen."""

    name: str
    text: str
    asked: float = 0
    issued: float = 0
    seconds: int = 0
    revoking: float = None
    revoked: float = None
    is_made_up: bool = False


@dataclasses.dataclass
class Lock:
    """One time that the agent was locked: asked to, done, asked to open again, done."""

    locking: float
    locked: float = None
    unlocking: float = None
    unlocked: float = None


@dataclasses.dataclass
class Asked:
    """One request, and what came of it."""

    kind: str
    wanted: frozenset
    began: float = 0
    ended: float = 0
    took: float = 0
    status: int = None
    code: str = None
    # The connection that it is about.
    path: str = None
    ticket: Ticket = None
    needs_key: bool = False
    # Of a token that was handed out: its version, its text, and when it ends; of one that was reported as refused its version.
    version: int = None
    token: str = dataclasses.field(default=None, repr=False)
    expires: float = None
    # What is wrong with it whatever was done: no answer, or one that makes no sense.
    trouble: str = None

    def __str__(self):
        moment = time.strftime("%H:%M:%S", time.gmtime(self.began))
        about = f" of {self.path}" if self.path else ""
        return f"{moment} {self.kind}{about}: {self.trouble or f'{self.status} {self.code}'}"


@dataclasses.dataclass
class Sending:
    """One token request as a server saw it."""

    number: int
    at: float
    outcome: str
    fault: str = None


@dataclasses.dataclass
class Version:
    """One version of a connection's tokens: from when on it was known to be there, when it was last asked for and given, its token."""

    known: float = float("inf")
    asked: float = float("-inf")
    token: str = dataclasses.field(default=None, repr=False)


def played(record):
    """The tricks that a request met; a standing grace period is the server's habit, and none."""
    return "+".join(one for one in (record.get("fault") or "").split("+") if one and one != "grace_window") or None


class History:
    """Everything that was done; clients add to it from their threads."""

    def __init__(self):
        self.locks, self.connecting = [], collections.defaultdict(list)
        self.sendings, self.throttles = collections.defaultdict(list), collections.defaultdict(list)
        self.open, self.problems = [], collections.defaultdict(list)
        self.versions = collections.defaultdict(lambda: collections.defaultdict(Version))
        self.counts, self.codes, self.longest = collections.Counter(), collections.Counter(), collections.defaultdict(float)
        self.guard = threading.Lock()

    def take(self, asked):
        """Judges an answer, or keeps it until the servers' logs are read."""
        problem = self.problem(asked)
        with self.guard:
            problem = problem or self.stale(asked)
            self.counts[asked.kind] += 1
            self.codes[asked.code or asked.status or "no answer"] += 1
            self.longest[asked.kind] = max(self.longest[asked.kind], asked.took)
            if asked.took > DEADLINE_SECONDS:
                self.problems["late"].append(f"{asked}, after {asked.took:.0f} s")
            if self.waits_for_logs(asked):
                self.open.append(asked)
            elif problem:
                self.problems["answers"].append(problem)

    def read(self, server):
        """Takes what a server's log says of token requests."""
        for record in server.log():
            if record.get("grant_type") not in ("refresh_token", "authorization_code"):
                continue
            at = calendar.timegm(time.strptime(record["at"], "%Y-%m-%dT%H:%M:%SZ"))
            sending = Sending(record["number"], at, record.get("outcome", "unknown"), played(record))
            self.sendings[server.path(record.get("account"))].append(sending)
            if "too_many_requests" in (sending.fault or ""):
                self.throttles[server.name].append(at)

    def judge_open(self):
        """Judges what was kept, once all logs are read."""
        self.problems["answers"] += [f"{asked}, and no fault calls for it" for asked in self.open if not self.is_called_for(asked)]

    @staticmethod
    def waits_for_logs(asked):
        is_usual = asked.status in asked.wanted
        return not asked.trouble and not is_usual and asked.path is not None and (asked.code, asked.status) in FAULTY

    def problem(self, asked):
        """What is wrong with an answer, by what was done to the agent; None for nothing, and where only logs can tell."""
        if asked.trouble:
            return str(asked)
        if asked.status in asked.wanted:
            return self.undue(asked)
        if self.waits_for_logs(asked):
            return None
        if asked.code == "locked" and asked.status == 423:
            return None if asked.needs_key and self.may_be_locked(asked) else f"{asked}, and nobody had locked it"
        if asked.ticket and (asked.code, asked.status) == ("invalid_ticket", 401):
            return None if self.may_be_void(asked.ticket, asked) else f"{asked}, and the ticket was good"
        if asked.kind == "revoke" and (asked.code, asked.status) == ("not_found", 404):
            return None if self.may_be_void(asked.ticket, asked) else f"{asked}, and the ticket was good"
        return f"{asked}, not {sorted(asked.wanted, key=str)}"

    def undue(self, asked):
        """Why somebody should not have got what he got."""
        if asked.status is None or not 200 <= asked.status < 300:
            return None
        if asked.needs_key and self.must_be_locked(asked):
            return f"{asked}, although it was locked"
        if asked.ticket and asked.kind != "revoke" and self.must_be_void(asked.ticket, asked):
            return f"{asked}, although the ticket had ended"
        return None

    def stale(self, asked):
        """Why a token is no longer the connection's, by what others were answered, in whatever order they say so."""
        if asked.version is None or asked.trouble or asked.status not in asked.wanted:
            return None
        versions = self.versions[asked.path]
        if asked.kind == "rejected":
            # 204 says that there is another (docs/agent.md).
            newer = versions[asked.version + 1]
            newer.known = min(newer.known, asked.ended)
            late = [number for number, one in versions.items() if number <= asked.version and one.asked > asked.ended]
            return f"{asked}: version {max(late)} was handed out after {asked.version} was replaced" if late else None
        own = versions[asked.version]
        own.known, own.asked = min(own.known, asked.ended), max(own.asked, asked.began)
        if own.token not in (None, asked.token):
            return f"{asked}: another token of version {asked.version}"
        own.token = asked.token
        if asked.expires is not None and asked.expires + EXPIRY_SLACK_SECONDS < asked.began:
            return f"{asked}: version {asked.version} had expired"
        newer = [number for number, one in versions.items() if number > asked.version and one.known < asked.began]
        older = [number for number, one in versions.items() if number < asked.version and one.asked > asked.ended]
        if newer:
            return f"{asked}: version {asked.version}, although {max(newer)} was there"
        return f"{asked}: version {max(older)} was handed out after {asked.version}" if older else None

    def may_be_locked(self, asked):
        return any(one.locking <= asked.ended and (one.unlocked is None or one.unlocked >= asked.began)
                   for one in list(self.locks))

    def must_be_locked(self, asked):
        return any(one.locked is not None and one.locked <= asked.began
                   and (one.unlocking is None or asked.ended <= one.unlocking) for one in list(self.locks))

    def may_be_void(self, ticket, asked):
        if ticket.is_made_up or (ticket.revoking is not None and ticket.revoking <= asked.ended):
            return True
        if ticket.asked + ticket.seconds <= asked.ended + TICKET_SLACK_SECONDS:
            return True
        return any(one.locking <= asked.ended and (one.locked is None or one.locked >= ticket.asked)
                   for one in list(self.locks))

    def must_be_void(self, ticket, asked):
        if ticket.is_made_up or (ticket.revoked is not None and ticket.revoked <= asked.began):
            return True
        if ticket.issued + ticket.seconds + TICKET_SLACK_SECONDS <= asked.began:
            return True
        return any(one.locking >= ticket.issued and one.locked is not None and one.locked <= asked.began
                   for one in list(self.locks))

    def is_called_for(self, asked):
        """Whether something has befallen the account: a fault since it last got tokens, a 429 of its app, a new grant."""
        sendings = sorted(self.sendings.get(asked.path, []), key=lambda one: one.number)
        before = [one for one in sendings if one.at < asked.began - SLACK_SECONDS]
        good = max((one.number for one in before if one.outcome == "accepted" and not one.fault), default=0)
        if any(one.fault and one.number > good and one.at <= asked.ended + SLACK_SECONDS for one in sendings):
            return True
        if any(began <= asked.ended and (ended is None or ended + SLACK_SECONDS >= asked.began)
               for began, ended in self.connecting.get(asked.path, [])):
            return True
        if asked.code == "needs_reauthorization":
            return False
        if asked.kind == "rejected" and asked.code == "busy" and any(
                one.outcome == "accepted" and asked.began - QUIET_SECONDS - SLACK_SECONDS <= one.at <= asked.ended + SLACK_SECONDS
                for one in sendings):
            return True
        name = asked.path.split("/")[1]
        return any(asked.began - THROTTLED_SECONDS <= at <= asked.ended + SLACK_SECONDS for at in self.throttles.get(name, []))
