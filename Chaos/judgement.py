# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""What must not have happened, read off the servers' logs, the vault's own events and what it says of each account."""
import calendar
import collections
import re
import time

# What took effect although no complete answer came, or may have.
PROCESSED = {"answer_lost", "reset_in_answer", "slow_drip", "truncated_body", "missing_access_token", "duplicate_keys",
             "server_error"}
# Two tokens under one name are no answer, whatever a server thinks of it (RFC 8259 §4).
NO_ANSWER = {"duplicate_keys"}
BOTH_LOST = re.compile("one repetition of a lost answer|neither did its repetition")
SPENT_UNANSWERED = re.compile(r"sent at (\S+) got no complete answer.*so it was probably processed and its tokens lost")
# How far the moment that a reason names, or an intent's, may lie before its event: a commit waits for the disk, or for a database
# that fails over; what takes longer than 5 s is recorded anew (RefreshLimits). Both are whole seconds.
COMMIT_SECONDS = 6
# How long a request may go on, its place under a rate limit and its commit included.
ATTEMPT_SECONDS = 60


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


class Attempt:
    """One request as the vault's events tell it: announced, and ended by its own program or, if that died, by who came later."""

    # What is written of a request whose program is dead.
    BY_OTHERS = ("indeterminate", "needs_reauthorization")

    def __init__(self, event):
        self.at, self.number, self.is_killed = seconds(event["at"]), event["reason"], False
        self.identity = event.get("identity")
        self.ending, self.ended = None, None
        self.is_repetition = self.number.startswith("attempt 2")

    def end(self, event):
        self.ending, self.ended = event.get("reason", ""), seconds(event["at"])

    @property
    def may_be_open(self):
        """Whether its own program may have died without a word of it."""
        return self.ending is None or self.ending.startswith(self.BY_OTHERS)

    @property
    def is_heard(self):
        """Whether its program learnt what became of it."""
        return not (self.ending is None or self.is_killed or self.ending.startswith("indeterminate"))


class Sending:
    """One refresh token sent once, as the server saw it, with the attempt that it was."""

    def __init__(self, record, attempts):
        self.number, self.ended = record["number"], record.get("answered_after")
        self.account, self.at = record.get("account"), seconds(record["at"])
        self.token = record["fingerprints"]["body.refresh_token"][0]
        self.faults = set(filter(None, (record.get("fault") or "").split("+"))) - {"grace_window"}
        self.outcome = record.get("outcome", "unknown")
        self.is_unanswered = self.outcome == "unknown" or bool(self.faults & NO_ANSWER)
        # A dripping answer may have come whole after all.
        self.may_be_refused = self.outcome == "refused" or "slow_drip" in self.faults
        self.attempts = self.possible(attempts)
        # A program that was killed between this announcement and its end: nobody knows whether it had read the answer.
        self.may_be_unanswered = self.is_unanswered or any(one.is_killed for one in self.attempts)
        # The server gave back what it had been asked with: the token goes on.
        self.is_kept = "same_token_again" in self.faults
        self.may_be_processed = bool(self.faults & PROCESSED) or (
            self.outcome == "accepted" and not self.is_kept)

    def __str__(self):
        known = ", ".join(f"{one.number.split(',')[0]} begun at {one.at - self.at:+d} s, ended {one.ending or 'never'}"
                          for one in self.attempts)
        return (f"{'+'.join(sorted(self.faults)) or 'no fault'}, {self.outcome}, ended when {self.ended or 'none'} was the last, "
                f"at {self.at}: {known or 'no attempt'}")

    def possible(self, attempts):
        """The last one that was announced before; more than one where the clock's seconds do not tell them apart."""
        before = [one for one in attempts if self.at - ATTEMPT_SECONDS <= one.at <= self.at]
        return [one for one in before if one.at == self.at] + [one for one in before if one.at < self.at][-1:]


class Loss:
    """A connection that says it needs a person."""

    def __init__(self, server, account, reason, at):
        self.server, self.account, self.reason, self.at = server, account, reason or "", at
        self.path = server.path(account)


