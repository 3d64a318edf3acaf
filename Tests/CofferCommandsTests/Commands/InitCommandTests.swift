// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferCommands

@Suite struct `coffer init` {
    @Test func `says where both are, and what must not be lost`() async throws {
        let world = try CommandWorld()
        let outcome = await world.run("init")
        #expect(outcome.status == .done)
        #expect(outcome.output.contains("\(world.home)/.local/share/coffer/vault.db"))
        #expect(outcome.output.contains("\(world.home)/.config/coffer/identity"))
        #expect(outcome.errors.contains("whoever loses the identity loses the vault"))
    }

    @Test func `changes nothing the second time, and says so`() async throws {
        let world = try CommandWorld()
        let first = await world.run("init --json")
        let identity = try Data(contentsOf: URL(filePath: "\(world.home)/.config/coffer/identity"))
        let second = await world.run("init --json")
        #expect(second.status == .done)
        #expect(second.errors.contains("nothing was changed"))
        #expect(first.object["created"] as? Bool == true)
        #expect(second.object["created"] as? Bool == false)
        #expect(first.object["fingerprint"] as? String == second.object["fingerprint"] as? String)
        #expect(try Data(contentsOf: URL(filePath: "\(world.home)/.config/coffer/identity")) == identity)
    }

    @Test func `a vault that is missing is 66, and the way out is named`() async throws {
        let outcome = try await CommandWorld().run("list")
        #expect(outcome.status == .notFound)
        #expect(outcome.errors.contains("coffer init"))
    }

    @Test func `an identity that others may read is 78`() async throws {
        let world = try CommandWorld()
        _ = await world.run("init")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: "\(world.home)/.config/coffer/identity")
        let outcome = await world.run("list --json")
        #expect(outcome.status == .configuration)
        #expect(outcome.error["code"] as? String == "unsafe_permissions")
    }
}
