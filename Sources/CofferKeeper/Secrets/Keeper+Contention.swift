// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Keeper {
    /// How long a change is tried anew while other processes change the same entry: 20 s.
    ///
    /// Each refusal means that somebody else's change was committed, so that all of eighty get their turn long before.
    static let contentionWait = Duration.seconds(20)

    /// Repeats a change that other processes come in between of, until it goes through or the wait is over.
    ///
    /// - Parameters:
    ///   - path: What is changed, for the message; nil for several entries.
    ///   - body: Reads the entry anew, and commits what was made of it.
    /// - Returns: what the body returns.
    /// - Throws: ``KeeperError`` `busy` when the wait is over; what the body throws, but for ``VaultError/Code/conflict``
    ///   and ``VaultError/Code/exists``.
    func amongOthers<Result: Sendable>(
        _ path: CredentialPath?, _ body: () async throws -> Result
    ) async throws -> Result {
        let hasTime = Self.timer(effects.clock, Self.contentionWait)
        var pause = Duration.milliseconds(2)
        while true {
            do {
                return try await body()
            } catch let error as VaultError where error.code == .conflict || error.code == .exists {
                guard hasTime() else {
                    let subject = path.map { "\($0) is" } ?? "the entries are"
                    throw KeeperError(.busy, "\(subject) being changed by other processes; try again", path: path)
                }
            }
            // Full jitter: those who met once must not meet again.
            try await effects.clock.sleep(for: pause * effects.random())
            pause = min(pause * 2, .milliseconds(64))
        }
    }

    /// Whether a length of time that begins now has not passed yet.
    static func timer(_ clock: some Clock<Duration>, _ length: Duration) -> @Sendable () -> Bool {
        let end = clock.now.advanced(by: length)
        return { clock.now < end }
    }
}
