// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto

/// The text form of a secret identity.
///
/// ```
/// coffer-secret-1 ‖ base64url( seed 32 ‖ [ vault id 16 ‖ epoch u64 ‖ manifest hash 32 ] ‖ checksum 4 )
/// ```
///
/// The prefix lets a scanner recognise a leaked one, the checksum refuses a mistyped one. The pin is
/// absent only between `identity new` and `identity accept`.
package struct IdentityText: Sendable {
    /// What the text starts with.
    package static let prefix = "coffer-secret-1"
    /// What the texts of later versions start with, too; a digit follows.
    package static let stem = "coffer-secret-"
    private static let checksumByteCount = 4
    private static let refused = VaultError(
        .invalidIdentity, "this is not a Coffer identity, or it was copied incompletely")

    /// The identity.
    package let identity: Identity
    /// The manifest it trusts.
    package let pin: Pin?

    /// Joins an identity and its pin.
    package init(identity: Identity, pin: Pin?) {
        self.identity = identity
        self.pin = pin
    }

    /// Reads the text; white space around it is ignored.
    ///
    /// - Throws: ``VaultError/Code/invalidIdentity``, ``VaultError/Code/newerFormat`` for a text of a later version.
    package init(reading text: Secret) throws(VaultError) {
        guard !text.withExposedBytes({ CheckedText.isLater($0, than: Self.prefix) }) else {
            throw .newer("this identity")
        }
        let parsed: (Identity, Pin?)?
        do {
            parsed = try text.withExposedBytes { (all) throws(CryptoError) -> (Identity, Pin?)? in
                let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
                guard let first = all.firstIndex(where: { !isSpace($0) }),
                    let last = all.lastIndex(where: { !isSpace($0) })
                else { return nil }
                let line = UnsafeRawBufferPointer(rebasing: all[first...last])
                guard line.starts(with: Self.prefix.utf8) else { return nil }
                let coded = UnsafeRawBufferPointer(rebasing: line[Self.prefix.utf8.count...])
                return try Base64URL.decode(coded).withExposedBytes { (payload) throws(CryptoError) in
                    try Self.parse(payload)
                }
            }
        } catch {
            throw Self.refused
        }
        guard let parsed else { throw Self.refused }
        (identity, pin) = parsed
    }

    private static func parse(_ payload: UnsafeRawBufferPointer) throws(CryptoError) -> (Identity, Pin?) {
        let body = UnsafeRawBufferPointer(rebasing: payload.dropLast(checksumByteCount))
        guard body.count == 32 || body.count == 32 + Pin.byteCount,
            Array(payload.suffix(checksumByteCount)) == (try checksum(of: body))
        else { throw .failed }
        let identity = try Identity(
            seed: SecretMemory(copying: UnsafeRawBufferPointer(rebasing: body.prefix(32))))
        guard body.count > 32 else { return (identity, nil) }
        guard let pin = try? Pin(decoding: Array(body.dropFirst(32))) else { throw .failed }
        return (identity, pin)
    }

    /// The first four bytes of a key derived from the seed with the pin as context: it guards against
    /// typing, not against people.
    private static func checksum(of body: UnsafeRawBufferPointer) throws(CryptoError) -> [UInt8] {
        let root = try SecretKey<Deriving>(copying: UnsafeRawBufferPointer(rebasing: body.prefix(32)))
        let check: SecretKey<Hashing> = try root.derive(
            Labels.identityChecksum, context: Array(body.dropFirst(32)))
        return check.withExposedBytes { Array($0.prefix(checksumByteCount)) }
    }

    /// The text, one line without an end of line.
    package func written() throws(VaultError) -> Secret {
        do {
            let payload = try identity.withExposedSeed { (seed) throws(CryptoError) -> SecretMemory in
                let tail = pin?.encoded ?? []
                return try SecretMemory(byteCount: 32 + tail.count + Self.checksumByteCount) {
                    (target) throws(CryptoError) in
                    target.copyMemory(from: seed)
                    UnsafeMutableRawBufferPointer(rebasing: target[32...]).copyBytes(from: tail)
                    let body = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(target)[..<(32 + tail.count)])
                    let checksum = try Self.checksum(of: body)
                    UnsafeMutableRawBufferPointer(rebasing: target[(32 + tail.count)...]).copyBytes(from: checksum)
                }
            }
            let coded = try Base64URL.encode(payload)
            return coded.withExposedBytes { code in
                Secret(byteCount: Self.prefix.utf8.count + code.count) { (target: UnsafeMutableRawBufferPointer) in
                    target.copyBytes(from: Self.prefix.utf8)
                    UnsafeMutableRawBufferPointer(rebasing: target[Self.prefix.utf8.count...]).copyMemory(from: code)
                    return target.count
                }
            }
        } catch {
            throw VaultError(.unreadable, "the identity could not be written: \(error)")
        }
    }
}
