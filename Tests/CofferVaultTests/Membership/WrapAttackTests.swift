// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

/// Wraps are moved about in a manifest that is signed and followed: what a wrap is for stands inside it.
@Suite struct WrapAttackTests {
    /// A place where a wrap stands.
    private struct Place: Hashable {
        var space: Int
        /// The generation's place in its list; nil for the trace keys.
        var generation: Int?
        var index: Int
    }

    /// Two spaces with two generations each; in both an owner, an issuer and a reader.
    private static func world() async throws -> (house: Household, texts: [IdentityText]) {
        let house = try await Household()
        _ = try await house.owner.addSpace("staging")
        let texts = [
            house.ownerText, try await house.join("cron", .issuer, spaces: ["main", "staging"]),
            try await house.join("ci", .reader, spaces: ["main", "staging"]),
        ]
        for space in ["main", "staging"] { _ = try await house.owner.beginGeneration(of: space) }
        return (house, texts)
    }

    private static func places(in manifest: Manifest) -> [Place] {
        manifest.spaces.indices.flatMap { space in
            manifest.spaces[space].generations.indices.flatMap { generation in
                manifest.spaces[space].generations[generation].wraps.indices.map {
                    Place(space: space, generation: generation, index: $0)
                }
            } + manifest.spaces[space].traceWraps.indices.map { Place(space: space, generation: nil, index: $0) }
        }
    }

    private static func wrap(at place: Place, in manifest: inout Manifest, _ change: (inout Manifest.Wrap) -> Void) {
        if let generation = place.generation {
            change(&manifest.spaces[place.space].generations[generation].wraps[place.index])
        } else {
            change(&manifest.spaces[place.space].traceWraps[place.index])
        }
    }

    /// Unwraps everything that an issuer holds: trace keys are unwrapped when a fingerprint is first made.
    private static func use(_ text: IdentityText, in house: Household) async throws {
        let vault = try await house.unlock(text)
        for space in vault.roles.map(\.space) {
            _ = try vault.tag(of: Secret("made-up"), tier: .issue, at: CredentialPath("\(space)/app/acme"))
        }
    }

    @Test func `a wrap in any other's place opens nothing for anybody it was moved to`() async throws {
        let (house, texts) = try await Self.world()
        let manifest = try Manifest(decoding: house.newest().manifestBytes)
        let places = Self.places(in: manifest)
        #expect(places.count == 16)
        let base = try manifest.successor(at: 1)
        for source in places {
            for target in places where target != source {
                var moved = base
                var taken = Manifest.Wrap(member: 0, role: .reader, box: [])
                Self.wrap(at: source, in: &moved) { taken = $0 }
                var victim = 0
                Self.wrap(at: target, in: &moved) {
                    victim = Int($0.member)
                    $0.box = taken.box
                }
                try house.plant(moved, by: house.owner.identity)
                let text = texts[victim]
                await #expect(throws: VaultError.damaged, "\(source) → \(target)") {
                    try await Self.use(text, in: house)
                }
            }
        }
        house.store.tamper { $0.manifests[base.epoch] = nil }
        for text in texts.prefix(2) { try await Self.use(text, in: house) }
        _ = try await house.unlock(texts[2])
    }

    @Test func `a wrap with another role opens nothing`() async throws {
        let (house, texts) = try await Self.world()
        let base = try Manifest(decoding: house.newest().manifestBytes).successor(at: 1)
        for place in Self.places(in: base) {
            for role in [Role.reader, .issuer, .owner] {
                var changed = base
                var old = Manifest.Wrap(member: 0, role: role, box: [])
                Self.wrap(at: place, in: &changed) {
                    old = $0
                    $0.role = role
                }
                guard old.role != role else { continue }
                try house.plant(changed, by: house.owner.identity)
                let text = texts[Int(old.member)]
                await #expect(throws: VaultError.damaged, "\(place) \(role)") { try await Self.use(text, in: house) }
            }
        }
    }
}
