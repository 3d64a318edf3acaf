// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCrypto

/// Every domain-separation label of format 1, in one place: two uses of one key or one signature
/// can only be told apart if their labels differ.
enum Labels {
    // MARK: - Derived keys (BLAKE2b personalisation, at most 16 bytes)

    /// Identity seed → seed of its X25519 pair.
    static let identityEncryption = KeyLabel("coffer.id.x25519")
    /// Identity seed → seed of its Ed25519 pair.
    static let identitySigning = KeyLabel("coffer.id.ed2551")
    /// Identity seed and vault id → key of the records of what was seen.
    static let seenKey = KeyLabel("coffer.id.seen")
    /// Identity seed and pin → the checksum in its text.
    static let identityChecksum = KeyLabel("coffer.id.check")
    /// Use key → key of the use boxes.
    static let useBox = KeyLabel("coffer.box.use")
    /// Issue key → key of the issue boxes.
    static let issueBox = KeyLabel("coffer.box.issue")
    /// Issue key → key of the journal's boxes.
    static let journalBox = KeyLabel("coffer.box.jrnl")
    /// Issue key → key of the boxes in the spill folder.
    static let spillBox = KeyLabel("coffer.box.spill")
    /// Issue key → key of what issuers can foresee and nobody else.
    static let link = KeyLabel("coffer.link")
    /// Use key → key of the lookup hashes.
    static let lookup = KeyLabel("coffer.lookup")
    /// Trace key of a tier → key of the fingerprints.
    static let fingerprint = KeyLabel("coffer.trace")

    // MARK: - Associated data, hashed and signed messages

    static let box = "coffer box 1"
    static let journal = "coffer journal 1"
    static let spill = "coffer spill 1"
    static let linkMessage = "coffer link 1"
    static let row = "coffer row 1"
    static let rowSignature = "coffer row signature 1"
    static let journalSignature = "coffer journal signature 1"
    static let manifest = "coffer manifest 1"
    /// Where the next manifest would lie: to a program that knows no such mark, a manifest of a later format.
    static let moveMark = "coffer manifest 2"
    static let manifestSignature = "coffer manifest signature 1"
    static let wrap = "coffer wrap 1"
    static let event = "coffer event 1"
    static let eventSignature = "coffer event signature 1"
    static let wish = "coffer wish 1"
    static let wishSignature = "coffer wish signature 1"
    static let publicIdentity = "coffer public 1"
    static let invitationSignature = "coffer invitation signature 1"
    static let passphrase = "coffer passphrase 1"
    static let seen = "coffer seen 1"
    static let seenManifests = "coffer seen manifests 1"
    static let seenPaths = "coffer seen paths 1"
    static let bundle = "coffer bundle 1"
    static let bundleSignature = "coffer bundle signature 1"
    static let identityFingerprint = "coffer identity fingerprint 1"
}
