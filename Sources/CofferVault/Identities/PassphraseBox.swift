// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
package import CofferCrypto

/// An identity sealed under a passphrase, to be kept in the vault.
///
/// ```
/// label ‖ X25519 key 32 ‖ Ed25519 key 32 ‖ passes u64 ‖ memory u64 ‖ salt 16 ‖ box (length u32 ‖ bytes)
/// box = SEAL(Argon2id(passphrase, salt, passes, memory), data, text of the identity with its pin)
/// ```
///
/// The data binds the box to the vault, the identity and the cost. Whoever copies the vault can guess at the
/// passphrase as fast as the cost allows: see ``Passphrase/proposed()``.
package struct PassphraseBox: Sendable, Equatable {
    /// The longest passphrase, in bytes.
    package static let longestPassphrase = 1024
    /// The longest sealed text, in bytes; an identity's takes 200.
    private static let longestBox = 1024
    /// One failure for a wrong passphrase and for every change: which it was, nobody can tell.
    private static let refused = VaultError(
        .wrongIdentity, "the passphrase does not open this identity, or the sealed identity was changed")

    /// Whose identity it is said to be, until it is opened.
    package let identity: PublicIdentity
    /// What opening costs.
    package let cost: PassphraseCost
    private let salt: [UInt8]
    private let box: [UInt8]

    /// Seals an identity; it takes as long as `cost` says, and blocks its thread meanwhile.
    ///
    /// - Throws: ``VaultError/Code/wrongIdentity`` without a pin, ``VaultError/Code/tooLarge`` for a passphrase that is
    ///   empty or too long, ``VaultError/Code/unreadable`` if the memory is not there.
    package init(
        sealing text: IdentityText, under passphrase: Secret, cost: PassphraseCost = .moderate
    ) throws(VaultError) {
        guard let pin = text.pin else {
            throw VaultError(.wrongIdentity, "this identity has not been accepted into a vault yet")
        }
        identity = text.identity.publicIdentity
        self.cost = cost
        salt = RandomBytes.make(byteCount: SecretKey<Sealing>.saltByteCount)
        let data = Self.associatedData(pin.vaultID, identity, cost, salt)
        let message = try text.written()
        let (salt, cost) = (salt, cost)
        box = try Self.stretch(passphrase, salt, cost) { (key) throws(CryptoError) in
            try message.withExposedBytes { (bytes) throws(CryptoError) in try key.seal(bytes, associatedData: data) }
        }
    }

    /// Opens the identity; it takes as long as ``cost`` says, and blocks its thread meanwhile.
    ///
    /// - Parameters:
    ///   - passphrase: What it was sealed under.
    ///   - vaultID: The vault that it was found in.
    /// - Returns: The identity with its pin, which is of that vault.
    /// - Throws: ``VaultError/Code/wrongIdentity``, ``VaultError/Code/unreadable`` if the memory is not there.
    package func open(with passphrase: Secret, in vaultID: VaultID) throws(VaultError) -> IdentityText {
        let data = Self.associatedData(vaultID, identity, cost, salt)
        let opened = try Self.stretch(passphrase, salt, cost) { (key) throws(CryptoError) in
            try key.open(box, associatedData: data).withExposedBytes { Secret(bytes: $0) }
        }
        let text: IdentityText
        do { text = try IdentityText(reading: opened) } catch { throw Self.refused }
        guard text.identity.publicIdentity == identity, text.pin?.vaultID == vaultID else { throw Self.refused }
        return text
    }

    /// Lends the key that a passphrase gives.
    private static func stretch<Result>(
        _ passphrase: Secret, _ salt: [UInt8], _ cost: PassphraseCost,
        _ body: (borrowing SecretKey<Sealing>) throws(CryptoError) -> Result
    ) throws(VaultError) -> Result {
        let byteCount = passphrase.withExposedBytes(\.count)
        guard (1...longestPassphrase).contains(byteCount) else {
            throw VaultError(.tooLarge, "a passphrase has 1 to \(longestPassphrase) bytes")
        }
        do {
            return try passphrase.withExposedBytes { (bytes) throws(CryptoError) in
                try body(SecretKey<Sealing>.stretching(bytes, salt: salt, cost: cost))
            }
        } catch {
            guard error.code == .unavailable else { throw refused }
            throw VaultError(
                .unreadable, "there is not enough memory for the passphrase's \(cost.memoryByteCount >> 20) MiB")
        }
    }

    private static func associatedData(
        _ vaultID: VaultID, _ identity: PublicIdentity, _ cost: PassphraseCost, _ salt: [UInt8]
    ) -> [UInt8] {
        var writer = CanonicalWriter(Labels.passphrase)
        writer.fixed(vaultID.bytes)
        identity.write(to: &writer)
        writer.integer(cost.passes)
        writer.integer(cost.memoryByteCount)
        writer.fixed(salt)
        return writer.bytes
    }

    // MARK: - Coding

    /// The stored form.
    package var encoded: [UInt8] {
        var writer = CanonicalWriter(Labels.passphrase)
        identity.write(to: &writer)
        writer.integer(cost.passes)
        writer.integer(cost.memoryByteCount)
        writer.fixed(salt)
        writer.variable(box)
        return writer.bytes
    }

    /// Reads the stored form; a cost outside the bounds is refused before anything is done with it.
    ///
    /// - Throws: ``VaultError/damaged``; ``VaultError/Code/newerFormat`` for one of a later format.
    package init(decoding bytes: [UInt8]) throws(VaultError) {
        var reader = CanonicalReader(bytes)
        do throws(VaultError) { try reader.label(Labels.passphrase) } catch {
            throw error.code == .newerFormat ? .newer("the identity that is kept in the vault") : .damaged
        }
        do {
            identity = try PublicIdentity(reading: &reader)
            cost = try PassphraseCost(passes: reader.integer(), memoryByteCount: reader.integer())
            salt = try reader.fixed(SecretKey<Sealing>.saltByteCount)
            box = try reader.variable()
            try reader.finish()
        } catch {
            throw .damaged
        }
        guard box.count <= Self.longestBox else { throw .damaged }
    }
}
