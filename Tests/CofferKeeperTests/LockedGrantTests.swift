// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite(.timeLimit(.minutes(3))) struct `A grant that was read under its lock` {
    private static let acme = KeeperWorld.path("main/crm/acme")

    /// A keeper, how often it reads the vault, and the grant.
    private func with(
        _ body: (KeeperWorld, VaultGrantStore, Counter, GrantID) async throws -> Void
    ) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let store = WatchedStore(try SQLiteStore.open(world.location.vaultPath))
            let vault = try await Vault.unlock(store, with: world.location.identity.read(), now: { world.time.now })
            let keeper = Keeper(vault: vault, effects: world.effects())
            let entry = try #require(try await vault.inspect(Self.acme))
            try await body(world, keeper.grants, store.reads, GrantID(entry.id.description))
        }
    }

    private func record(_ snapshot: GrantSnapshot, in grants: VaultGrantStore, at now: Date) async throws {
        _ = try await grants.recordIntent(
            attempt: 1, startedAt: now, deadline: now.addingTimeInterval(40), narrowing: nil, evidence: nil,
            for: snapshot)
    }

    @Test func `is not read again for its intent`() async throws {
        try await with { world, grants, reads, id in
            let now = world.time.now
            let beforeGrant = reads.count
            let snapshot = try await grants.grant(id)
            #expect(reads.count == beforeGrant + 1)
            let before = reads.count
            try await record(snapshot, in: grants, at: now)
            let outside = reads.count - before
            let inside = try await grants.withLock(id, wait: .seconds(1)) { () async throws -> Int in
                let snapshot = try await grants.grant(id)
                let before = reads.count
                try await record(snapshot, in: grants, at: now)
                return reads.count - before
            }
            #expect(inside == outside - 1)
            let last = try await grants.grant(id)
            #expect(grants.locked.source(of: last) == nil)
        }
    }

    @Test(arguments: [acme, KeeperWorld.app])
    func `is refused its intent if it or its app was changed since, or the app was frozen`(
        _ changed: CredentialPath
    ) async throws {
        try await with { world, grants, _, id in
            let failure = try await grants.withLock(id, wait: .seconds(1)) { () async throws -> OAuthError.Code? in
                let snapshot = try await grants.grant(id)
                try await change(changed, in: world)
                do { try await record(snapshot, in: grants, at: world.time.now) } catch let error as OAuthError {
                    return error.code
                }
                return nil
            }
            #expect(failure == .superseded)
            let connection = try await world.keeper().vault.inspect(Self.acme)
            #expect(try ConnectionRecord(try #require(connection)).intent == nil)
        }
    }

    @Test(arguments: [acme, KeeperWorld.app])
    func `is asked about at nobody's if it or its app was changed since`(_ changed: CredentialPath) async throws {
        try await with { world, grants, _, id in
            let now = world.time.now
            let failure = try await grants.withLock(id, wait: .seconds(1)) { () async throws -> OAuthError.Code? in
                let snapshot = try await grants.grant(id)
                try await change(changed, in: world)
                do { try await grants.beginInquiry(at: now, for: snapshot) } catch let error as OAuthError {
                    return error.code
                }
                return nil
            }
            #expect(failure == .superseded)
            #expect(try await world.keeper().vault.ownAudit().allSatisfy { $0.action != .inquire })
        }
    }

    @Test func `is asked about by a request that is audited, unless its app is frozen or its token was spent`()
        async throws
    {
        try await with { world, grants, _, id in
            let now = world.time.now
            func ask() async throws -> OAuthError.Code? {
                let snapshot = try await grants.grant(id)
                do { try await grants.beginInquiry(at: now, for: snapshot) } catch let error as OAuthError {
                    return error.code
                }
                return nil
            }
            #expect(try await ask() == nil)
            #expect(try await world.keeper().vault.ownAudit().count { $0.action == .inquire } == 1)
            let snapshot = try await grants.grant(id)
            _ = try await grants.settle(
                GrantSettlement(
                    state: .indeterminate, intent: nil, spendsPresentToken: true, failureCount: 1, lastError: nil),
                for: snapshot)
            #expect(try await ask() == .spent)
            try await change(KeeperWorld.app, in: world)
            #expect(try await ask() == .frozen)
            #expect(try await world.keeper().vault.ownAudit().count { $0.action == .inquire } == 1)
        }
    }

    /// Two keepers see each other's claims as two processes do: each has a descriptor of its own.
    @Test func `is claimed by one who is about to refresh it, until that is over`() async throws {
        try await with { world, grants, _, id in
            let other = try await world.keeper()
            let claim = try #require(await grants.claim(id))
            #expect(await other.grants.claim(id) == nil)
            claim.release()
            let next = try #require(await other.grants.claim(id))
            #expect(await grants.claim(id) == nil)
            next.release()
            await other.close()
        }
    }

    /// Writes an entry as another process would; an app is frozen by that.
    private func change(_ path: CredentialPath, in world: KeeperWorld) async throws {
        let vault = try await world.keeper().vault
        let entry = try #require(try await vault.inspect(path))
        let draft: EntryDraft
        if path == KeeperWorld.app {
            var app = try AppRecord(entry)
            app.frozenBy = "made-up"
            draft = try app.draft(replacing: entry)
        } else {
            draft = try ConnectionRecord(entry).draft(replacing: entry)
        }
        _ = try await vault.commit(WriteBatch(.put, reason: "", drafts: [draft]))
    }
}
