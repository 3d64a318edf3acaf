# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Identities, manifests and the keys of spaces, after docs/vault-format.md."""
import dataclasses

from coding import (Damaged, Newer, Reader, argon2id, base64url, derive, hashed, is_path, rows, text, unsigned, unseal,
                    var, verify)
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.signing import SigningKey

ROLES = {1: "reader", 2: "issuer", 3: "owner"}


class Identity:
    """A seed, its two pairs and the pin."""

    def __init__(self, line):
        line = line.strip()
        if line.startswith("coffer-secret-") and line[14:15] in "23456789" and line[14:15]:
            raise Newer(f"identity: version {line[14]}")
        if not line.startswith("coffer-secret-1"):
            raise Damaged("identity: not one")
        payload = base64url(line.removeprefix("coffer-secret-1"))
        body, check = payload[:-4], payload[-4:]
        if len(body) != 88:
            raise Damaged("identity: it has no pin")
        seed, pin = body[:32], body[32:]
        if derive(seed, "coffer.id.check", pin)[:4] != check:
            raise Damaged("identity: mistyped")
        self.public, self.secret = bindings.crypto_box_seed_keypair(derive(seed, "coffer.id.x25519"))
        self.signing = bytes(SigningKey(derive(seed, "coffer.id.ed2551")).verify_key)
        reader = Reader(pin, "pin")
        self.vault, self.epoch, self.manifest_hash = reader.fixed(16), reader.unsigned(64), reader.fixed(32)

    @property
    def fingerprint(self):
        digits = hashed(text("coffer identity fingerprint 1") + self.public + self.signing)[:8].hex()
        return "-".join(digits[at:at + 4] for at in range(0, 16, 4))

    def unwrap(self, box, what):
        try:
            return bindings.crypto_box_seal_open(box, self.public, self.secret)
        except CryptoError:
            raise Damaged(f"{what}: the wrap does not open") from None


def sealed(database, name, passphrase):
    """The text of the identity of a member that is kept in the vault under a passphrase."""
    bodies = [body for body, in rows(database, "manifest", "SELECT body FROM manifest ORDER BY epoch", (), "b")]
    # Nobody vouches for the manifest yet: what comes out of the box must be whom the box names.
    members = Manifest(Reader(bodies[-1], "manifest").var()).members if bodies else []
    signing = next((member[1] for member in members if member[2] == name), None)
    found = database.execute("SELECT body FROM passphrase WHERE signer = ?", (signing,)).fetchone()
    if found is None or not isinstance(found[0], bytes):
        raise Damaged(f"{name} has no passphrase box")
    reader = Reader(found[0], "passphrase box")
    reader.label("coffer passphrase 1")
    keys, passes, memory = (reader.fixed(32), reader.fixed(32)), reader.unsigned(64), reader.unsigned(64)
    salt, box = reader.fixed(16), reader.var()
    reader.end()
    if not 1 <= passes <= 10 or not 8 << 10 <= memory <= 2 << 30 or len(box) > 1024 or keys[1] != signing:
        raise Damaged("passphrase box: out of bounds")
    vault = Manifest(Reader(bodies[-1], "manifest").var()).vault
    data = (text("coffer passphrase 1") + vault + keys[0] + keys[1] + unsigned(passes, 64) + unsigned(memory, 64)
            + salt)
    line = unseal(argon2id(passphrase, salt, passes, memory), box, data, "passphrase box").decode("ascii", "replace")
    identity = Identity(line)
    if (identity.public, identity.signing) != keys or identity.vault != vault:
        raise Damaged("passphrase box: another identity is in it")
    return identity


def _wrap(reader):
    return reader.unsigned(16), reader.unsigned(8), reader.var()


def _head(reader):
    return reader.fixed(32), reader.unsigned(64), reader.fixed(32)


