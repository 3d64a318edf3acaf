// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferCrypto
@testable import CofferVault

@Suite struct `The log of spent tokens` {
    private static func fingerprint(_ number: UInt8) -> StoredFingerprint {
        StoredFingerprint(
            spaceID: .random(), tag: Digest(hashing: [number]), entryID: .random(), field: 48, tier: .issue,
            isSpent: true)
    }

    @Test func `gives back what was added, and nothing where it is not there`() async throws {
        try await TemporaryFolder.with { folder in
            let log = SpentLog(folder: folder + "/seen", vaultID: .random())
            #expect(try log.fingerprints().isEmpty)
            let (one, two, three) = (Self.fingerprint(1), Self.fingerprint(2), Self.fingerprint(3))
            try log.append([one])
            try log.append([two, three])
            #expect(try log.fingerprints() == [one, two, three])
        }
    }

    @Test func `passes over a line that was torn, and reads those behind it`() async throws {
        try await TemporaryFolder.with { folder in
            let log = SpentLog(folder: folder, vaultID: .random())
            let (one, two) = (Self.fingerprint(1), Self.fingerprint(2))
            try log.append([one])
            let line = try Data(contentsOf: URL(fileURLWithPath: log.path))
            for length in 1..<line.count {
                try (line + line.prefix(length)).write(to: URL(fileURLWithPath: log.path))
                #expect(try log.fingerprints() == [one])
                try log.append([two])
                #expect(try log.fingerprints() == [one, two])
            }
        }
    }

    @Test func `passes over some blocks of anything else, and then gives up`() async throws {
        try await TemporaryFolder.with { folder in
            let log = SpentLog(folder: folder, vaultID: .random())
            let one = Self.fingerprint(1)
            for (count, found) in [(CheckedLines.tornByteLimit - 1, [one]), (CheckedLines.tornByteLimit, [])] {
                try Data(count: count).write(to: URL(fileURLWithPath: log.path))
                try log.append([one])
                #expect(try log.fingerprints() == found)
            }
        }
    }

    @Test func `is written with each refresh token that is spent`() async throws {
        try await TemporaryFolder.with { folder in
            let store = MemoryStore()
            let text = try await Sample.vault(in: store).text
            let place = SeenPlace(folder: folder, warn: { _ in })
            let vault = try await Vault.unlock(store, with: text, remembering: place, now: Sample.now)
            let entry = try await vault.put(Sample.draft("main/a/b", refresh: "one"))
            let log = SpentLog(folder: folder, vaultID: vault.id)
            #expect(try log.fingerprints().isEmpty)
            var draft = try EntryDraft(replacing: entry)
            draft.traced = [TracedSecret(Secret("one"), tier: .issue, field: 16, change: .spent)]
            _ = try await vault.put(draft)
            let tag = try vault.tag(of: Secret("one"), tier: .issue, at: entry.path)
            #expect(try log.fingerprints().map(\.tag) == [tag])
        }
    }
}
