# Copyright the Coffer authors
# SPDX-License-Identifier: Apache-2.0
"""Identities, manifests and the keys of spaces, after docs/vault-format.md."""
import dataclasses

from coding import Damaged, Newer, Reader, base64url, derive, hashed, text, unsigned, var, verify
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
        tags = [tag for tag, _ in self.extensions]
        if tags != sorted(set(tags)):
            raise Damaged(f"{what}: extensions do not ascend")
        reader.end()

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
    place = next((at for at, member in enumerate(above.members) if member[1] == maker), None)
    for _, name, _, _ in manifest.spaces:
        roles = [role for _, known, generations, _ in above.spaces if known == name
                 for member, role, _ in generations[-1][2] if member == place]
        if not roles or max(roles) < 2:
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
        opened, role = [], None
        for number, signing, wraps in generations:
            for member, wrapped_role, box in wraps:
                if member != place:
                    continue
                header = _header(manifest, space_id, 1, number, wrapped_role)
                keys = identity.unwrap(box, name)
                if not keys.startswith(header):
                    raise Damaged(f"{name}: a wrap was moved")
                keys, role = keys[len(header):], wrapped_role
                if len(keys) != (32 if role == 1 else 96):
                    raise Damaged(f"{name}: keys of another length")
                issue = keys[32:64] if role > 1 else None
                if role > 1 and bytes(SigningKey(keys[64:]).verify_key) != signing:
                    raise Damaged(f"{name}: the generation's key is not the one in the manifest")
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
