// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

// Where nothing leaked.

extension `A rotation that brings another client id` {
    @Test func `goes on with the old client until that is removed, where nothing leaked`() async throws {
        try await Self.with { keeper, time, server in
            let preview = try await keeper.previewRotation(
                of: Self.app, mode: .planned, taint: nil, accessTokenLeaked: false, isForced: false)
            #expect(preview.overlaps && preview.changesClientID == true)
            let id = try await keeper.openRotation(of: Self.app, mode: .planned)
            var person = AddingOperator(server: server, deletes: nil)
            let waiting = try await keeper.resumeRotation(id, operator: person)
            #expect(waiting.awaitsRemoval, "\(waiting.text)")
            #expect(waiting.awaits?.title == "Delete the old client at the provider (client_id client-1)")
            #expect(waiting.awaits?.steps.first?.contains("main/as/one") == true, "\(waiting.text)")
            #expect(try await keeper.loginLinks(of: waiting).map(\.path) == [Self.path])
            #expect(try await Self.record(keeper).registration?.clientID == "client-2")

            // It is refreshed as ever, and stays the old client's.
            for _ in 0..<2 {
                #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
                #expect(server.refreshes.last?.client == ["client-1", "secret"])
            }
            #expect(try await keeper.token(Self.path).credential.value == Secret("made-up-access-3"))
            #expect(try await keeper.resumeRotation(id, operator: person).awaitsRemoval)

            try await Self.connect(keeper, server, to: "client-2", at: time.now)
            person.removes = "client-1"
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed && report.openItems.isEmpty, "\(report.text)")
            #expect(report.connections.map(\.outcome) == [.reissued])
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            #expect(server.refreshes.last?.client == ["client-2", Self.second])
        }
    }

    @Test func `has links that outlast refreshes, also for accounts connected meanwhile`() async throws {
        try await Self.with { keeper, time, server in
            let id = try await keeper.openRotation(of: Self.app, mode: .planned)
            let late = try CredentialPath("main/as/late")
            server.grant("r-late", to: "client-1")
            try await DescribedWorld.connect(
                keeper, accessToken: "late", refreshToken: "r-late", at: time.now, as: late)
            var person = AddingOperator(server: server, deletes: nil)
            let waiting = try await keeper.resumeRotation(id, operator: person)
            #expect(waiting.awaitsRemoval, "\(waiting.text)")
            let links = try await keeper.loginLinks(of: waiting)
            #expect(links.map(\.path) == [Self.path, late])
            #expect(links.allSatisfy { $0.url?.contains("client_id=client-2") == true })
            for path in [Self.path, late, late] {
                #expect(try await keeper.refresh(.forced(path)).first?.outcome == .refreshed)
            }
            let urls = links.map(\.url)
            #expect(try await keeper.loginLinks(of: waiting).map(\.url) == urls)
            #expect(try await keeper.linkedAttempt(waiting, late)?.url == urls[1])

            try await Self.connect(keeper, server, to: "client-2", at: time.now)
            await #expect(throws: KeeperError(.usage, "")) { try await keeper.linkedAttempt(waiting, Self.path) }
            person.removes = "client-1"
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.state == .closed, "\(report.text)")
            #expect(try await keeper.loginLinks(of: report).map(\.url) == [urls[1]])
        }
    }

    @Test func `is not given up for another planned one while accounts work with the old client`() async throws {
        try await Self.with { keeper, time, server in
            let first = try await keeper.openRotation(of: Self.app, mode: .planned)
            let person = AddingOperator(server: server, deletes: nil)
            #expect(try await keeper.resumeRotation(first, operator: person).awaitsRemoval)
            let before = try await keeper.entry(Self.app, .app)
            await #expect(throws: KeeperError(.busy, "")) {
                try await keeper.openRotation(of: Self.app, mode: .planned, isForced: true)
            }
            await #expect(throws: KeeperError(.busy, "")) {
                try await keeper.previewRotation(of: Self.app, mode: .planned, isForced: true)
            }
            #expect(try await keeper.entry(Self.app, .app).version == before.version)
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            // A leak goes before it, and says what that costs.
            let preview = try await keeper.previewRotation(of: Self.app, isForced: true)
            #expect(preview.strandedConnections == [Self.path.description])

            try await Self.connect(keeper, server, to: "client-2", at: time.now)
            #expect(try await keeper.previewRotation(of: Self.app, isForced: true).strandedConnections == nil)
            let next = try await keeper.openRotation(of: Self.app, mode: .planned, isForced: true)
            #expect(try await keeper.rotation(first).state == .abandoned)
            #expect(try await keeper.rotation(next).state != .abandoned)
        }
    }

    @Test func `ends the taint of an earlier leak with a refresh by the old client`() async throws {
        try await Self.with { keeper, _, server in
            // As a rotation after a leak closes that could not reissue the account.
            try await Self.older(keeper) { draft in
                draft.use.set(AppRecord.Tag.taintEpoch, integer: 1)
                draft.use.set(AppRecord.Tag.taintStrength, text: "serve")
                draft.use.set(AppRecord.Tag.secretEpoch, integer: 1)
            }
            #expect(try await Self.state(keeper) == "tainted")
            let id = try await keeper.openRotation(of: Self.app, mode: .planned)
            let person = AddingOperator(server: server, deletes: nil)
            #expect(try await keeper.resumeRotation(id, operator: person).awaitsRemoval)
            #expect(try await Self.state(keeper) == "tainted")
            #expect(try await keeper.refresh(.forced(Self.path)).first?.outcome == .refreshed)
            #expect(server.refreshes.map(\.client) == [["client-1", "secret"]])
            #expect(try await Self.state(keeper) == "active")
            let connection = try ConnectionRecord(try await keeper.entry(Self.path, .connection))
            #expect(connection.mintedUnder == 1)
        }
    }

    @Test func `says so of whom nobody connected before the old client went`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app, mode: .planned)
            let person = AddingOperator(server: server, deletes: nil, removes: "client-1")
            let report = try await keeper.resumeRotation(id, operator: person)
            #expect(report.closedUnproven && report.openItems.count == 1, "\(report.text)")
            #expect(try await Self.state(keeper) == "needs_reauthorization")
            #expect(try await keeper.loginLinks(of: report).map(\.path) == [Self.path])
            _ = try await keeper.refresh(.forced(Self.path))
            #expect(server.refreshes.isEmpty)
        }
    }
}
