// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Synchronization
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `A vault that was seen before` {
    /// A vault in memory, its owner, and a folder for records.
    private struct World {
        let store = MemoryStore()
        let text: IdentityText
        let folder: String
        let warnings = WarningList()

        init(_ folder: String) async throws {
            self.folder = folder
            text = try await Sample.vault(in: store).text
        }

        func unlock(_ other: IdentityText? = nil) async throws -> Vault {
            let warnings = warnings
            let place = SeenPlace(folder: folder, warn: { warnings.append($0) })
            return try await Vault.unlock(store, with: other ?? text, remembering: place, now: Sample.now)
        }

        var contents: MemoryStore.Contents { store.tamper { $0 } }

        func expectOlder(sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let error = await #expect(throws: VaultError.self, sourceLocation: sourceLocation) { try await unlock() }
            #expect(error?.code == .damaged, sourceLocation: sourceLocation)
            #expect(
                error?.message.contains("older than what this machine has seen") == true, sourceLocation: sourceLocation
            )
        }
    }

    /// What was warned of.
    private final class WarningList: Sendable {
        private let texts = Mutex<[String]>([])
        var all: [String] { texts.withLock { $0 } }
        func append(_ text: String) { texts.withLock { $0.append(text) } }
    }

    private static func withWorld(_ body: (World) async throws -> Void) async throws {
        try await TemporaryFolder.with { try await body(try await World($0 + "/seen")) }
    }

    @Test func `opens again and again, and nothing is warned of`() async throws {
        try await Self.withWorld { world in
            _ = try await world.unlock().put(Sample.draft("main/a/b"))
            for _ in 0..<3 {
                try await world.unlock().record(AuditRecord(at: Sample.instant, action: .list, paths: []))
            }
            #expect(world.warnings.all.isEmpty)
        }
    }

    @Test func `is refused whole if it is an older copy`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            let old = world.contents
            _ = try await vault.put(Sample.draft("main/a/b"))
            let new = world.contents
            world.store.tamper { $0 = old }
            try await world.expectOlder()
            world.store.tamper { $0 = new }
            _ = try await world.unlock()
        }
    }

    @Test func `is refused if a chain's end was cut off, be it of events of reading`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            let signer = vault.identity.publicIdentity.signingKey
            for _ in 0..<3 { try await vault.record(AuditRecord(at: Sample.instant, action: .list, paths: [])) }
            // Only whoever opens the vault anew has seen events of reading.
            _ = try await world.unlock()
            world.store.tamper { contents in
                let last = contents.audit[signer]?.keys.max() ?? 0
                contents.audit[signer]?[last] = nil
            }
            try await world.expectOlder()
        }
    }

    @Test func `is refused if the manifest went back`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            _ = try await vault.put(Sample.draft("main/a/b"))
            let old = world.contents
            var next = vault.state.manifest
            next.epoch = 2
            next.previous = vault.pin.manifestHash
            let signed = try SignedManifest(signing: next, by: vault.identity)
            try await world.store.write(.synced) { try $0.insertManifest(signed.encoded, epoch: 2) }
            #expect(try await world.unlock().pin.epoch == 2)
            world.store.tamper { $0.manifests = old.manifests }
            try await world.expectOlder()
        }
    }

    @Test func `may go back by a restoration that an owner signed, whose heads are there`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            let old = world.contents
            _ = try await vault.put(Sample.draft("main/a/b"))
            world.store.tamper { $0 = old }
            let heads = try await world.store.read { try $0.heads() }
            var next = vault.state.manifest
            next.epoch = 2
            next.previous = vault.pin.manifestHash
            next.restoration = .init(at: 1, epoch: 2, heads: heads)
            let signed = try SignedManifest(signing: next, by: vault.identity)
            try await world.store.write(.synced) { try $0.insertManifest(signed.encoded, epoch: 2) }
            let restored = try await world.unlock()
            #expect(restored.pin.epoch == 2)
            // From here on the restored state is what was seen.
            _ = try await restored.put(Sample.draft("main/c/d"))
            let manifests = world.contents.manifests
            world.store.tamper {
                $0 = old
                $0.manifests = manifests
            }
            try await world.expectOlder()
        }
    }

    @Test func `is told from one whose taint went back`() async throws {
        try await Self.withWorld { world in
            let app = EntryID.random()
            let vault = try await world.unlock()
            try vault.confirmTaint(0, of: app)
            try vault.confirmTaint(2, of: app)
            #expect(throws: VaultError.damaged) { try vault.confirmTaint(1, of: app) }
            let later = try await world.unlock()
            #expect(throws: VaultError.damaged) { try later.confirmTaint(0, of: app) }
            try later.confirmTaint(2, of: app)
        }
    }

    /// A rotation's id: 8 bytes, and zeros.
    private static func rotation(_ byte: UInt8) throws -> EntryID {
        try EntryID([UInt8](repeating: byte, count: 8) + [UInt8](repeating: 0, count: 8))
    }

    private static func open(_ id: EntryID, of path: String, in vault: Vault) async throws {
        try await vault.appendJournal(Array("opened".utf8), to: id, at: 0, for: Sample.path(path), reason: "")
    }

    /// Takes a journal out, and what the index says of it.
    private static func takeOut(_ id: EntryID, from world: World) {
        world.store.tamper { contents in
            contents.journals[id] = nil
            contents.journalOrder = []
            contents.writes[id] = nil
        }
    }

    @Test func `misses the journal of a rotation that it has opened`() async throws {
        try await Self.withWorld { world in
            let id = try Self.rotation(7)
            let vault = try await world.unlock()
            try await Self.open(id, of: "main/app", in: vault)
            #expect(try await vault.missingJournals().isEmpty)
            Self.takeOut(id, from: world)
            for other in [vault, try await world.unlock()] {
                #expect(try await other.missingJournals() == [id])
            }
            // Whoever has seen nothing can't tell.
            let stranger = try await Vault.unlock(world.store, with: world.text, now: Sample.now)
            #expect(try await stranger.missingJournals().isEmpty)
        }
    }

    @Test func `misses the journal of a rotation that it has read`() async throws {
        try await Self.withWorld { world in
            let id = try Self.rotation(7)
            let other = try await Vault.unlock(world.store, with: world.text, now: Sample.now)
            try await Self.open(id, of: "main/app", in: other)
            #expect(try await world.unlock().journal(of: id, in: "main").count == 1)
            Self.takeOut(id, from: world)
            #expect(try await world.unlock().missingJournals() == [id])
        }
    }

    @Test func `misses no journal that went with its space`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            _ = try await vault.addSpace("team")
            let (kept, removed) = (try Self.rotation(7), try Self.rotation(8))
            try await Self.open(kept, of: "main/app", in: vault)
            try await Self.open(removed, of: "team/app", in: vault)
            _ = try await vault.removeSpace("team")
            #expect(try await vault.missingJournals().isEmpty)
            #expect(try await world.unlock().missingJournals().isEmpty)
            world.store.tamper { $0.writes[removed] = nil }
            #expect(try await vault.missingJournals() == [removed], "nothing says any more that it was removed")
        }
    }

    @Test func `misses no journal from after the state that an owner went back to`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            let old = world.contents
            try await Self.open(try Self.rotation(7), of: "main/app", in: vault)
            world.store.tamper { $0 = old }
            let owner = try await Vault.unlock(world.store, with: world.text, now: Sample.now)
            _ = try await owner.signRestoration(spent: [], reason: "")
            #expect(try await world.unlock().missingJournals().isEmpty)
        }
    }

    @Test func `remembers that a static secret leaked, and which of its values did last`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            let secret = EntryID.random()
            for instant: Int64 in [5, 3] { vault.rememberLeak(ofValueFrom: instant, secret) }
            _ = try await world.unlock()
            let place = SeenPlace(folder: world.folder, warn: { _ in })
            #expect(Vault.recalled(at: place, of: vault.id, by: world.text)?.taints == [secret: 5])
        }
    }

    @Test func `keeps aside a record that a newer program wrote`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            _ = try await vault.put(Sample.draft("main/a/b"))
            let names = try FileManager.default.contentsOfDirectory(atPath: world.folder).filter { !$0.contains(".") }
            let record = URL(filePath: "\(world.folder)/\(try #require(names.first))")
            var body = Array(try Data(contentsOf: record).dropLast(Digest.byteCount))
            let number = 3 + Labels.seen.utf8.count
            #expect(body[number] == UInt8(ascii: "1"))
            body[number] = UInt8(ascii: "2")
            let newer = Data(body + (try world.text.identity.seenTag(of: body, vault.state.pin.vaultID)).bytes)
            try newer.write(to: record)
            for _ in 0..<2 { _ = try await world.unlock().put(Sample.draft("main/a/\(EntryID.random())")) }
            #expect(world.warnings.all.count == 1)
            #expect(try Data(contentsOf: URL(filePath: record.path + ".unreadable")) == newer)
        }
    }

    @Test func `is opened with a warning if the record is damaged, which is begun anew`() async throws {
        try await Self.withWorld { world in
            let vault = try await world.unlock()
            let old = world.contents
            _ = try await vault.put(Sample.draft("main/a/b"))
            let names = try FileManager.default.contentsOfDirectory(atPath: world.folder).filter { !$0.contains(".") }
            let record = "\(world.folder)/\(try #require(names.first))"
            #expect(FileManager.default.createFile(atPath: record, contents: Data()))
            _ = try await world.unlock()
            #expect(world.warnings.all.count == 1)
            #expect(FileManager.default.fileExists(atPath: record + ".unreadable"))
            world.store.tamper { $0 = old }
            try await world.expectOlder()
        }
    }

    @Test func `is not held against the record of another vault in its place`() async throws {
        try await Self.withWorld { world in
            _ = try await world.unlock().put(Sample.draft("main/a/b"))
            let other = try await World(world.folder)
            _ = try await other.unlock()
            let names = try FileManager.default.contentsOfDirectory(atPath: world.folder)
                .filter { !$0.contains(".") && !$0.hasPrefix(world.text.pin?.vaultID.description ?? "-") }
            let foreign = FileManager.default.contents(atPath: "\(world.folder)/\(try #require(names.first))")
            let own = try FileManager.default.contentsOfDirectory(atPath: world.folder)
                .first { !$0.contains(".") && $0.hasPrefix(world.text.pin?.vaultID.description ?? "-") }
            try #require(foreign).write(to: URL(fileURLWithPath: "\(world.folder)/\(try #require(own))"))
            _ = try await world.unlock()
            #expect(world.warnings.all.count == 1)
        }
    }

    @Test func `is remembered whole by many who write at once`() async throws {
        try await Self.withWorld { world in
            let vaults = [try await world.unlock(), try await world.unlock(), try await world.unlock()]
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, vault) in vaults.enumerated() {
                    group.addTask {
                        for number in 0..<10 { _ = try await vault.put(Sample.draft("main/a/x\(index)-\(number)")) }
                    }
                }
                try await group.waitForAll()
            }
            let signer = world.text.identity.publicIdentity.signingKey
            let newest = try await world.store.read { try $0.head(of: signer) }
            let place = SeenPlace(folder: world.folder, warn: { _ in })
            let file = SeenFile(place, of: vaults[0].id, by: world.text.identity)
            #expect(file.load()?.lasting[signer] == newest)
            #expect(world.warnings.all.isEmpty)
        }
    }

    @Test func `does its work where no record can be written`() async throws {
        try await TemporaryFolder.with { folder in
            // A file stands where the folder should be: that stops root too.
            #expect(FileManager.default.createFile(atPath: folder + "/seen", contents: Data()))
            let world = try await World(folder + "/seen")
            _ = try await world.unlock().put(Sample.draft("main/a/b"))
            #expect(!world.warnings.all.isEmpty)
        }
    }
}
