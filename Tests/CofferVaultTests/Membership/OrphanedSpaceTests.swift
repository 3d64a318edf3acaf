// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Nobody is removed without whom a space could not go on.
@Suite struct OrphanedSpaceTests {
    @Test func `an owner whom a space needs stays, though others could write in it`() async throws {
        let house = try await Household()
        _ = try await house.owner.addSpace("t")
        let bob = try await house.unlock(house.join("bob", .owner, spaces: ["t"]))
        _ = try await house.join("ci", .issuer, spaces: ["main"])
        let refusal = await #expect(throws: VaultError.self) { _ = try await bob.removeMember("owner") }
        #expect(refusal?.code == .notPermitted)
        #expect(refusal?.message == "without owner no owner would hold space main; give it to another owner first")
        #expect(try await house.owner.members().map(\.name) == ["owner", "bob", "ci"])
        // The issuer is no such reason, and with a second owner of the space the first may go.
        _ = try await bob.removeMember("ci")
        _ = try await house.owner.addMember(
            bob.identity.publicIdentity, name: "bob", role: .owner, spaces: ["main"])
        #expect(try await bob.removeMember("owner").begunSpaces.sorted() == ["main", "t"])
        #expect(try await bob.rekey().isFinished)
    }

    @Test func `issuers and readers of a space that no owner holds can be removed while one can write`() async throws {
        let house = try await Household()
        for name in ["a", "b"] { _ = try await house.join(name, .issuer) }
        _ = try await house.join("r", .reader)
        // As vaults of before may be: the owner's wraps are gone.
        var manifest = try house.owner.state.manifest.successor(at: 9)
        manifest.spaces[0].generations[0].wraps.removeAll { $0.role == .owner }
        manifest.spaces[0].traceWraps.removeAll { $0.role == .owner }
        for name in ["r", "a"] { _ = try manifest.remove(name, after: nil) }
        let refusal = #expect(throws: VaultError.self) { _ = try manifest.remove("b", after: nil) }
        #expect(refusal?.message == "without b nobody could write in space main; add somebody first")
    }
}
