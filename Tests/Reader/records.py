# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Rows, journals, fingerprints and audit events, after docs/vault-format.md."""
import json
import re

from coding import Damaged, Reader, derive, hashed, mac, optional, text, unsigned, unseal, verify

KINDS = {1: "app", 2: "connection", 3: "secret"}
WORD = re.compile(r"[a-z0-9._-]([a-z0-9 ._-]{0,62}[a-z0-9._-])?", re.ASCII)
COLUMNS = "id, space, lookup, kind, version, generation, use_box, issue_box, due_at, state, signature"


def fields(data, what):
    """A field table: tag → bytes."""
    reader, found = Reader(data, what), {}
    for _ in range(reader.unsigned(16)):
        tag = reader.unsigned(16)
        if found and tag <= max(found):
            raise Damaged(f"{what}: tags do not ascend")
        found[tag] = reader.var()
    reader.end()
    return found


class Entry:
    """A row that was verified and opened."""

    def __init__(self, row, vault, space):
        (self.id, space_id, lookup, kind, version, number, use_box, issue_box, due_at, state, signature) = row
        what = f"entry {self.id.hex()}"
        keys = next((keys for keys in space.generations if keys.number == number), None)
        if keys is None or space_id != space.id:
            raise Damaged(f"{what}: of an unknown generation or space")
        if not 1 <= kind <= 255:
            raise Damaged(f"{what}: of no kind")
        self.kind, self.version = KINDS.get(kind, "unknown"), version
        self.row_hash = hashed(
            text("coffer row 1") + vault + space.id + self.id + lookup + unsigned(kind, 8) + unsigned(version, 64)
            + unsigned(number, 32) + hashed(use_box)
            + (b"\0" if issue_box is None else b"\1" + hashed(issue_box)) + optional(due_at)
            + (b"\0" if state is None else b"\1" + text(state)))
        verify(keys.signing, signature, text("coffer row signature 1") + self.row_hash, what)

        def opened(key, label, tier, box):
            data = (text("coffer box 1") + vault + space.id + unsigned(tier, 8) + unsigned(number, 32) + self.id
                    + unsigned(version, 64) + lookup)
            table = fields(unseal(derive(key, label), box, data, what), what)
            if int.from_bytes(table.pop(2), "big") != kind:
                raise Damaged(f"{what}: of another kind inside")
            path = table.pop(1).decode()
            if path.split("/")[0] != space.name or mac(derive(keys.use, "coffer.lookup"), path.encode()) != lookup:
                raise Damaged(f"{what}: of another path inside")
            return path, table

        self.path, self.use = opened(keys.use, "coffer.box.use", 1, use_box)
        self.issue = None
        if keys.issue is not None:
            self.issue = {}
            if issue_box is not None:
                path, self.issue = opened(keys.issue, "coffer.box.issue", 2, issue_box)
                if path != self.path:
                    raise Damaged(f"{what}: its boxes disagree")


def entries(database, vault, space):
    """Every entry of a space."""
    for row in database.execute(f"SELECT {COLUMNS} FROM entry WHERE space = ?", (space.id,)):
        yield Entry(row, vault, space)


def fingerprint(space, tier, secret):
    """The tag under which a secret of a tier (1 use, 2 issue) is remembered."""
    return mac(derive(space.trace[tier - 1], "coffer.trace"), secret)


def unvouched_fingerprints(database, space, chains):
    """Fingerprints in the table that no event has kept, or that it calls spent and no event does."""
    kept = {(row[1], row[5]) for chain in chains.values() for event in chain for row in event.fingerprints
            if row[0] == space.id}
    known = {tag for tag, _ in kept}
    for tag, spent in database.execute("SELECT tag, spent FROM fingerprint WHERE space = ?", (space.id,)):
        if tag not in known or (spent and (tag, True) not in kept):
            yield tag


def journal(database, vault, space):
    """Every event of every rotation of a space: (rotation, index, event)."""
    rows = database.execute("SELECT rotation, position, generation, box, signature FROM journal WHERE space = ? "
                            "ORDER BY rotation, position", (space.id,))
    for rotation, index, number, box, signature in rows:
        what = f"journal {rotation.hex()}"
        keys = next((keys for keys in space.generations if keys.number == number), None)
        if keys is None:
            raise Damaged(f"{what}: of an unknown generation")
        data = text("coffer journal 1") + vault + space.id + rotation + unsigned(index, 32) + unsigned(number, 32)
        row_hash = hashed(text("coffer journal 1") + data + hashed(box))
        verify(keys.signing, signature, text("coffer journal signature 1") + row_hash, what)
        yield rotation, index, json.loads(unseal(derive(keys.issue, "coffer.box.jrnl"), box, data, what))


class Event:
    """One link of an identity's chain."""

    def __init__(self, data):
        reader = Reader(data, "event")
        reader.label("coffer event 1")
        self.signer, self.sequence, self.previous = reader.fixed(32), reader.unsigned(64), reader.fixed(32)
        self.bindings = reader.many(32, lambda r: (r.fixed(16), r.unsigned(64), r.fixed(32)))
        self.fingerprints = reader.many(
            32, lambda r: (r.fixed(16), r.fixed(32), r.fixed(16), r.unsigned(16), r.unsigned(8), r.flag()))
        self.heads = reader.many(32, lambda r: (r.fixed(32), r.unsigned(64), r.fixed(32)))
        self.bodies = dict(reader.many(16, lambda r: (r.fixed(32), r.var())))
        self.hash = hashed(data[:reader.at])
        verify(self.signer, reader.fixed(64), text("coffer event signature 1") + self.hash, "event")
        reader.end()

    def body(self, identity):
        """What happened, for an owner; None if it was not sealed to this one."""
        box = self.bodies.get(identity.public)
        if box is None:
            return None
        reader = Reader(identity.unwrap(box, "event"), "event")
        body = {"at": reader.signed(), "action": reader.text(), "paths": reader.many(32, Reader.text),
                "outcome": reader.text(), "reason": reader.text(),
                "details": dict(reader.many(16, lambda r: (r.text(), r.text())))}
        reader.end()
        # An unknown name is as good as a known one, a text that is no name is damage.
        for name in ("action", "outcome"):
            if not WORD.fullmatch(body[name]):
                raise Damaged(f"event: {name} is no name")
        return body


def chains(database, root=bytes(32)):
    """Every chain from its first event, its links checked: signer → events. In a bundle the root is H(its id)."""
    found = {}
    for signer, sequence, data in database.execute("SELECT signer, sequence, body FROM audit ORDER BY signer, sequence"):
        event, chain = Event(data), found.setdefault(signer, [])
        if (event.signer, event.sequence, event.previous) != \
                (signer, len(chain) + 1, chain[-1].hash if chain else root):
            raise Damaged(f"chain {signer.hex()}: broken at event {sequence}")
        chain.append(event)
    return found
