// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferVault

/// What stands in the place of chance where nothing is kept.
@Suite struct ChanceTests {
    private static func chance(_ vault: Vault, _ purpose: String = "state", _ subject: [String] = ["a", "b"]) throws
        -> Secret
    {
        try vault.chance(for: purpose, boundTo: subject, at: Sample.path("main/app/acme"))
    }

    @Test func `is the same for each issuer, and nobody else makes it`() async throws {
        let house = try await Household()
        let issuer = try await house.unlock(house.join("cron", .issuer))
        let reader = try await house.unlock(house.join("ci", .reader))
        #expect(try Self.chance(house.owner) == Self.chance(issuer))
        #expect(throws: VaultError(.notPermitted, "")) { try Self.chance(reader) }
    }

    @Test func `is another for each purpose, path and part, however the parts are cut`() async throws {
        let house = try await Household()
        let vault = house.owner
        let all = [
            try Self.chance(vault), try Self.chance(vault, "nonce"), try Self.chance(vault, "state", ["ab"]),
            try Self.chance(vault, "state", ["a", "b", ""]), try Self.chance(vault, "statea", ["", "b"]),
            try vault.chance(for: "state", boundTo: ["a", "b"], at: Sample.path("main/app/birch")),
        ]
        for (index, one) in all.enumerated() { #expect(!all[(index + 1)...].contains(one), "\(index)") }
    }

    @Test func `ends when an issuer is removed, who could have made it`() async throws {
        let house = try await Household()
        let issuer = try await house.unlock(house.join("cron", .issuer))
        let before = try Self.chance(issuer)
        _ = try await house.owner.removeMember("cron")
        let after = try Self.chance(house.owner)
        #expect(before != after)
        #expect(try Self.chance(issuer) == before, "whom a removal has not reached makes the old one still")
        #expect(try await Self.chance(house.unlock(house.ownerText)) == after)
    }
}
