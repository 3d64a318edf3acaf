// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// Every later version opens format 1: the files were made once and are never made anew.
@Suite struct `A vault of format 1` {
    private static let tenYears: TimeInterval = 10 * 365 * 86_400

    @Test(arguments: FormatOneFixture.Origin.allCases, [60, tenYears])
    func `opens as its owner, with all that was in it`(
        origin: FormatOneFixture.Origin, after: TimeInterval
    ) async throws {
        try await FormatOneFixture.with(origin) { fixture in
            let keeper = try await fixture.keeper("owner", after: after)
            let contents = fixture.contents
            // What waits beside the vault is taken in.
            if contents.spilled != nil { _ = try await keeper.refresh(.all) }
            #expect(contents.entries.count == (origin == .frozen ? 9 : 12))
            #expect(Set(contents.entries.values.map(\.kind)) == ["app", "connection", "secret"])
            let listed = try await keeper.list().map { [$0.path, $0.kind] }
            #expect(Set(listed) == Set(contents.entries.map { [$0.key, $0.value.kind] }))
            for (path, entry) in contents.entries {
                #expect(!entry.values.isEmpty)
                for (field, value) in contents.present(path) {
                    // These have ended by then, and nobody is there to refresh them.
                    if origin == .rows, after == Self.tenYears, field == "access_token" { continue }
                    let read = try await keeper.get(CredentialPath(path), field: field)
                    #expect(read == FormatOneFixture.secret(value), "\(path)#\(field)")
                }
            }
            let spaces = try await keeper.spaces().map { ($0.space, $0.generations) }
            #expect(Dictionary(uniqueKeysWithValues: spaces) == contents.generations)
            #expect(contents.generations.values.contains { $0.count == 2 })
            let identities = try await keeper.identities(includingDeparted: true)
            #expect(identities.count == contents.identities.count)
            for identity in identities {
                let expected = try #require(contents.identities[identity.name])
                #expect(identity.fingerprint == expected.fingerprint && identity.isOwner == expected.owner)
                #expect((identity.until != nil) == expected.departed)
            }
            #expect(contents.identities.values.contains { $0.departed })
            let rotations = try await keeper.rotations().map { ($0.id.description, $0.state.rawValue) }
            #expect(Dictionary(uniqueKeysWithValues: rotations) == contents.rotations)
        }
    }

    @Test(arguments: FormatOneFixture.Origin.allCases)
    func `is found whole, with every event and everything that was collected`(
        origin: FormatOneFixture.Origin
    ) async throws {
        try await FormatOneFixture.with(origin) { fixture in
            let keeper = try await fixture.keeper("owner", after: 60)
            let rows = fixture.contents.rows
            #expect(rows.values.allSatisfy { $0 > 0 })
            #expect(try await keeper.verifyAudit().isIntact)
            let report = try await keeper.verify()
            #expect(report.isSound)
            let waiting = (fixture.contents.spilled ?? [:]).map { _ in "an answer waits to be taken into the vault" }
            #expect(report.findings.map(\.what) == waiting)
            #expect(report.counts.entries == rows["entry"] && report.counts.fingerprints == rows["fingerprint"])
            #expect(report.counts.manifests == rows["manifest"])
            #expect(report.counts.spillFiles == fixture.contents.spilled?.count ?? 0)
            let events = try await keeper.auditEvents(AuditFilter(), limit: nil).events
            #expect(events.filter { $0.bundle != nil }.count == rows["collected"])
            #expect(events.allSatisfy { $0.action != nil && $0.note == nil || $0.note == "not_a_member" })
            #expect(try await keeper.vault.wishes().valid.count == rows["wish"])
            #expect(try await keeper.trace(Secret("made-up-value-2")).matches.map(\.state) == ["past"])
        }
    }

