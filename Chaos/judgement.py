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
SPENT_UNANSWERED = re.compile("got no complete answer.*so it was probably processed and its tokens lost")


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


class Sending:
    """One refresh token sent once, as the server saw it."""

    def __init__(self, record, was_killed):
        self.number, self.ended = record["number"], record.get("answered_after")
        self.account, self.at = record.get("account"), seconds(record["at"])
        self.token = record["fingerprints"]["body.refresh_token"][0]
        self.faults = set(filter(None, (record.get("fault") or "").split("+"))) - {"grace_window"}
        self.outcome = record.get("outcome", "unknown")
        self.is_unanswered = self.outcome == "unknown" or bool(self.faults & NO_ANSWER)
        # A dripping answer may have come whole after all.
        self.may_be_refused = self.outcome == "refused" or "slow_drip" in self.faults
        # Nobody knows whether a program that was killed had read the answer.
        self.may_be_unanswered = self.is_unanswered or was_killed(self.at)
        # The server gave back what it had been asked with: the token goes on.
        self.is_kept = "same_token_again" in self.faults
        self.may_be_processed = bool(self.faults & PROCESSED) or (
            self.outcome == "accepted" and not self.is_kept)


class Loss:
    """A connection that says it needs a person."""

    def __init__(self, server, account, reason, at):
        self.server, self.account, self.reason, self.at = server, account, reason or "", at
        self.path = server.path(account)


class Judgement:
    """Collects findings; each check says how much it looked at."""

    def __init__(self, kills):
        self.kills = sorted(kills)
        self.problems = collections.defaultdict(list)
        self.counts = collections.Counter()
        self.faults = collections.Counter()

    def was_killed(self, at):
        """Whether a program was killed in the seconds in which this request may have been under way."""
        return any(start - 1 <= at <= end + 1 for start, end in self.kills)

    def read(self, server):
        """The refresh tokens of a server, each with its sendings in order."""
        tokens = collections.defaultdict(list)
        for record in server.log():
            if record.get("grant_type") != "refresh_token":
                continue
            sending = Sending(record, self.was_killed)
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
                    self.problems["at once"].append(f"{name}: while {earlier.number} was under way")
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

    def check_events(self, server, tokens, events):
        """Each repetition is in the vault's record of events, before it was sent."""
        attempts = collections.defaultdict(list)
        for event in events:
            if event["action"] == "refresh begin" and event.get("reason", "").startswith("attempt 2"):
                attempts[event["paths"][0]].append(seconds(event["at"]))
        for sendings in tokens:
            sendings = self.since_kept(sendings)
            for place, later in enumerate(sendings[1:], 1):
                if not any(self.must_be_repetition(one) for one in sendings[:place]):
                    continue
                known = attempts[server.path(later.account)]
                # The intent is recorded before its place under the rate limit has come.
                if not any(later.at - 60 <= at <= later.at + 1 for at in known):
                    self.problems["recorded"].append(f"{server.name} {later.account} request {later.number}")
                self.counts["recorded"] += 1

    def check_loss(self, loss, tokens, events):
        """Whether a loss was beyond help, and whether its reason is the true one."""
        mine = sorted((one for sendings in tokens for one in sendings if one.account == loss.account and one.at <= loss.at),
                      key=lambda one: one.number)
        if BOTH_LOST.search(loss.reason):
            return self.check_both_lost(loss, mine, events)
        seen = [f"{one.number} {one.outcome} {'+'.join(sorted(one.faults))}" for one in mine[-4:]]
        if not mine or not mine[-1].may_be_refused:
            return self.wrong(loss, f"the server did not refuse: {seen}")
        if loss.server.name == "graceful":
            return self.wrong(loss, f"the server would have answered once more: {seen}")
        earlier = self.since_kept([one for one in mine if one.token == mine[-1].token])[:-1]
        if not any(one.may_be_processed for one in earlier):
            return self.wrong(loss, f"nothing spent the token: {seen}")
        if any(one.is_unanswered for one in earlier) and not SPENT_UNANSWERED.search(loss.reason):
            return self.wrong(loss, f"the reason does not say that an answer was lost: {seen}")
        self.counts["spent unanswered"] += 1
        return None

    def check_both_lost(self, loss, mine, events):
        """A request and its one repetition, recorded both, and no answer to either, or no program left to hear it."""
        begun = [(seconds(event["at"]), event["reason"]) for event in events
                 if event["action"] == "refresh begin" and event["paths"] == [loss.path] and seconds(event["at"]) <= loss.at]
        second = next((place for place in reversed(range(len(begun))) if begun[place][1].startswith("attempt 2")), None)
        first = next((place for place in reversed(range(second or 0)) if begun[place][1].startswith("attempt 1")), None)
        if first is None or second != len(begun) - 1:
            return self.wrong(loss, f"no repetition is recorded: {begun[-4:]}")
        for at, attempt in (begun[first], begun[second]):
            answers = [one for one in mine if at - 1 <= one.at <= at + 60]
            if not (self.was_killed(at) or any(one.is_unanswered for one in answers)):
                return self.wrong(loss, f"{attempt} was answered: {[one.number for one in answers]}")
        self.counts["both lost"] += 1
        self.counts["both lost graceful"] += loss.server.name == "graceful"
        return None

    def wrong(self, loss, why):
        self.problems["lost"].append(f"{loss.path}: {why}; it says: {loss.reason}")
