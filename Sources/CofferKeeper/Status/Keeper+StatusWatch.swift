// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Keeper {
    /// How often is looked, without a system call, whether something changed: a quarter of a second.
    private static let pollInterval = Duration.milliseconds(250)

    /// How often it is shown although nothing changed, as times are told from now: 2 s.
    private static let showInterval = Duration.seconds(2)

    /// How often it is read although nobody told of a change, as some states end by the clock alone: 30 s.
    private static let readInterval = Duration.seconds(30)

    /// Shows every connection again and again until the task is cancelled: when something changed, and as time goes by.
    ///
    /// It is one event in the vault's record, however long it lasts: only states are read, and whoever watches would otherwise fill it.
    /// Reading takes a fifth of the time at most, however many connections there are and however often they change.
    ///
    /// - Parameter show: Gets all of them, sorted by path, at once and then again.
    /// - Throws: what keeps it from reading them, but for a vault that is busy, and what `show` throws.
    package func watchStatus(show: ([ConnectionView]) throws -> Void) async throws {
        let elapsed = effects.clock.stopwatch()
        var mark = vault.mark()
        var connections = try await status()
        var (readAt, shownAt) = (elapsed(), elapsed())
        // The time that the last look took is what the next one waits for, four times over.
        var rest = min(readAt * 4, Self.readInterval)
        try show(connections)
        while !Task.isCancelled {
            guard (try? await effects.clock.sleep(for: Self.pollInterval)) != nil else { return }
            let began = elapsed()
            let hasChanged = mark.map { !vault.isUnchanged(since: $0) } ?? (began - readAt >= Self.showInterval)
            guard (hasChanged && began - readAt >= rest) || began - readAt >= Self.readInterval else {
                if began - shownAt >= Self.showInterval {
                    shownAt = began
                    try show(connections)
                }
                continue
            }
            let next = vault.mark()
            do {
                connections = try await self.connections(isQuiet: true)
                mark = next
            } catch let error as VaultError where error.code == .busy {
                // Whoever holds the lock is about to change it: what is shown stays until the next look.
                mark = nil
            }
            readAt = elapsed()
            rest = min((readAt - began) * 4, Self.readInterval)
            shownAt = readAt
            try show(connections)
        }
    }
}
