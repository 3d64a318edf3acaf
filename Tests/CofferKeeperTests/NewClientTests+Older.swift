// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

// What an older program carried over.

extension `A rotation that brings another client id` {
    /// Writes the app as a program that knows nothing of other client ids.
    static func older(_ keeper: Keeper, _ change: (inout EntryDraft) -> Void) async throws {
        var draft = try EntryDraft(replacing: try await keeper.entry(app, .app))
        change(&draft)
        _ = try await keeper.vault.commit(WriteBatch(.rotate, drafts: [draft]))
    }

    @Test func `counts with the secret that it came with, and with no other`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            try await Self.run(id, until: "pending_sealed", keeper, AddingOperator(server: server))
            #expect(try await Self.record(keeper).pendingClientID == "client-2")
            try await Self.older(keeper) { $0.issue[AppRecord.Tag.pendingSecret] = Secret(Self.third) }
            let record = try await Self.record(keeper)
            #expect(record.pendingSecret == Secret(Self.third) && record.pendingClientID == nil)
        }
    }

    @Test func `goes along with a secret that was given up`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app)
            try await Self.run(id, until: "pending_sealed", keeper, AddingOperator(server: server))
            try await Self.older(keeper) { draft in
                draft.issue[AppRecord.Tag.unwanted] = AppRecord.list([Secret(Self.second), Secret(Self.third)])
                draft.issue[AppRecord.Tag.pendingSecret] = nil
            }
            #expect(
                try await Self.record(keeper).unwanted == [
                    UnwantedSecret(secret: Secret(Self.second), clientID: "client-2"),
                    UnwantedSecret(secret: Secret(Self.third), clientID: "client-1"),
                ])
            #expect(try await Self.record(keeper).ownUnwanted == [Secret(Self.third)])
        }
    }

    @Test func `of a former client means nothing beside another retired secret`() async throws {
        try await Self.with { keeper, _, server in
            let id = try await keeper.openRotation(of: Self.app, mode: .planned)
            #expect(
                try await keeper.resumeRotation(id, operator: AddingOperator(server: server, deletes: nil))
                    .awaitsRemoval)
            #expect(try await Self.record(keeper).retiredClientID == "client-1")
            // It closes that rotation, and replaces the secret of the client that is there now.
            try await Self.older(keeper) { draft in
                draft.issue[AppRecord.Tag.retiredSecret] = draft.issue[AppRecord.Tag.clientSecret]
                draft.issue[AppRecord.Tag.clientSecret] = Secret(Self.third)
            }
            #expect(try await Self.record(keeper).retiredClientID == nil)
            _ = try await keeper.refresh(.forced(Self.path))
            #expect(server.refreshes.isEmpty)
        }
    }
}