class Manifest:
    """One link of the chain, decoded."""

    def __init__(self, data):
        what = "manifest"
        reader = Reader(data, what)
        reader.label("coffer manifest 1")
        self.vault, self.epoch, self.previous = reader.fixed(16), reader.unsigned(64), reader.fixed(32)
        self.created, self.unaudited = reader.signed(), reader.flag()
        self.members = reader.many(16, lambda r: (r.fixed(32), r.fixed(32), r.text(), r.flag()))
        self.departed = reader.many(16, lambda r: (
            r.fixed(32), r.fixed(32), r.text(), r.flag(), r.unsigned(64), r.unsigned(64), r.fixed(32),
            r.many(16, lambda s: (s.fixed(16), s.unsigned(8)))))
        self.restoration = None
        if reader.flag():
            self.restoration = (reader.signed(), reader.unsigned(64), reader.many(32, _head))
        self.spaces = reader.many(16, lambda r: (
            r.fixed(16), r.text(),
            r.many(16, lambda g: (g.unsigned(32), g.fixed(32), g.many(16, _wrap))), r.many(16, _wrap)))
        # What they say is for newer programs.
        self.extensions = reader.many(16, lambda r: (r.unsigned(16), r.var()))
        reader.end()
        for fault in self._faults():
            raise Damaged(f"{what}: {fault}")

    def _faults(self):
        """What the page says a reader refuses."""
        def once(values):
            values = list(values)
            return len(values) == len(set(values))

        tags = [tag for tag, _ in self.extensions]
        if tags != sorted(set(tags)):
            yield "extensions do not ascend"
        everybody = self.members + self.departed
        if not (once(one[0] for one in everybody) and once(one[1] for one in everybody)
                and once(one[2] for one in self.members) and once(one[0] for one in self.spaces)
                and once(one[1] for one in self.spaces)):
            yield "a key, a name or an id stands twice"
        if not all(is_path(name, (1,)) for name in [one[2] for one in everybody] + [one[1] for one in self.spaces]):
            yield "a name is no segment of a path"
        if not self.owners or not self.spaces:
            yield "it has no owner or no space"
        for _, _, _, _, epoch, sequence, digest, roles in self.departed:
            if not 2 <= epoch <= self.epoch or sequence >= 1 << 63 or (sequence == 0) != (digest == bytes(32)) \
                    or not once(space for space, _ in roles) or not all(role in ROLES for _, role in roles):
                yield "somebody departed as nobody can"
        if self.restoration is not None:
            _, epoch, heads = self.restoration
            if not 2 <= epoch <= self.epoch or not once(head[0] for head in heads) \
                    or not all(1 <= sequence < 1 << 63 for _, sequence, _ in heads):
                yield "a restoration as nobody makes one"
        for _, name, generations, trace in self.spaces:
            numbers = [number for number, _, _ in generations]
            if not numbers or numbers[0] < 1 or numbers != sorted(set(numbers)):
                yield f"the generations of {name} do not ascend from 1"
            for wraps in [wraps for _, _, wraps in generations] + [trace]:
                if not once(member for member, _, _ in wraps) or not all(
                        member < len(self.members) and role in ROLES and (role < 3 or self.members[member][3])
                        for member, role, _ in wraps):
                    yield f"a wrap of {name} is for nobody, or for more than there may be"
            if any(role < 2 for _, role, _ in trace):
                yield f"a reader of {name} has trace keys"

    def role(self, signing, space):
        """The role of a member in a space: the highest of its wraps in any generation; 0 for none."""
        return max((role for space_id, _, generations, _ in self.spaces if space_id == space
                    for _, _, wraps in generations for member, role, _ in wraps
                    if self.members[member][1] == signing), default=0)

    def counts(self, signing, sequence, space):
        """Whether an event of a chain counts as an issuer's or owner's of a space."""
        for _, key, _, _, _, last, _, roles in self.departed:
            if key == signing:
                return sequence <= last and dict(roles).get(space, 0) >= 2
        return self.role(signing, space) >= 2

    @property
    def owners(self):
        return {signing for _, signing, _, is_owner in self.members if is_owner}


def _keeps_past(manifest, before):
    """Whether a manifest says of who departed and of the last restoration what the one before says."""
    restoring = manifest.restoration != before.restoration
    if restoring and (manifest.restoration is None or manifest.restoration[1] != manifest.epoch):
        return False
    known = {one[:2]: one for one in manifest.departed}
    for old in before.departed:
        new = known.get(old[:2])
        # Fields 5 and 6 are the bound, which only a restoration lowers.
        if new is None or new[:5] + new[7:] != old[:5] + old[7:] or \
                (new != old and not (restoring and new[5] < old[5])):
            return False
    return True


