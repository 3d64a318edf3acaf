// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation
import CofferVault
import Foundation
import Synchronization
import Testing

@testable import CofferKeeper

@Suite struct `A bundle that is made while a leak is contained` {
    /// The hold commits after the bundle's contents were chosen and before their hand-out is recorded.
    @Test func `holds no token that was put on hold before its event`() async throws {
        try await KeeperWorld.with(accounts: ["acme"]) { world in
            let other = try await world.keeper()
            try await other.put(KeeperWorld.path("main/key"), Secret("made-up"))
            _ = try await world.join("ci", .reader)
            let isFirst = Mutex(true)
            let keeper = try await world.keeper { store in
                WatchedStore(store) { _, durability in
                    guard durability == .synced,
                        isFirst.withLock({ first in
                            defer { first = false }
                            return first
                        })
                    else { return }
                    let id = try await other.openRotation(of: KeeperWorld.app, taint: .hold)
                    _ = try await other.resumeRotation(id, operator: ScriptedOperator(isPresent: false, []))
                }
            }
            let path = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
            defer { try? FileManager.default.removeItem(atPath: path) }
            let made = try await keeper.makeBundle(
                BundleRequest(
                    member: "ci", prefixes: [], life: BundleRequest.usualLife, allowsUnauditedReading: false),
                at: TargetFile(path, replacing: false, sparing: world.location))
            #expect(isFirst.withLock { !$0 })
            #expect(made.entries == ["main/key"])
            #expect(made.leftOut.map(\.path) == ["main/crm/acme"])
            let events = try await world.keeper().vault.ownAudit().filter { $0.action == .bundle }
            #expect(events.map(\.paths) == [["main/key"]])
        }
    }
}