class Judgement:
    """Collects findings; each check says how much it looked at."""

    def __init__(self, kills, events):
        """Takes when programs that were killed had begun and when they were dead, and whose they were if there are several identities,
        and the vault's events, oldest first."""
        self.kills = list(kills)
        self.attempts = collections.defaultdict(list)
        for event in events:
            if event["action"] not in ("refresh begin", "refresh end"):
                continue
            attempts = self.attempts[event["paths"][0]]
            if event["action"] == "refresh begin":
                attempts.append(Attempt(event))
            elif attempts and attempts[-1].ending is None:
                attempts[-1].end(event)
        for attempts in self.attempts.values():
            for place, one in enumerate(attempts):
                following = [attempts[place + 1].at] if place + 1 < len(attempts) else []
                until = min([one.at + ATTEMPT_SECONDS, *following, *filter(None, [one.ended])])
                one.is_killed = one.may_be_open and self.was_killed(one.at, until, one.identity)
        self.problems = collections.defaultdict(list)
        self.counts = collections.Counter()
        self.faults = collections.Counter()

    def was_killed(self, at, until, identity=None):
        """Whether a program that had begun at one moment was dead by the other."""
        return any(start - 1 <= at <= dead + 1 and dead <= until + 1 and identity in (whose or [identity])
                   for start, dead, *whose in self.kills)

    def read(self, server):
        """The refresh tokens of a server, each with its sendings in order."""
        tokens = collections.defaultdict(list)
        for record in server.log():
            if record.get("grant_type") != "refresh_token":
                continue
            sending = Sending(record, self.attempts[server.path(record.get("account"))])
            tokens[sending.token].append(sending)
            self.counts["requests"] += 1
            self.counts["accepted"] += sending.outcome == "accepted"
            self.faults.update(sending.faults)
            self.counts["faulty"] += bool(sending.faults)
        return list(tokens.values())

    def check_sendings(self, server, tokens):
        """No token twice at once, none again after a success or a refusal, and once more at most after no answer."""
        for sendings in tokens:
            name = f"{server.name} {sendings[0].account} request {sendings[-1].number}"
            for earlier, later in zip(sendings, sendings[1:]):
                if earlier.ended is None or earlier.ended >= later.number:
                    self.problems["at once"].append(f"{name}, {later}: while {earlier.number} was under way, {earlier}")
                if earlier.outcome == "refused" and not earlier.may_be_unanswered:
                    self.problems["after a refusal"].append(f"{name}: {earlier.number} was refused")
                if earlier.outcome == "accepted" and not earlier.may_be_unanswered and not earlier.is_kept:
                    self.problems["after a success"].append(f"{name}: {earlier.number} was accepted")
            unanswered = [one for one in self.since_kept(sendings)[:-1] if self.must_be_repetition(one)]
            if len(unanswered) > 1:
                self.problems["repeated"].append(f"{name}: after {[one.number for one in unanswered]}")
            self.counts["repeated"] += bool(unanswered)

    @staticmethod
    def since_kept(sendings):
        """The sendings since the token was last given back as good."""
        last = max((place + 1 for place, one in enumerate(sendings[:-1]) if one.is_kept), default=0)
        return sendings[last:]

    @staticmethod
    def must_be_repetition(sending):
        """Whether whoever sends again repeats: it heard nothing, or was killed before it heard."""
        return sending.is_unanswered or (sending.outcome in ("accepted", "refused") and not sending.is_kept)

    def check_events(self, server, tokens):
        """Each repetition is in the vault's record of events, before it was sent."""
        for sendings in tokens:
            sendings = self.since_kept(sendings)
            for place, later in enumerate(sendings[1:], 1):
                if not any(self.must_be_repetition(one) for one in sendings[:place]):
                    continue
                if not any(one.is_repetition for one in later.attempts):
                    self.problems["recorded"].append(f"{server.name} {later.account} request {later.number}")
                self.counts["recorded"] += 1

    def check_loss(self, loss, tokens):
        """Whether a loss was beyond help, and whether its reason is the true one.

        Beyond help is a token that one request spent whose answer nobody heard, at a server that keeps nothing; then the reason
        names that very request. A server that spends a token and answers with 5xx says that nothing was done, so that there the
        refusal is all that can be said.
        """
        mine = sorted((one for sendings in tokens for one in sendings if one.account == loss.account and one.at <= loss.at),
                      key=lambda one: one.number)
        if BOTH_LOST.search(loss.reason):
            return self.check_both_lost(loss, mine)
        seen = [f"{one.number} {one.outcome} {'+'.join(sorted(one.faults))}" for one in mine[-4:]]
        if not mine or not mine[-1].may_be_refused:
            return self.wrong(loss, f"the server did not refuse: {seen}")
        if loss.server.name == "graceful":
            return self.wrong(loss, f"the server would have answered once more: {seen}")
        earlier = self.since_kept([one for one in mine if one.token == mine[-1].token])[:-1]
        spender = next((one for one in earlier if one.may_be_processed), None)
        if spender is None:
            return self.wrong(loss, f"nothing spent the token: {seen}")
        said = SPENT_UNANSWERED.search(loss.reason)
        unheard = [one for one in earlier if one.may_be_unanswered]
        if not unheard:
            if spender.outcome != "undecided":
                return self.wrong(loss, f"what spent the token was answered, and heard: {seen}")
            # A program that was killed before it sent anything leaves the same behind as one whose answer was lost.
            if said and not self.is_named(loss, said[1]):
                return self.wrong(loss, f"no answer was lost: {seen}")
            self.counts["spent by 5xx"] += 1
            return None
        if not said:
            return self.wrong(loss, f"the reason does not say that an answer was lost: {seen}")
        if not self.is_named(loss, said[1]):
            begun = ", ".join(f"{one.at - seconds(said[1]):+d} s" for one in self.attempts[loss.path] if not one.is_heard)
            return self.wrong(loss, f"no request that was not answered was begun when the reason says, but {begun}: {seen}")
        if seconds(said[1]) > spender.at and not any(one.outcome == "undecided" for one in earlier):
            return self.wrong(loss, f"the reason names a later request than the one that spent the token: {seen}")
        self.counts["spent unanswered"] += 1
        return None

    def is_named(self, loss, moment):
        """Whether a request was begun at the moment that a reason names, and no program learnt what became of it."""
        return any(0 <= one.at - seconds(moment) <= COMMIT_SECONDS and not one.is_heard for one in self.attempts[loss.path])

    def check_both_lost(self, loss, mine):
        """A request and its one repetition, recorded both, and no answer to either, or its own program killed before it was heard."""
        begun = [one for one in self.attempts[loss.path] if one.at <= loss.at]
        second = begun[-1] if begun and begun[-1].is_repetition else None
        first = next((one for one in reversed(begun[:-1]) if not one.is_repetition), None)
        if first is None or second is None:
            return self.wrong(loss, f"no repetition is recorded: {[(one.at, one.number) for one in begun[-4:]]}")
        for attempt in (first, second):
            sent = [one for one in mine if attempt in one.attempts]
            if not (attempt.is_killed or any(one.is_unanswered for one in sent)):
                return self.wrong(loss, f"{attempt.number} was answered: {[one.number for one in sent]}")
        self.counts["both lost"] += 1
        self.counts["both lost graceful"] += loss.server.name == "graceful"
        return None

    def wrong(self, loss, why):
        self.problems["lost"].append(f"{loss.path}: {why}; it says: {loss.reason}")
