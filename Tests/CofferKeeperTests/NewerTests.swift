// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

/// What an older program does with what it does not know: the rules stand in docs/vault-format.md.
@Suite struct `What a newer program wrote` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let birch = KeeperWorld.path("main/crm/birch")
    private static let odd = KeeperWorld.path("main/odd")

    /// Writes an entry again with other fields.
    private static func change(
        _ path: CredentialPath, _ world: KeeperWorld, _ change: (inout EntryDraft) -> Void
    ) async throws {
        let vault = try await world.keeper().vault
        var draft = try EntryDraft(replacing: #require(try await vault.inspect(path)))
        change(&draft)
        _ = try await vault.commit(WriteBatch(.put, drafts: [draft]))
    }

    @Test func `as another kind of entry is listed, sealed anew and verified, and no more`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            var keeper = try await world.keeper()
            let kind = try #require(EntryKind(rawValue: 9))
            var fields = FieldTable()
            fields.set(16, text: "made-up-value")
            _ = try await keeper.vault.commit(
                WriteBatch(.put, drafts: [EntryDraft(Self.odd, kind: kind, use: fields, issue: fields)]))
            #expect(try await keeper.list().map(\.kind) == ["app", "unknown"])
            #expect(try await keeper.spaces().first?.entries?.unknown == 1)
            #expect(try await keeper.apps().count == 1)
            for field in [nil, "value"] {
                await #expect(throws: VaultError(.newerFormat, "")) { try await keeper.get(Self.odd, field: field) }
            }
            await #expect(throws: KeeperError(.wrongKind, "")) { try await keeper.put(Self.odd, Secret("x")) }
            _ = try await keeper.rekey()
            keeper = try await world.keeper()
            let entry = try #require(try await keeper.vault.inspect(Self.odd))
            #expect(entry.kind == kind && entry.use == fields && entry.issue == fields)
            #expect(try await keeper.verify().findings == [])
            let exposed = try await keeper.exposure(.path("main/odd")).rows
            #expect(exposed.map(\.kind) == ["unknown"] && exposed.map(\.must) == [.replace])
            #expect(try await keeper.remove(Self.odd).kind == "unknown")
        }
    }

    @Test func `as further fields of an entry stays when the entry is written again`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            for path in [Self.acme, KeeperWorld.app] {
                try await Self.change(path, world) { draft in
                    draft.use.set(900, text: "use")
                    draft.issue.set(901, text: "issue")
                }
            }
            try await Self.change(KeeperWorld.app, world) { draft in
                let json = draft.issue.text(AppRecord.Tag.description) ?? ""
                draft.issue.set(AppRecord.Tag.description, text: json.dropLast() + #","zz_later":{"a":[1]}}"#)
            }
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            for path in [Self.acme, KeeperWorld.app] {
                let entry = try #require(try await keeper.vault.inspect(path))
                #expect(entry.version > 3)
                #expect(entry.use.text(900) == "use" && entry.issue?.text(901) == "issue")
            }
            let app = try #require(try await keeper.vault.inspect(KeeperWorld.app))
            #expect(app.issue?.text(AppRecord.Tag.description)?.contains("zz_later") == true)
        }
    }

    @Test func `as a state or a way to taint is taken for the strictest`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            try await Self.change(Self.acme, world) { $0.use.set(ConnectionRecord.Tag.state, text: "levitating") }
            await #expect(throws: VaultError(.newerFormat, "")) { try await world.keeper().token(Self.acme) }
            _ = try await world.keeper().token(Self.birch)
            #expect(try await world.keeper().status().map(\.path) == [Self.birch.description])
            #expect(try await world.keeper().refresh(.forced(Self.birch)).map(\.outcome) == [.refreshed])
            try await Self.change(KeeperWorld.app, world) { draft in
                draft.use.set(AppRecord.Tag.taintEpoch, integer: 1)
                draft.use.set(AppRecord.Tag.taintStrength, text: "freeze")
                draft.use.set(AppRecord.Tag.frozenBy, text: "r-0")
            }
            await #expect(throws: KeeperError(.rotating, "")) { try await world.keeper().token(Self.birch) }
        }
    }

    @Test func `as a state of a connection is left open in a rotation, which reissues the others`() async throws {
        try await KeeperWorld.with(accounts: ["acme", "birch"]) { world in
            try await Self.change(Self.acme, world) { $0.use.set(ConnectionRecord.Tag.state, text: "levitating") }
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            let report = try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            #expect(report.state == .closed, "\(report.text)")
            #expect(report.openItems.count == 1 && report.openItems.first?.contains("main/crm/acme") == true)
            #expect(try await world.state("birch") == "active")
        }
    }

    @Test func `into the journal of a rotation keeps that one from going on, and no other app's`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper()
            let id = try await keeper.openRotation(of: KeeperWorld.app)
            try await keeper.vault.appendJournal(
                Array(#"{"at":0,"by":"ada","event":"teleported"}"#.utf8), to: VaultRotationJournal.entryID(id), at: 1,
                for: KeeperWorld.app, reason: "")
            #expect(try await keeper.rotations().isEmpty)
            let newer = RotationError(.newer, "")
            await #expect(throws: newer) { try await keeper.rotation(id) }
            await #expect(throws: newer) {
                try await keeper.resumeRotation(id, operator: ClickingOperator(sandbox: world.sandbox))
            }
            await #expect(throws: newer) { try await keeper.openRotation(of: KeeperWorld.app) }
            try await keeper.requireNoOpenRotation(of: KeeperWorld.path("main/other"))
        }
    }

    @Test func `into the record of events is shown, verified, and taken for a hand-out`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let token = try await world.token("acme")
            let keeper = try await world.keeper()
            let action = try #require(AuditAction(rawValue: "beam up"))
            try await keeper.vault.record(
                AuditRecord(
                    at: world.time.now, action: action, paths: [Self.acme.description],
                    outcome: #require(AuditOutcome(rawValue: "deferred")), details: ["zz": "later"]))
            var filter = AuditFilter()
            filter.action = action
            let shown = try await keeper.auditEvents(filter, limit: nil).events
            #expect(shown.map(\.action) == ["beam up"] && shown.map(\.outcome) == ["deferred"])
            #expect(shown.first?.details == ["zz": "later"])
            #expect(try await keeper.verifyAudit().isIntact)
            let read = try await keeper.exposure(.since(.distantPast)).rows.first { $0.path == Self.acme.description }
            #expect(read?.fields.contains("unknown") == true && read?.must == .reissue)
            #expect(try await keeper.trace(Secret(token)).matches.first?.handedTo?.first?.count == 2)
        }
    }
}
