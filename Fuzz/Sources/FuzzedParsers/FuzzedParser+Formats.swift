// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferCrypto
@testable import CofferVault

extension FuzzedParser {
    /// What is stored in the clear and decoded before or without any key.
    static let vaultFormats: [FuzzedParser] = [
        FuzzedParser(name: "manifest", longestInput: 2048) { bytes in
            guard let manifest = try? Manifest(decoding: Array(bytes)) else { return }
            require(manifest.encoded == Array(bytes), "a manifest re-encodes to the same bytes")
        },
        FuzzedParser(name: "signed-manifest", longestInput: 2048) { bytes in
            guard let signed = try? SignedManifest(decoding: Array(bytes)) else { return }
            require(signed.encoded == Array(bytes), "a signed manifest re-encodes to the same bytes")
            // Nobody's signature: no chain may begin with it.
            let pin = needed {
                Pin(vaultID: try VaultID([UInt8](repeating: 7, count: 16)), epoch: 1, manifestHash: signed.hash)
            }
            _ = try? signed.claimedVaultID
            if (try? TrustedManifest(following: [signed], from: pin)) != nil {
                let manifest = try? Manifest(decoding: signed.manifestBytes)
                require(manifest?.vaultID == pin.vaultID && manifest?.epoch == 1, "what is trusted is what is pinned")
            }
        },
        FuzzedParser(name: "audit-event", longestInput: 2048) { bytes in
            guard let event = try? AuditEvent(decoding: Array(bytes)) else { return }
            require(event.encoded == Array(bytes), "an event re-encodes to the same bytes")
        },
        FuzzedParser(name: "audit-record", longestInput: 1024) { bytes in
            guard let record = try? AuditRecord(decoding: Array(bytes)) else { return }
            let again = try? AuditRecord(decoding: record.encoded)
            require(again == record, "a record re-encodes to the same record")
            require(
                EventWord.isOne(record.action.rawValue) && EventWord.isOne(record.outcome.rawValue),
                "what is unknown is a name all the same")
        },
        FuzzedParser(name: "field-table", longestInput: 1024) { bytes in
            guard let table = try? FieldTable(decoding: bytes) else { return }
            table.encoded().withExposedBytes {
                require($0.elementsEqual(bytes), "a table re-encodes to the same bytes")
            }
            for tag in table.tags {
                _ = table.text(tag)
                _ = table.integer(tag)
                _ = table.date(tag)?.millisecondsSince1970
            }
        },
        FuzzedParser(name: "canonical-reader", longestInput: 512) { bytes in readCanonically(bytes) },
        FuzzedParser(name: "random-id", longestInput: 64) { bytes in
            guard let text = text(bytes), let id = EntryID(hexadecimal: text) else { return }
            require(id.description == text.lowercased(), "an id is written as it was read")
        },
        FuzzedParser(name: "base64url", longestInput: 512) { bytes in
            guard let decoded = try? Base64URL.decode(bytes) else { return }
            guard let again = try? Base64URL.encode(decoded) else { return require(false, "what decodes encodes") }
            again.withExposedBytes { require($0.elementsEqual(bytes), "a text re-encodes to the same text") }
        },
        FuzzedParser(name: "identity-text", longestInput: 256) { bytes in readIdentity(bytes) },
    ]

    /// A program of reads: the first chunk says which, the rest is what they read; each value is written again.
    private static func readCanonically(_ bytes: UnsafeRawBufferPointer) {
        var slices = Slices(bytes)
        let program = slices.chunk()
        let message = slices.remainder()
        var reader = CanonicalReader(message)
        var writer = CanonicalWriter()
        do {
            for step in program {
                switch step % 8 {
                case 0: writer.integer(try reader.integer(UInt8.self))
                case 1: writer.integer(try reader.integer(UInt16.self))
                case 2: writer.integer(try reader.integer(UInt32.self))
                case 3: writer.integer(try reader.integer(UInt64.self))
                case 4: writer.fixed(try reader.fixed(Int(step / 8)))
                case 5: writer.variable(try reader.variable())
                case 6: writer.text(try reader.text())
                default: writer.optional(try reader.optional())
                }
            }
            try reader.finish()
        } catch {
            return
        }
        require(writer.bytes == message, "what was read writes the same bytes")
    }

    /// The text as it is, or a payload that gets the right prefix and checksum, so that what is behind them is reached.
    private static func readIdentity(_ bytes: UnsafeRawBufferPointer) {
        var slices = Slices(bytes)
        let isPayload = slices.byte() & 1 == 1
        let rest = slices.remainder()
        var text = rest
        if isPayload {
            let body = rest.count > 32 ? rest : rest + [UInt8](repeating: 0, count: 32 - rest.count)
            text = needed {
                let seed = try SecretMemory(copying: Array(body.prefix(32)))
                let root = try seed.withExposedBytes { try SecretKey<Deriving>(copying: $0) }
                let check: SecretKey<Hashing> = try root.derive(
                    Labels.identityChecksum, context: Array(body.dropFirst(32)))
                let payload = try SecretMemory(copying: body + check.withExposedBytes { Array($0.prefix(4)) })
                return Array(IdentityText.prefix.utf8) + (try Base64URL.encode(payload).withExposedBytes { Array($0) })
            }
            guard body.count == 32 || body.count == 88 else {
                return require(
                    (try? IdentityText(reading: Secret(bytes: text))) == nil, "a seed has 32 bytes, a pin 56")
            }
        }
        guard let identity = try? IdentityText(reading: Secret(bytes: text)) else { return }
        let written = needed { try identity.written() }
        let trimmed = text.drop { isSpace($0) }.reversed().drop { isSpace($0) }.reversed()
        written.withExposedBytes { require($0.elementsEqual(trimmed), "an identity is written as it was read") }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