    @Test(arguments: FormatOneFixture.Origin.allCases)
    func `opens as its reader, by file and by passphrase, and as far as readers go`(
        origin: FormatOneFixture.Origin
    ) async throws {
        try await FormatOneFixture.with(origin) { fixture in
            let passphrase = Secret(fixture.contents.passphrase)
            let sealed = SealedIdentity("desk", in: fixture.folder.appending(path: "vault.db").path) { passphrase }
            for keeper in [
                try await fixture.keeper("reader", after: 60),
                try await fixture.keeper(.sealed(sealed), after: origin == .frozen ? Self.tenYears : 60),
            ] {
                for (path, entry) in fixture.contents.entries {
                    let path = try CredentialPath(path)
                    guard path.space == "main" else {
                        await #expect(throws: VaultError(.missing, "")) { try await keeper.get(path) }
                        continue
                    }
                    for (field, value) in entry.values {
                        // A reader can't open what waits beside the vault, and what lies in it has ended.
                        if field == "access_token", fixture.contents.spilled?[path.description] != nil { continue }
                        guard ["value", "access_token"].contains(field) else {
                            await #expect(throws: KeeperError(.notPermitted, "")) {
                                try await keeper.get(path, field: field)
                            }
                            continue
                        }
                        #expect(try await keeper.get(path, field: field) == FormatOneFixture.secret(value))
                    }
                }
                await #expect(throws: KeeperError(.notPermitted, "")) {
                    try await keeper.put(CredentialPath("main/x"), Secret("x"))
                }
            }
        }
    }

    @Test(arguments: FormatOneFixture.Origin.allCases)
    func `does not open for whoever was removed`(
        origin: FormatOneFixture.Origin
    ) async throws {
        try await FormatOneFixture.with(origin) { fixture in
            await #expect(throws: VaultError(.wrongIdentity, "")) {
                try await fixture.keeper("removed-issuer", after: 60)
            }
        }
    }

    @Test(arguments: FormatOneFixture.Origin.allCases)
    func `has a bundle, which opens in its time for its reader`(
        origin: FormatOneFixture.Origin
    ) async throws {
        try await FormatOneFixture.with(origin) { fixture in
            let keeper = try await fixture.keeper("reader", "reader.bundle", after: 60)
            #expect(try await keeper.list().map(\.path) == fixture.contents.bundle)
            for path in fixture.contents.bundle {
                let value = try #require(fixture.contents.entries[path]?.values["value"])
                #expect(try await keeper.get(CredentialPath(path)) == FormatOneFixture.secret(value))
            }
            await #expect(throws: VaultError(.expired, "")) {
                try await fixture.keeper("reader", "reader.bundle", after: Self.tenYears)
            }
            await #expect(throws: VaultError(.wrongIdentity, "")) {
                try await fixture.keeper("owner", "reader.bundle", after: 60)
            }
        }
    }

    @Test func `takes in the answer that waits beside it`() async throws {
        try await FormatOneFixture.with(.rows) { fixture in
            let keeper = try await fixture.keeper("owner", after: 60)
            let spilled = try #require(fixture.contents.spilled)
            #expect(spilled.count == 1)
            _ = try await keeper.refresh(.all)
            for (path, values) in spilled {
                #expect(Set(values.keys) == ["access_token", "refresh_token"])
                for (field, value) in values {
                    #expect(value != fixture.contents.entries[path]?.values[field])
                    #expect(try await keeper.get(CredentialPath(path), field: field) == FormatOneFixture.secret(value))
                }
            }
            let report = try await keeper.verify()
            #expect(report.findings == [] && report.counts.spillFiles == 0)
        }
    }

    @Test(arguments: ["owner", "reader"])
    func `hands out tokens that are bound to a key, and a narrower one that is kept`(identity: String) async throws {
        try await FormatOneFixture.with(.rows) { fixture in
            let keeper = try await fixture.keeper(identity, after: 60)
            let narrower = try #require(fixture.contents.narrower)
            #expect(narrower.count == 1)
            for (path, values) in narrower {
                let whole = try await keeper.token(CredentialPath(path)).credential
                let stored = try #require(fixture.contents.entries[path]?.values["access_token"])
                #expect(whole.value == FormatOneFixture.secret(stored))
                let less = try await keeper.token(
                    CredentialPath(path), narrowing: try TokenNarrowing(scope: values["scope"])
                ).credential
                #expect(less.value == FormatOneFixture.secret(try #require(values["access_token"])))
                #expect(less.scope == values["scope"] && less.scope != whole.scope)
                for credential in [whole, less] {
                    #expect(credential.tokenType == "DPoP" && credential.needsProof)
                }
            }
        }
    }

    @Test(arguments: FormatOneFixture.Origin.allCases)
    func `is written to, sealed under new keys, and whole afterwards`(
        origin: FormatOneFixture.Origin
    ) async throws {
        try await FormatOneFixture.with(origin) { fixture in
            let after = origin == .frozen ? Self.tenYears : 60
            var keeper = try await fixture.keeper("owner", after: after)
            if fixture.contents.spilled != nil { _ = try await keeper.refresh(.all) }
            try await keeper.put(CredentialPath("main/new"), Secret("made-up-value-8"))
            try await keeper.put(CredentialPath("main/text"), Secret("made-up-value-9"))
            _ = try await keeper.rekey()
            keeper = try await fixture.keeper("owner", after: after)
            #expect(try await keeper.spaces().allSatisfy { $0.generations.count == 1 })
            #expect(try await keeper.verify().findings == [])
            #expect(try await keeper.verifyAudit().isIntact)
            #expect(try await keeper.list().count == fixture.contents.entries.count + 1)
            for path in fixture.contents.entries.keys where path != "main/text" {
                for (field, value) in fixture.contents.present(path) {
                    let read = try await keeper.get(CredentialPath(path), field: field)
                    #expect(read == FormatOneFixture.secret(value), "\(path)#\(field)")
                }
            }
            let reader = try await fixture.keeper("reader", after: after)
            #expect(try await reader.get(CredentialPath("main/new")) == Secret("made-up-value-8"))
            #expect(try await reader.get(CredentialPath("main/text")) == Secret("made-up-value-9"))
        }
    }
}