def trusted(stored, identity):
    """Follows the chain from the pin to the newest manifest."""
    current = current_hash = None
    for data in stored:
        reader = Reader(data, "manifest")
        body, signer, signature = reader.var(), reader.fixed(32), reader.fixed(64)
        reader.end()
        verify(signer, signature, text("coffer manifest signature 1") + var(body), "manifest")
        manifest = Manifest(body)
        if manifest.vault != identity.vault:
            raise Damaged("manifest: of another vault")
        if current is None:
            if hashed(body) != identity.manifest_hash or manifest.epoch != identity.epoch:
                raise Damaged("manifest: not the one in the pin")
        elif (manifest.epoch, manifest.previous) != (current.epoch + 1, current_hash) or signer not in current.owners \
                or not _keeps_past(manifest, current):
            raise Damaged("manifest: no successor of the one before")
        current, current_hash = manifest, hashed(body)
    if current is None:
        raise Damaged("manifest: the one in the pin is not here")
    return current


def lent(envelope, stored, identity):
    """The manifest of a bundle, if somebody who may has lent it to this identity."""
    reader = Reader(envelope, "bundle")
    reader.label("coffer bundle 1")
    parent, bundle, _, _ = reader.fixed(16), reader.fixed(16), reader.signed(), reader.signed()
    recipient, manifest_hash = (reader.fixed(32), reader.fixed(32)), reader.fixed(32)
    manifests, maker = reader.many(32, Reader.var), reader.fixed(32)
    verify(maker, reader.fixed(64), text("coffer bundle signature 1") + var(envelope[:reader.at - 64]), "bundle")
    reader.end()
    if parent != identity.vault or recipient != (identity.public, identity.signing):
        raise Damaged("bundle: for another identity or from another vault")
    above = trusted([data for data in manifests if _epoch(data) >= identity.epoch], identity)
    body = Reader(stored[0], "manifest").var()
    manifest = Manifest(body)
    if len(stored) != 1 or hashed(body) != manifest_hash or manifest.vault != bundle or manifest.epoch != 1:
        raise Damaged("bundle: not the manifest that the envelope names")
    for _, name, _, _ in manifest.spaces:
        if not any(known == name and above.role(maker, space) >= 2 for space, known, _, _ in above.spaces):
            raise Damaged(f"bundle: whoever made it may not lend {name}")
    return manifest


def _epoch(data):
    return Manifest(Reader(data, "manifest").var()).epoch


@dataclasses.dataclass
class Generation:
    """The keys of one generation, as far as the role goes."""
    number: int
    signing: bytes
    use: bytes
    issue: bytes = None
    seed: bytes = None


@dataclasses.dataclass
class Space:
    """A space that the identity opens."""
    id: bytes
    name: str
    role: str
    generations: list
    trace: tuple = None


def _header(manifest, space, scope, generation, role):
    return (text("coffer wrap 1") + manifest.vault + space + unsigned(scope, 8) + unsigned(generation, 32)
            + unsigned(role, 8))


def spaces(manifest, identity):
    """Unwraps the keys of every space that the identity is a member of now."""
    place = next((at for at, member in enumerate(manifest.members)
                  if member[:2] == (identity.public, identity.signing)), None)
    for space_id, name, generations, trace_wraps in manifest.spaces:
        opened, role = [], 0
        for number, signing, wraps in generations:
            for member, wrapped_role, box in wraps:
                if member != place:
                    continue
                header = _header(manifest, space_id, 1, number, wrapped_role)
                keys = identity.unwrap(box, name)
                if not keys.startswith(header):
                    raise Damaged(f"{name}: a wrap was moved")
                keys, role = keys[len(header):], max(role, wrapped_role)
                if len(keys) != (32 if wrapped_role == 1 else 96):
                    raise Damaged(f"{name}: keys of another length")
                # The seed behind it gives the signing key, which is for those who sign.
                issue = keys[32:64] if wrapped_role > 1 else None
                opened.append(Generation(number, signing, keys[:32], issue, keys[64:] or None))
        if not opened or opened[-1].number != generations[-1][0]:
            continue
        space = Space(space_id, name, ROLES[role], opened)
        for member, wrapped_role, box in trace_wraps:
            if member == place:
                header = _header(manifest, space_id, 2, 0, wrapped_role)
                keys = identity.unwrap(box, name)
                if not keys.startswith(header) or len(keys) != len(header) + 64:
                    raise Damaged(f"{name}: the trace keys are not what they should be")
                space.trace = keys[-64:-32], keys[-32:]
        yield space
