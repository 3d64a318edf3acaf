# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Rows, journals, fingerprints and audit events, after docs/vault-format.md."""
import re

from coding import (Damaged, Newer, Reader, derive, hashed, is_path, mac, optional, parsed, rows, text, unsigned, unseal,
                    utf8, verify)

KINDS = {1: "app", 2: "connection", 3: "secret"}
WORD = re.compile(r"[a-z0-9._-]([a-z0-9 ._-]{0,62}[a-z0-9._-])?", re.ASCII)
# The fields that a fingerprint is kept of as long as they stand there, by kind: tier and tag.
TRACED = {1: [(2, 34), (2, 39), (2, 45), (2, 47)], 2: [(2, 48), (1, 16), (1, 33)], 3: [(1, 16)]}
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
            if table.pop(2, None) != unsigned(kind, 64):
                raise Damaged(f"{what}: of another kind inside")
            path = utf8(table.pop(1, b""), what)
            if not is_path(path) or path.split("/")[0] != space.name or mac(derive(keys.use, "coffer.lookup"), path.encode()) != lookup:
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
        self.tables = {1: self.use, 2: self.issue or {}}
        self.secrets = [(tier, tag, self.tables[tier][tag]) for tier, tag in TRACED.get(kind, ())
                        if tag in self.tables[tier]]


def entries(database, vault, space):
    """Every entry of a space."""
    for row in rows(database, "entry", f"SELECT {COLUMNS} FROM entry WHERE space = ?", (space.id,), "bbbiiibBITb"):
        yield Entry(row, vault, space)


def narrower(table, what):
    """The narrower tokens or stray pairs of a connection, a field table each."""
    return [fields(value, what) for _, value in sorted(fields(table, what).items())]


def spilled(folder, vault, space, entry):
    """The answer that was spilled for an entry, opened; None if there is none, or of another version."""
    file, what = folder / f"{entry.id.hex()}-{entry.version}", f"spill file of {entry.path}"
    if space.role == "reader" or not file.exists():
        return None
    reader = Reader(file.read_bytes(), what)
    number, box = reader.unsigned(32), reader.var()
    reader.end()
    keys = next((keys for keys in space.generations if keys.number == number), None)
    if keys is None:
        raise Damaged(f"{what}: of an unknown generation")
    data = (text("coffer spill 1") + vault + space.id + entry.id + unsigned(entry.version, 64) + unsigned(number, 32))
    return fields(unseal(derive(keys.issue, "coffer.box.spill"), box, data, what), what)


def wishes(database, manifest):
    """The wishes that count but for their time: (signer, entry, kind, token version, valid for, time)."""
    for entry, signer, body in rows(database, "wish", "SELECT entry, signer, body FROM wish", (), "bbb"):
        try:
            reader = Reader(body, "wish")
            reader.label("coffer wish 1")
            named = reader.fixed(16), reader.fixed(32)
            space, named_entry, kind = reader.fixed(16), reader.fixed(16), reader.unsigned(8)
            version, valid, at = reader.signed(), reader.signed(), reader.signed()
            message = text("coffer wish signature 1") + hashed(body[:reader.at])
            verify(signer, reader.fixed(64), message, "wish")
            reader.end()
        except (Damaged, Newer):
            continue  # whoever meets it may remove it
        place = next((at for at, member in enumerate(manifest.members) if member[1] == signer), None)
        newest = next((generations[-1][2] for space_id, _, generations, _ in manifest.spaces if space_id == space), [])
        lies_there = database.execute("SELECT 1 FROM entry WHERE id = ? AND space = ?", (entry, space)).fetchone()
        if (*named, named_entry) == (manifest.vault, signer, entry) and lies_there and valid >= 0 \
                and any(member == place for member, _, _ in newest):
            yield signer, entry, kind, version, valid, at


def fingerprint(space, tier, secret):
    """The tag under which a secret of a tier (1 use, 2 issue) is remembered."""
    return mac(derive(space.trace[tier - 1], "coffer.trace"), secret)


def traced(database, space, entry):
    """Which secrets of an entry the table knows, as `tier tag`; whatever else it says of them is damage."""
    known = []
    for tier, tag, secret in entry.secrets:
        for _, field, stored_tier in rows(
                database, "fingerprint", "SELECT entry, field, tier FROM fingerprint WHERE space = ? AND tag = ?",
                (space.id, fingerprint(space, tier, secret)), "bii"):
            # A secret that was kept twice stands under its first place; a new client secret was the pending one.
            if stored_tier != tier:
                raise Damaged(f"{entry.path}: the fingerprint of {tag} names field {field} of tier {stored_tier}")
            known.append(f"{'use' if tier == 1 else 'issue'} {tag}")
    return known


