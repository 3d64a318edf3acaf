// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct AuditEventTests {
    private static func event(owners: [PublicIdentity], by identity: Identity) throws -> AuditEvent {
        let other = try Identity.generate().publicIdentity.signingKey
        return try AuditEvent(
            AuditRecord(
                at: Sample.instant, action: .connect, paths: ["main/a", "main/b"], outcome: .refused, reason: "why",
                details: ["version": "3", "field": "value"]),
            after: AuditHead(signer: identity.publicIdentity.signingKey, sequence: 4, hash: Digest(hashing: [1])),
            by: identity,
            owners: owners, bindings: [AuditBinding(entryID: .random(), version: 3, rowHash: Digest(hashing: [2]))],
            fingerprints: [
                StoredFingerprint(
                    spaceID: .random(), tag: Digest(hashing: [3]), entryID: .random(), field: 16, tier: .use,
                    isSpent: false),
                StoredFingerprint(
                    spaceID: .random(), tag: Digest(hashing: [5]), entryID: .random(), field: 48, tier: .issue,
                    isSpent: true),
            ],
            heads: [
                AuditHead(signer: other, sequence: 9, hash: Digest(hashing: [4])),
                AuditHead(signer: identity.publicIdentity.signingKey, sequence: 4, hash: Digest(hashing: [1])),
            ])
    }

    @Test func `an event reads back, with the heads of the other chains only`() throws {
        let identity = try Identity.generate()
        let event = try Self.event(owners: [identity.publicIdentity], by: identity)
        let read = try AuditEvent(decoding: event.encoded)
        #expect(read == event)
        #expect(read.sequence == 5)
        #expect(read.previous == Digest(hashing: [1]))
        #expect(read.heads.map(\.sequence) == [9])
        try read.verifySignature()
    }

    @Test func `a time that would be read as another one is refused`() throws {
        var bytes = AuditRecord(at: Sample.instant, action: .put, paths: []).encoded
        #expect(throws: Never.self) { try AuditRecord(decoding: bytes) }
        bytes[0] = 0x7E
        #expect(throws: VaultError.damaged) { try AuditRecord(decoding: bytes) }
    }

    @Test func `only owners open the body`() throws {
        let writer = try Identity.generate()
        let owner = try Identity.generate()
        let event = try Self.event(owners: [owner.publicIdentity], by: writer)
        let record = try #require(try event.record(openedBy: owner))
        #expect(record.action == .connect)
        #expect(record.paths == ["main/a", "main/b"])
        #expect(record.outcome == .refused)
        #expect(record.reason == "why")
        #expect(record.details == ["version": "3", "field": "value"])
        #expect(try event.record(openedBy: writer) == nil)
    }

    @Test func `paths and reasons are not in the clear`() throws {
        let identity = try Identity.generate()
        let bytes = try Self.event(owners: [identity.publicIdentity], by: identity).encoded
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(!text.contains("main/a"))
        #expect(!text.contains("why"))
    }

    @Test func `an event with any byte changed is refused`() throws {
        let identity = try Identity.generate()
        let bytes = try Self.event(owners: [identity.publicIdentity], by: identity).encoded
        for position in bytes.indices {
            for mask in [UInt8(0x01), 0xFF] {
                var changed = bytes
                changed[position] ^= mask
                #expect(throws: VaultError.damaged) { try AuditEvent(decoding: changed).verifySignature() }
            }
        }
    }

    @Test func `an event cut at any length or continued is refused`() throws {
        let identity = try Identity.generate()
        let bytes = try Self.event(owners: [identity.publicIdentity], by: identity).encoded
        for length in 0..<bytes.count {
            #expect(throws: VaultError.damaged) { try AuditEvent(decoding: Array(bytes.prefix(length))) }
        }
        #expect(throws: VaultError.damaged) { try AuditEvent(decoding: bytes + [0]) }
    }

    @Test(arguments: AuditAction.known)
    func `every action is kept`(action: AuditAction) throws {
        let record = AuditRecord(at: Sample.instant, action: action, paths: [])
        #expect(try AuditRecord(decoding: record.encoded) == record)
    }

    @Test(arguments: [["version", "field"], ["field", "field"]])
    func `details that are out of order or there twice are refused`(names: [String]) throws {
        let record = AuditRecord(at: Sample.instant, action: .read, paths: [])
        var writer = CanonicalWriter()
        writer.integer(UInt16(names.count))
        for name in names {
            writer.text(name)
            writer.text("x")
        }
        #expect(throws: VaultError.damaged) {
            try AuditRecord(decoding: Array(record.encoded.dropLast(2)) + writer.bytes)
        }
    }

    private static func encoded(action: String, outcome: String = "allowed") -> [UInt8] {
        var writer = CanonicalWriter()
        writer.integer(Int64(0))
        writer.text(action)
        writer.integer(UInt32(0))
        writer.text(outcome)
        writer.text("")
        writer.integer(UInt16(0))
        return writer.bytes
    }

    @Test(arguments: ["fly", "a", "space.rename_2-b c", String(repeating: "a", count: 64)])
    func `an action and an outcome that only a newer program knows are kept`(name: String) throws {
        let read = try AuditRecord(decoding: Self.encoded(action: name, outcome: name))
        #expect(read.action.rawValue == name && read.outcome.rawValue == name)
        #expect(!read.action.isKnown)
        #expect(read.encoded == Self.encoded(action: name, outcome: name))
    }

    @Test(arguments: [
        "", String(repeating: "a", count: 65), " get", "get ", "Get", "g\u{1B}[2Jt", "get\n", "gét", "get\u{0}",
        "a\u{202E}b",
    ])
    func `an action or outcome that is no name is damage`(name: String) {
        #expect(throws: VaultError.damaged) { try AuditRecord(decoding: Self.encoded(action: name)) }
        #expect(throws: VaultError.damaged) { try AuditRecord(decoding: Self.encoded(action: "get", outcome: name)) }
        #expect(throws: Never.self) { try AuditRecord(decoding: Self.encoded(action: "get", outcome: "refused")) }
    }

    @Test func `a hostile number of paths ends at the end of the bytes`() {
        var writer = CanonicalWriter()
        writer.integer(Int64(0))
        writer.text("get")
        writer.integer(UInt32.max)
        #expect(throws: VaultError.damaged) { try AuditRecord(decoding: writer.bytes) }
    }
}
