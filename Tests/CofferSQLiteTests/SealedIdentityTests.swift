// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferVault
import Foundation
import Testing

@testable import CofferSQLite

/// What is left in the files of an identity that was kept under a passphrase: whoever knows the old one must not find it.
@Suite struct SealedIdentityTests {
    private struct World {
        let file: VaultFile
        let owner: Vault
        let member: Vault
        /// The boxes that were kept, one after the other.
        var boxes: [[UInt8]] = []

        init(busyWait: Double = 5) async throws {
            file = try await VaultFile()
            owner = try await file.unlock(busyWait: busyWait)
            let identity = try Identity.generate()
            let text = try await owner.addMember(
                identity.publicIdentity, name: "anna", role: .issuer, spaces: ["main"]
            ).accepted(by: identity)
            member = try await Vault.unlock(
                SQLiteStore.open(file.path, busyWait: busyWait), with: text, now: VaultFile.now)
        }

        /// Seals the identity, and remembers the box.
        mutating func seal(_ passphrase: String) async throws -> Bool {
            let isLeft = try await member.keepSealedIdentity(under: Secret(passphrase), cost: .insecureLeast)
            let box = try await SQLiteStore.open(file.path).read { reader in
                try reader.passphraseBoxSigners().first.flatMap { try reader.passphraseBox(of: $0) }?.body
            }
            boxes.append(try #require(box))
            return isLeft
        }

        /// Whether the end of a box, which is sealed, lies anywhere in the file or its log.
        func isFound(_ index: Int) throws -> Bool {
            let marker = Data(boxes[index].suffix(48))
            // Whoever closes the file last may take the log away.
            let paths = ["", "-wal"].map { file.path + $0 }.filter(FileManager.default.fileExists(atPath:))
            return try paths.contains { try Data(contentsOf: URL(fileURLWithPath: $0)).range(of: marker) != nil }
        }
    }

    @Test func `a changed passphrase leaves nothing of what the old one opens`() async throws {
        var world = try await World()
        #expect(try await !world.seal("the first one"))
        #expect(try world.isFound(0))
        #expect(try await !world.seal("the second one"))
        #expect(try !world.isFound(0))
        #expect(try world.isFound(1))
    }

    @Test func `an identity that is taken out leaves nothing`() async throws {
        var world = try await World()
        _ = try await world.seal("the first one")
        #expect(try await !world.member.removeSealedIdentity())
        #expect(try !world.isFound(0))
    }

    @Test func `a removed member's sealed identity leaves nothing`() async throws {
        var world = try await World()
        _ = try await world.seal("the first one")
        #expect(try await !world.owner.removeMember("anna").isLogLeft)
        #expect(try !world.isFound(0))
    }

    @Test func `what a reader keeps in the log is told, and goes with the next change`() async throws {
        var world = try await World(busyWait: 0.02)
        _ = try await world.seal("the first one")
        let reader = try Child(
            """
            import sqlite3, sys
            connection = sqlite3.connect(sys.argv[1], isolation_level=None)
            connection.execute("begin")
            connection.execute("select count(*) from passphrase").fetchone()
            print("reading", flush=True)
            sys.stdin.readline()
            """, world.file.path)
        #expect(try reader.line() == "reading")
        #expect(try await world.seal("the second one"))
        #expect(try world.isFound(0))
        // The change stands all the same.
        #expect(try await world.owner.removeMember("anna").isLogLeft)
        #expect(try await world.owner.sealedSigners().isEmpty)
        #expect(reader.finish() == 0)
        _ = try await world.owner.keepSealedIdentity(
            under: Secret("the owner's"), cost: .insecureLeast, allowingOwner: true)
        #expect(try !world.isFound(0) && !world.isFound(1))
    }
}
