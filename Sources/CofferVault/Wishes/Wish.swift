// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCrypto

/// What a reader leaves in the store when it needs a refresh that it can't make itself.
///
/// ```
/// label ‖ vault 16 ‖ signer 32 ‖ space 16 ‖ entry 16 ‖ kind u8 ‖ token version i64 ‖ valid for i64 ‖ time i64 ‖ signature 64
/// ```
///
/// Not sealed: whoever has the file sees who wants a token of which entry, as the audit chains show it too. It is a
/// request and no order: an issuer's process does only what it would do for itself.
package struct Wish: Sendable, Equatable {
    /// What is wished; open, for newer programs may wish for more.
    package struct Kind: RawRepresentable, Hashable, Sendable {
        /// The number.
        package let rawValue: UInt8

        /// A kind by its number.
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A token that lives for some time.
        package static let refresh = Kind(rawValue: 1)
        /// Another token than the one that a server refused.
        package static let rejected = Kind(rawValue: 2)

        /// Whether this program can fulfil it.
        package var isKnown: Bool { self == .refresh || self == .rejected }
    }

    /// How long a wish counts: 1 hour, for whoever still waits leaves another.
    package static let lifetimeMilliseconds: Int64 = 3_600_000
    /// How far in the future a wish may have been left, for clocks that were set meanwhile: 5 minutes.
    package static let clockToleranceMilliseconds: Int64 = 300_000

    /// The vault.
    package let vaultID: VaultID
    /// Who wishes.
    package let signer: SigningPublicKey
    /// The connection's space.
    package let spaceID: SpaceID
    /// The connection.
    package let entryID: EntryID
    /// What is wished.
    package let kind: Kind
    /// The token that the reader knows, as its record counts them.
    package let tokenVersion: Int64
    /// How long the token must live, in milliseconds; 0 for the default.
    package let validForMilliseconds: Int64
    /// When it was left, in milliseconds since 1970.
    package let time: Int64
    /// The reader's.
    package private(set) var signature: Signature

    /// Signs a wish.
    ///
    /// - Throws: ``VaultError`` `input_output` if it can't be signed.
    init(
        _ kind: Kind, vault: VaultID, space: SpaceID, entry: EntryID, tokenVersion: Int64,
        validForMilliseconds: Int64, time: Int64, by identity: Identity
    ) throws(VaultError) {
        vaultID = vault
        signer = identity.publicIdentity.signingKey
        spaceID = space
        entryID = entry
        self.kind = kind
        self.tokenVersion = tokenVersion
        self.validForMilliseconds = validForMilliseconds
        self.time = time
        do {
            signature = try Signature([UInt8](repeating: 0, count: Signature.byteCount))
            signature = try identity.signing.sign(message)
        } catch {
            throw VaultError(.unreadable, "the wish could not be signed")
        }
    }

    /// Reads the stored form; nothing is verified yet.
    ///
    /// - Throws: ``VaultError/damaged``.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        do {
            try reader.label(Labels.wish)
            vaultID = try VaultID(reader.fixed(VaultID.byteCount))
            signer = try SigningPublicKey(reader.fixed(SigningPublicKey.byteCount))
            spaceID = try SpaceID(reader.fixed(SpaceID.byteCount))
            entryID = try EntryID(reader.fixed(EntryID.byteCount))
            kind = Kind(rawValue: try reader.integer())
            tokenVersion = try reader.integer()
            validForMilliseconds = try reader.integer()
            time = try reader.integer()
            signature = try Signature(reader.fixed(Signature.byteCount))
            try reader.finish()
        } catch {
            throw .damaged
        }
        guard validForMilliseconds >= 0 else { throw .damaged }
    }

    /// The stored form.
    package var encoded: [UInt8] { fields + signature.bytes }

    /// The row it is kept in.
    package var stored: StoredWish { StoredWish(entry: entryID, signer: signer, body: encoded) }

    /// Checks the signature.
    ///
    /// - Throws: ``VaultError/damaged``.
    func verifySignature() throws(VaultError) {
        do { try signer.verify(signature, of: message) } catch { throw .damaged }
    }

    private var fields: [UInt8] {
        var writer = CanonicalWriter(Labels.wish)
        writer.fixed(vaultID.bytes)
        writer.fixed(signer.bytes)
        writer.fixed(spaceID.bytes)
        writer.fixed(entryID.bytes)
        writer.integer(kind.rawValue)
        writer.integer(tokenVersion)
        writer.integer(validForMilliseconds)
        writer.integer(time)
        return writer.bytes
    }

    private var message: [UInt8] {
        var writer = CanonicalWriter(Labels.wishSignature)
        writer.fixed(Digest(hashing: fields).bytes)
        return writer.bytes
    }
}
