// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSQLite
import CofferSandbox
import CofferVault
import Foundation
import Testing

@testable import CofferKeeper

@Suite struct `An answer that the vault can't take` {
    private static let acme = KeeperWorld.path("main/crm/acme")
    private static let full = VaultError(.diskFull, "there is no room")

    @Test func `is written once the reserved room is given up`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let keeper = try await world.keeper { store in
                WatchedStore(store) { write, _ in if write == 2 { throw Self.full } }
            }
            #expect(try await keeper.refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            #expect(!FileManager.default.fileExists(atPath: world.location.vaultPath + "-reserve"))
            #expect(try await world.state("acme") == "active")
            #expect(try await world.keeper().refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            #expect(FileManager.default.fileExists(atPath: world.location.vaultPath + "-reserve"))
        }
    }

    @Test(arguments: [VaultError.Code.diskFull, .unreadable, .busy, .damaged])
    func `lies sealed beside it, is handed to nobody, and is taken in by the next who opens it`(
        code: VaultError.Code
    ) async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            world.time.advance(by: 86400 - 30)
            let old = try await world.refreshToken("acme")
            let keeper = try await world.keeper { store in
                WatchedStore(store) { write, _ in if write > 1 { throw VaultError(code, "no") } }
            }
            await #expect(throws: KeeperError(.spilled, "")) { try await keeper.token(Self.acme) }
            let folder = world.location.vaultPath + "-spill"
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            let file = "\(folder)/\(try #require(names.first))"
            #expect(names.count == 1)
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            #expect(mode == 0o600)
            world.sandbox.log.clear()
            let next = try await world.token("acme")
            #expect(world.sandbox.log.records.isEmpty)
            #expect(try await world.refreshToken("acme") != old)
            let bytes = try Data(contentsOf: URL(fileURLWithPath: world.location.vaultPath))
            #expect(bytes.range(of: Data(next.utf8)) == nil)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
            #expect(try await world.keeper().refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            #expect(world.presented(old) == 0)
        }
    }

    @Test func `is taken in by a person who connects before it is taken in by a refresh`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            let keeper = try await world.keeper { store in
                WatchedStore(store) { write, _ in if write > 1 { throw Self.full } }
            }
            #expect((try await keeper.refresh(.forced(Self.acme)).first?.failure as? KeeperError)?.code == .spilled)
            let found = try await world.found("acme")
            try await world.keeper().discard(found)
            let present = try await world.refreshToken("acme")
            #expect(present != old)
            #expect(try await world.keeper().refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            #expect(world.presented(old) == 1)
            #expect(world.presented(present) == 1)
        }
    }

    @Test func `keeps how it was judged: another account's is put aside`() throws {
        let renewal = GrantRenewal(
            tokens: IssuedTokens(accessToken: Secret("made-up-token"), accountID: "2"), placement: .aside,
            state: .parked, obtainedAt: Date(timeIntervalSince1970: 1), refreshAt: nil, spendsPresentToken: true,
            failureCount: 3, lastError: "the provider answered for another account")
        let read = try SpilledRenewal(SpilledRenewal(renewal, mintedUnder: 7).fields).renewal
        #expect(read.placement == .aside)
        #expect(read.state == .parked)
        #expect(read.refreshAt == nil)
        #expect(read.spendsPresentToken)
        #expect(read.failureCount == 3)
        #expect(read.lastError == renewal.lastError)
        #expect(read.tokens.accountID == "2")
    }

    @Test func `is not asked for where the intent could not be written`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            let keeper = try await world.keeper { store in WatchedStore(store) { _, _ in throw Self.full } }
            let line = try await keeper.refresh(.forced(Self.acme)).first
            #expect((line?.failure as? VaultError)?.code == .diskFull)
            #expect(world.presented(old) == 0)
        }
    }

    @Test func `meets a real full database the same way`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let old = try await world.refreshToken("acme")
            let keeper = try await world.keeper { store in
                WatchedStore(store) { write, _ in
                    if write == 2 { try store.limitSize(toPages: store.pageCount()) }
                }
            }
            // What fits into the pages that are there is no full disk; one of these commits does not.
            var lines: [RefreshLine] = []
            for _ in 1...40 {
                lines += try await keeper.refresh(.forced(Self.acme))
                world.time.advance(by: 60)
                guard lines.last?.failure == nil else { break }
            }
            let error = try #require(lines.last?.failure)
            #expect(
                (error as? KeeperError)?.code == .spilled || (error as? VaultError)?.code == .diskFull, "\(error)")
            #expect(try await world.keeper().refresh(.forced(Self.acme)).first?.outcome == .refreshed)
            #expect(try await world.state("acme") == "active")
            #expect(world.presented(old) == 1)
        }
    }
}
