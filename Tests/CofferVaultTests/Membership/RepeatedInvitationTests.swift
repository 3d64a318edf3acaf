// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

/// An invitation that was lost on the way.
@Suite struct RepeatedInvitationTests {
    @Test func `an invitation is made again for just what was granted`() async throws {
        let house = try await Household()
        _ = try await house.owner.addSpace("staging")
        let identity = try Identity.generate()
        let key = identity.publicIdentity
        let first = try await house.owner.addMember(key, name: "ci", role: .reader, spaces: ["main"])
        func again(
            _ key: PublicIdentity, _ name: String, _ role: Role, _ spaces: [String]?
        ) async throws -> Invitation? {
            try await house.owner.invitationAgain(to: key, name: name, role: role, spaces: spaces)
        }
        let epoch = house.owner.pin.epoch
        let second = try #require(try await again(key, "ci", .reader, ["main", "main"]))
        #expect(second == first)
        #expect(try await house.unlock(second.accepted(by: identity)).roles.map(\.space) == ["main"])
        // Whatever would have to be granted, or is another's, is no repetition.
        #expect(try await again(key, "ci", .issuer, ["main"]) == nil)
        #expect(try await again(key, "ci", .owner, nil) == nil)
        #expect(try await again(key, "ci", .reader, nil) == nil)
        #expect(try await again(key, "ci", .reader, ["main", "staging"]) == nil)
        #expect(try await again(key, "ci", .reader, ["nowhere"]) == nil)
        #expect(try await again(key, "ci2", .reader, ["main"]) == nil)
        #expect(try await again(Identity.generate().publicIdentity, "ci", .reader, ["main"]) == nil)
        #expect(house.owner.pin.epoch == epoch)
        #expect(try await house.owner.ownAudit().filter { $0.action == .addIdentity }.map(\.paths) == [["ci"], ["ci"]])
        let reader = try await house.unlock(second.accepted(by: identity))
        await #expect(throws: VaultError(.notPermitted, "")) {
            _ = try await reader.invitationAgain(to: key, name: "ci", role: .reader, spaces: ["main"])
        }
    }
}
