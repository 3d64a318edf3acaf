// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferVault

extension FuzzedParser {
    /// What people send each other, and what lies beside the vault or is taken out of it.
    static let exchanged: [FuzzedParser] = [
        FuzzedParser(name: "public-text", longestInput: 512) { bytes in
            guard let text = checked(bytes, "coffer-public-1"), let read = try? PublicIdentityText(reading: text) else {
                return
            }
            require(needed { try read.written() } == trimmed(text), "a public identity is written as it was read")
        },
        FuzzedParser(name: "invite-text", longestInput: 1024) { bytes in
            guard let text = checked(bytes, "coffer-invite-1"), let read = try? Invitation(reading: text) else {
                return
            }
            require(needed { try read.written() } == trimmed(text), "an invitation is written as it was read")
        },
        FuzzedParser(name: "pin-text", longestInput: 256) { bytes in
            guard let text = checked(bytes, "coffer-pin-1"), let read = try? PinText(reading: text) else { return }
            require(needed { try read.written() } == trimmed(text), "a pin is written as it was read")
        },
        FuzzedParser(name: "passphrase-box", longestInput: 1024) { bytes in
            guard let box = try? PassphraseBox(decoding: Array(bytes)) else { return }
            require(box.encoded == Array(bytes), "a box re-encodes to the same bytes")
            require((1...10).contains(box.cost.passes), "passes are bounded before anything is done")
            require((8192...(2 << 30)).contains(box.cost.memoryByteCount), "memory is bounded before anything is done")
        },
        FuzzedParser(name: "bundle-envelope", longestInput: 2048) { bytes in
            guard let envelope = try? BundleEnvelope(decoding: Array(bytes)) else { return }
            require(envelope.encoded == Array(bytes), "an envelope re-encodes to the same bytes")
        },
        FuzzedParser(
            name: "seen-record", longestInput: 1024, prepare: { _ = SealedFixture.shared }, read: { readSeen($0) }),
    ]

    /// A body to which the right keyed hash is added, so that what is behind it is reached.
    private static func readSeen(_ bytes: UnsafeRawBufferPointer) {
        let identity = SealedFixture.shared.identity
        let vaultID = needed { try VaultID([UInt8](repeating: 7, count: VaultID.byteCount)) }
        let body = Array(bytes)
        let tag = needed { try identity.seenTag(of: body, vaultID) }
        require(
            (try? SeenRecord(decoding: body, of: vaultID, by: identity)) == nil, "without its hash no record is read")
        guard let record = try? SeenRecord(decoding: body + tag.bytes, of: vaultID, by: identity) else { return }
        let again = needed {
            try SeenRecord(decoding: record.encoded(by: identity), of: vaultID, by: identity)
        }
        require(again == record, "a record writes what it read")
    }

    /// The text as it is, or a payload that gets the right prefix and check, so that what is behind them is reached.
    private static func checked(_ bytes: UnsafeRawBufferPointer, _ prefix: String) -> String? {
        var slices = Slices(bytes)
        let isPayload = slices.byte() & 1 == 1
        let rest = slices.remainder()
        guard isPayload else { return String(validating: rest, as: UTF8.self) }
        return needed { try CheckedText(prefix: prefix, name: "a text").write(rest) }
    }

    private static func trimmed(_ text: String) -> String {
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        return String(
            decoding: text.utf8.drop(while: isSpace).reversed().drop(while: isSpace).reversed(), as: UTF8.self)
    }
}
