// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `A wish` {
    private static let acme = "main/crm/acme"

    private let roled: RoledVault
    private let issuer: Vault
    private let reader: Vault
    private let entry: Entry

    init() async throws {
        roled = try await RoledVault()
        issuer = try await roled.unlock(roled.issuer)
        reader = try await roled.unlock(roled.reader)
        entry = try await issuer.put(Sample.draft(Self.acme))
    }

    private func wish(
        _ kind: Wish.Kind = .refresh, by signer: Identity? = nil, vault: VaultID? = nil, space: SpaceID? = nil,
        entry: EntryID? = nil, age: Int64 = 0
    ) throws -> Wish {
        try Wish(
            kind, vault: vault ?? roled.pin.vaultID, space: space ?? roled.manifest.spaces[0].id,
            entry: entry ?? self.entry.id, tokenVersion: 7, validForMilliseconds: 300_000,
            time: Sample.instant.millisecondsSince1970 - age, by: signer ?? roled.reader)
    }

    private func leave(_ wish: StoredWish) async throws {
        try await roled.store.write(.flushed) { try $0.leave(wish) }
    }

    @Test func `reads back as it was written, and in no other way`() throws {
        let wish = try wish(.rejected)
        #expect(try Wish(decoding: wish.encoded) == wish)
        for index in wish.encoded.indices {
            var bytes = wish.encoded
            bytes[index] ^= 1
            #expect(throws: VaultError.damaged) { try Wish(decoding: bytes).verifySignature() }
            #expect(throws: VaultError.damaged) { try Wish(decoding: Array(wish.encoded[..<index])) }
        }
        #expect(throws: VaultError.damaged) { try Wish(decoding: wish.encoded + [0]) }
    }

    @Test func `of a reader reaches the issuer, once for each entry, and stands in the chain`() async throws {
        let seen = try #require(try await reader.inspect(CredentialPath(Self.acme)))
        try await reader.leaveWish(.refresh, for: seen, tokenVersion: 1, validFor: nil, reason: "refresh")
        try await reader.leaveWish(.rejected, for: seen, tokenVersion: 2, validFor: .seconds(60), reason: "rejected")
        let survey = try await issuer.wishes()
        let left = try #require(survey.valid.first)
        #expect(survey.valid.count == 1 && survey.void.isEmpty)
        #expect(left.kind == .rejected && left.tokenVersion == 2 && left.validForMilliseconds == 60_000)
        #expect(left.signer == roled.reader.publicIdentity.signingKey && left.entryID == entry.id)
        // Bodies are sealed to owners; that there are two events, and whose, is clear.
        let events = try await roled.store.read { [signer = left.signer] in
            try $0.events(of: signer, from: 1, limit: 10)
        }
        #expect(events.count == 2)
        try await issuer.remove(survey.valid.map(\.stored))
        #expect(try await issuer.wishes().valid.isEmpty)
    }

    @Test func `means nothing to who can't write there, and is not theirs to judge`() async throws {
        try await leave(wish().stored)
        let survey = try await reader.wishes()
        #expect(survey.valid.isEmpty && survey.void.isEmpty)
    }

    @Test func `that lasts a month is no trap`() async throws {
        let seen = try #require(try await reader.inspect(CredentialPath(Self.acme)))
        for length: Duration in [.seconds(Int64.max), .seconds(-5)] {
            try await reader.leaveWish(.refresh, for: seen, tokenVersion: 1, validFor: length, reason: "")
            #expect(try await issuer.wishes().valid.count == 1)
        }
    }

    @Test func `is void if it is forged, foreign, moved, old, early, or of nothing`() async throws {
        let stranger = try Identity.generate()
        let own = try wish()
        // Another member's name over the reader's signature.
        var renamed = own.encoded
        let place = Labels.wish.utf8.count + 4 + VaultID.byteCount
        renamed.replaceSubrange(place..<(place + 32), with: roled.issuer.publicIdentity.signingKey.bytes)
        let forged: [StoredWish] = [
            StoredWish(entry: entry.id, signer: roled.issuer.publicIdentity.signingKey, body: renamed),
            StoredWish(entry: entry.id, signer: roled.issuer.publicIdentity.signingKey, body: own.encoded),
            StoredWish(entry: .random(), signer: own.signer, body: own.encoded),
            StoredWish(entry: entry.id, signer: own.signer, body: [1, 2, 3]),
            try wish(by: stranger).stored, try wish(vault: .random()).stored, try wish(space: .random()).stored,
            try wish(entry: .random()).stored, try wish(age: Wish.lifetimeMilliseconds + 1).stored,
            try wish(age: -Wish.clockToleranceMilliseconds - 1).stored,
            try wish(age: .min + Sample.instant.millisecondsSince1970 + 1).stored,
        ]
        for wish in forged {
            try await leave(wish)
            let survey = try await issuer.wishes()
            #expect(survey.valid.isEmpty && survey.void == [wish])
            try await issuer.remove(survey.void)
            #expect(try await roled.store.read { try $0.wishes(limit: 10) }.isEmpty)
        }
        // All of that against one that counts.
        try await leave(own.stored)
        #expect(try await issuer.wishes().valid == [own])
    }

    @Test func `of a kind that only a newer program knows is left to one, as long as it counts`() async throws {
        try await leave(wish(Wish.Kind(rawValue: 9)).stored)
        let survey = try await issuer.wishes()
        #expect(survey.valid.isEmpty && survey.void.isEmpty)
        let old = try wish(Wish.Kind(rawValue: 9), age: Wish.lifetimeMilliseconds + 1)
        try await leave(old.stored)
        #expect(try await issuer.wishes().void == [old.stored])
    }

    @Test func `that was left anew is not removed with the one before`() async throws {
        try await leave(wish(age: 1000).stored)
        let before = try await issuer.wishes().valid
        try await leave(wish().stored)
        try await issuer.remove(before.map(\.stored))
        #expect(try await issuer.wishes().valid == [try wish()])
    }

    @Test func `is taken back by who left it`() async throws {
        let seen = try #require(try await reader.inspect(CredentialPath(Self.acme)))
        try await leave(wish().stored)
        try await leave(wish(by: roled.owner).stored)
        try await reader.withdrawWish(for: seen)
        #expect(try await issuer.wishes().valid.map(\.signer) == [roled.owner.publicIdentity.signingKey])
    }
}
