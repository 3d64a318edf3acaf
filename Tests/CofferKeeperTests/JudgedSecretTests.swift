// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Testing

@testable import CofferKeeper

/// Somebody looks at a secret, and another process changes it before he has.
@Suite struct `A static secret that is judged` {
    private static let path = KeeperWorld.path("main/git")

    @Test func `is replaced in the version that was judged, or judged anew`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let (keeper, other) = (try await world.keeper(), try await world.keeper())
            try await keeper.put(Self.path, Secret("one"))
            var judged: [Secret?] = []
            let kept = try await keeper.change(Self.path) { value in
                judged.append(value)
                if judged.count == 1 { try await other.put(Self.path, Secret("two")) }
                return (value == Secret("one") ? .put(Secret("mine")) : .keep, value)
            }
            #expect(judged == [Secret("one"), Secret("two")] && kept == Secret("two"))
            #expect(try await world.keeper().get(Self.path) == Secret("two"))
        }
    }

    @Test func `is removed in the version that was judged, or judged anew`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let (keeper, other) = (try await world.keeper(), try await world.keeper())
            try await keeper.put(Self.path, Secret("one"))
            var count = 0
            try await keeper.change(Self.path) { value in
                count += 1
                // The same version number again, of another entry.
                if count == 1 {
                    try await other.remove(Self.path)
                    try await other.put(Self.path, Secret("two"))
                }
                return (value == Secret("one") ? .remove : .keep, ())
            }
            #expect(count == 2)
            #expect(try await world.keeper().get(Self.path) == Secret("two"))
            try await keeper.change(Self.path) { _ in (.remove, ()) }
            await #expect(throws: KeeperError(.notFound, "")) { try await world.keeper().get(Self.path) }
        }
    }

    @Test func `is put where nothing was, and not over what came in between`() async throws {
        try await KeeperWorld.with(accounts: []) { world in
            let (keeper, other) = (try await world.keeper(), try await world.keeper())
            var judged: [Secret?] = []
            try await keeper.change(Self.path) { value in
                judged.append(value)
                if judged.count == 1 { try await other.put(Self.path, Secret("theirs")) }
                return (value == nil ? .put(Secret("mine")) : .keep, ())
            }
            #expect(judged == [nil, Secret("theirs")])
            #expect(try await world.keeper().get(Self.path) == Secret("theirs"))
            await #expect(throws: KeeperError(.wrongKind, "")) {
                try await keeper.change(KeeperWorld.app) { _ in (.remove, ()) }
            }
        }
    }
}
