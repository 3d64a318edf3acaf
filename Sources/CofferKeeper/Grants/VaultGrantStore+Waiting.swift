// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault
import Foundation

/// What a vault of several machines can't take at this moment: its database may be another one in a few seconds.
extension VaultGrantStore {
    /// What may pass without anybody's help.
    private static let passing: Set<VaultError.Code> = [.unreachable, .busy, .unreadable, .diskFull]

    /// The first pause between two tries.
    private static let firstPause = Duration.milliseconds(100)

    /// The last one, and how long before the end of an intent nothing is tried any more.
    private static let longestPause = Duration.seconds(2)

    /// Writes an answer as soon as the database takes it, for as long as other machines wait for it.
    ///
    /// In this machine's spill folder nobody else finds it: once the intent's time is over another machine would present the token that
    /// was spent.
    ///
    /// - Returns: the grant as it is now; nil where waiting is of no use, or was.
    /// - Throws: ``OAuthError`` `superseded` if a try whose answer was lost stands after all, or somebody else wrote.
    func commitOnceReachable(
        _ record: ConnectionRecord, _ traced: [TracedSecret], over pair: GrantPair, after error: VaultError
    ) async throws -> GrantPair? {
        guard vault.isOfSeveralMachines, Self.passing.contains(error.code), let intent = pair.connection.intent,
            let age = memory.age(of: GrantID(pair.entry.id.description))
        else { return nil }
        log.notice("\(pair.entry.path): its new tokens wait for the vault's database: \(error.message)")
        let longest = Duration.seconds(intent.deadline.timeIntervalSince(intent.startedAt)) - Self.longestPause
        var pause = Self.firstPause
        while age() + pause < longest {
            // Nobody cancels a flight that has asked for tokens.
            try? await clock.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
            do {
                return try await write(record, over: pair, action: .endRefresh, reason: "accepted", traced: traced)
            } catch let error as VaultError {
                guard Self.passing.contains(error.code) else { return nil }
            }
        }
        return nil
    }

    /// Finds an intent again whose commit stands although its answer was lost.
    ///
    /// Left behind it would look like one whose request got no answer, and use up the one repetition, or the grant.
    ///
    /// - Returns: the grant with it; nil where it does not stand, or nobody can tell.
    func recordedAfterAll(
        _ record: ConnectionRecord, over pair: GrantPair, after error: VaultError
    ) async -> GrantPair? {
        guard vault.isOfSeveralMachines, error.code == .unreadable, let intent = record.intent else { return nil }
        let waited = clock.stopwatch()
        var pause = Self.firstPause
        while waited() < RefreshLimits().longestRecord {
            try? await clock.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
            guard let present = try? await self.pair(GrantID(pair.entry.id.description)) else { continue }
            guard present.entry.version == pair.entry.version + 1, let found = present.connection.intent,
                found.tokenFingerprint == intent.tokenFingerprint, found.attempt == intent.attempt,
                found.startedAt.millisecondsSince1970 == intent.startedAt.millisecondsSince1970
            else { return nil }
            return present
        }
        return nil
    }
}
