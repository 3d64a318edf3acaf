// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct EntrySealingTests {
    private struct World {
        let space: UnlockedSpace
        let sealing: EntrySealing
        let rows: [EntryRow]

        /// Two connections, each in its second version.
        init() async throws {
            let vault = try await Sample.vault(in: MemoryStore()).vault
            space = try #require(vault.state.spaces["main"])
            sealing = EntrySealing(space: space)
            rows = try [
                sealing.seal(Sample.draft("main/app/acme", dueAt: Sample.instant), id: .random(), version: 2),
                sealing.seal(Sample.draft("main/app/other", access: "theirs"), id: .random(), version: 2),
            ]
        }

        /// Signs a row again, as somebody with the generation's signing key could: what is refused then is refused by the
        /// boxes alone.
        func resigned(_ row: EntryRow) throws -> EntryRow {
            var row = row
            let issue = try #require(space.current.issue)
            row.signature = try issue.signing.sign(EntryRow.signedMessage(row.hash(in: space.vaultID)))
            return row
        }

        func refuses(_ row: EntryRow, asked: CredentialPath? = nil) -> Bool {
            do {
                _ = try sealing.open(row, asked: asked)
                return false
            } catch {
                return error == .damaged
            }
        }
    }

    @Test func `a sealed entry opens with what was put in`() async throws {
        let world = try await World()
        let entry = try world.sealing.open(world.rows[0], asked: Sample.path("main/app/acme"))
        #expect(entry.id == world.rows[0].id)
        #expect(entry.path.description == "main/app/acme")
        #expect(entry.kind == .connection)
        #expect(entry.version == 2)
        #expect(entry.use.text(16) == "access")
        #expect(entry.issue?.text(16) == "refresh")
        #expect(entry.use.tags == [16])
        #expect(entry.dueAt == Sample.instant)
        #expect(entry.state == "active")
    }

    @Test(arguments: [EntryKind.app, .connection, .secret])
    func `every kind is kept`(kind: EntryKind) async throws {
        let world = try await World()
        let draft = EntryDraft(try Sample.path("main/a"), kind: kind, use: FieldTable())
        let row = try world.sealing.seal(draft, id: .random(), version: 1)
        let entry = try world.sealing.open(row, asked: draft.path)
        #expect(entry.kind == kind)
        #expect(row.issueBox == nil)
        #expect(entry.issue == FieldTable())
    }

    @Test(arguments: [UInt8(0x01), 0x80, 0xFF])
    func `a row with any byte changed is refused`(mask: UInt8) async throws {
        let world = try await World()
        let row = world.rows[0]
        for changed in try RowChange.all(of: row, mask: mask) {
            #expect(world.refuses(changed))
        }
    }

    @Test(arguments: [UInt8(0x01), 0x80, 0xFF])
    func `a row with any byte of a box or binding changed is refused even if it is signed anew`(mask: UInt8)
        async throws
    {
        let world = try await World()
        for changed in try RowChange.sealed(of: world.rows[0], mask: mask) {
            #expect(try world.refuses(world.resigned(changed)))
        }
    }

    @Test func `a box cut at any length is refused even if the row is signed anew`() async throws {
        let world = try await World()
        let row = world.rows[0]
        for length in 0..<row.useBox.count {
            var changed = row
            changed.useBox = Array(row.useBox.prefix(length))
            #expect(try world.refuses(world.resigned(changed)))
        }
        let issueBox = try #require(row.issueBox)
        for length in 0..<issueBox.count {
            var changed = row
            changed.issueBox = Array(issueBox.prefix(length))
            #expect(try world.refuses(world.resigned(changed)))
        }
    }

    @Test func `a signature cut from or put on another row is refused`() async throws {
        let world = try await World()
        var row = world.rows[0]
        row.signature = world.rows[1].signature
        #expect(world.refuses(row))
        row.issueBox = nil
        #expect(world.refuses(row))
    }

    @Test func `parts swapped between two rows are refused even if they are signed anew`() async throws {
        let world = try await World()
        let (one, two) = (world.rows[0], world.rows[1])
        var swapped = [EntryRow](repeating: one, count: 6)
        swapped[0].useBox = two.useBox
        swapped[1].issueBox = two.issueBox
        swapped[2].lookup = two.lookup
        swapped[3].id = two.id
        swapped[4].useBox = try #require(one.issueBox)
        swapped[5].issueBox = one.useBox
        for row in swapped {
            #expect(world.refuses(row))
            #expect(try world.refuses(world.resigned(row)))
        }
        var bothTiers = one
        bothTiers.useBox = try #require(one.issueBox)
        bothTiers.issueBox = one.useBox
        #expect(try world.refuses(world.resigned(bothTiers)))
    }

    @Test func `boxes of another version do not open in this one`() async throws {
        let world = try await World()
        let id = world.rows[0].id
        let older = try world.sealing.seal(Sample.draft("main/app/acme", access: "old"), id: id, version: 1)
        var mixed = world.rows[0]
        mixed.useBox = older.useBox
        #expect(try world.refuses(world.resigned(mixed)))
        var renumbered = older
        renumbered.version = 3
        #expect(try world.refuses(world.resigned(renumbered)))
    }

    @Test func `a row is refused under the path of another`() async throws {
        let world = try await World()
        #expect(world.refuses(world.rows[0], asked: try Sample.path("main/app/other")))
    }

    @Test func `a row of another space or vault is refused`() async throws {
        let world = try await World()
        let other = try await World()
        #expect(other.refuses(world.rows[0]))
        var moved = world.rows[0]
        moved.spaceID = other.space.id
        #expect(other.refuses(moved))
        #expect(try other.refuses(other.resigned(moved)))
    }

    @Test func `the index columns are signed`() async throws {
        let world = try await World()
        var changed = [EntryRow](repeating: world.rows[1], count: 4)
        changed[0].dueAt = 1
        changed[1].state = "tainted"
        changed[2].state = nil
        changed[3].kind = .app
        for row in changed { #expect(world.refuses(row)) }
        // The kind stands inside too.
        #expect(try world.refuses(world.resigned(changed[3])))
    }

    @Test func `no state and an empty state are not the same row`() async throws {
        let world = try await World()
        var draft = try Sample.draft("main/app/none")
        draft.state = nil
        var row = try world.sealing.seal(draft, id: .random(), version: 1)
        #expect(!world.refuses(row))
        row.state = ""
        #expect(world.refuses(row))
    }
}