def unvouched_fingerprints(database, space, chains):
    """Fingerprints in the table that no event has kept, or that it calls spent and no event does."""
    kept = {(row[1], row[5]) for chain in chains.values() for event in chain for row in event.fingerprints
            if row[0] == space.id}
    known = {tag for tag, _ in kept}
    for tag, spent in rows(database, "fingerprint", "SELECT tag, spent FROM fingerprint WHERE space = ?", (space.id,),
                           "bi"):
        if tag not in known or (spent and (tag, True) not in kept):
            yield tag


def journal(database, vault, space):
    """Every event of every rotation of a space: (rotation, index, event)."""
    query = ("SELECT rotation, position, generation, box, signature FROM journal WHERE space = ? "
             "ORDER BY rotation, position")
    following = {}
    for rotation, index, number, box, signature in rows(database, "journal", query, (space.id,), "biibb"):
        what = f"journal {rotation.hex()}"
        if following.get(rotation, 0) != index or rotation[8:] != bytes(8):
            raise Damaged(f"{what}: broken at {index}")
        following[rotation] = index + 1
        keys = next((keys for keys in space.generations if keys.number == number), None)
        if keys is None:
            raise Damaged(f"{what}: of an unknown generation")
        data = text("coffer journal 1") + vault + space.id + rotation + unsigned(index, 32) + unsigned(number, 32)
        row_hash = hashed(text("coffer journal 1") + data + hashed(box))
        verify(keys.signing, signature, text("coffer journal signature 1") + row_hash, what)
        event = parsed(unseal(derive(keys.issue, "coffer.box.jrnl"), box, data, what), what)
        if not {"at", "by", "event"} <= event.keys():
            raise Damaged(f"{what}: it says not what happened")
        yield rotation, index, row_hash, event


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


def chains(database, manifest, root=bytes(32)):
    """Every chain of a member, and of whoever departed up to its bound, its links checked: signer → events.

    In a bundle the root is H(its id).
    """
    bounds = {gone[1]: gone[5:7] for gone in manifest.departed}
    found = {signer: [] for signer in [member[1] for member in manifest.members] + list(bounds)}
    query = "SELECT signer, sequence, body FROM audit ORDER BY signer, sequence"
    for signer, sequence, data in rows(database, "audit", query, (), "bib"):
        if signer not in found or sequence > bounds.get(signer, (sequence,))[0]:
            continue  # nobody's, or from after a removal
        found[signer].append(linked(Event(data), signer, found[signer], root))
    for signer, (last, digest) in bounds.items():
        if last and (len(found[signer]) != last or found[signer][-1].hash != digest):
            raise Damaged(f"chain {signer.hex()}: it does not reach where its signer was removed")
    return found


def linked(event, signer, chain, root):
    """An event, if it is the next of a chain."""
    if (event.signer, event.sequence, event.previous) != (signer, len(chain) + 1, chain[-1].hash if chain else root):
        raise Damaged(f"chain {signer.hex()}: broken at event {len(chain) + 1}")
    return event


def is_newest(chains, manifest, space, binding):
    """Whether a write (id, version, row hash) was made by somebody who counts, and nobody who counts wrote later."""
    writers = [(signer, event) for signer, chain in chains.items() for event in chain
               if manifest.counts(signer, event.sequence, space)
               and any(written[0] == binding[0] for written in event.bindings)]
    return any(not any(event.sequence > (by.sequence if signer == other else dict(
        (head[0], head[1]) for head in by.heads).get(signer, 0)) for signer, event in writers if event is not by)
        for other, by in writers if binding in by.bindings)


def collected(database, identity, told):
    """Events that were brought home from bundles: (bundle, event). `told` is how many of each somebody said to bring."""
    found = {}
    query = "SELECT bundle, sequence, body FROM collected ORDER BY bundle, sequence"
    for bundle, _, data in rows(database, "collected", query, (), "bib"):
        event, chain = Event(data), found.setdefault(bundle, [])
        chain.append(linked(event, event.signer, chain, hashed(bundle)))
        if len(chain) > told.get(bundle.hex(), 0) or event.signer != chain[0].signer:
            raise Damaged(f"bundle {bundle.hex()}: nobody said that event {len(chain)} came home")
        yield bundle, event
