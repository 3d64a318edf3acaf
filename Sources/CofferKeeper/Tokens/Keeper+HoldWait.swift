// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

extension Keeper {
    /// How often whoever waits for the end of a hold looks whether anything has changed: the counter costs no system call.
    private static let holdPoll = Duration.milliseconds(50)

    /// Asks again whenever the vault has changed, for as long as a rotation is all that stands in the way.
    ///
    /// - Parameters:
    ///   - path: What is asked for, for the message.
    ///   - wait: How long; nil for not at all.
    ///   - body: Asks; it reads the vault anew each time.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws; after the wait as ever, ``KeeperError`` `rotating` or ``OAuthError`` `held` or `frozen`.
    func outlastingHold<Result: Sendable>(
        of path: CredentialPath, _ wait: Duration?, _ body: () async throws -> Result
    ) async throws -> Result {
        guard let wait, wait > .zero else { return try await body() }
        let hasTime = Self.timer(effects.clock, wait)
        var hasTold = false
        while true {
            // Before the vault is read: what changes from here on is a reason to ask again.
            let mark = vault.mark()
            do {
                return try await body()
            } catch  where Self.isHold(error) && hasTime() {
                if !hasTold {
                    effects.log.notice("\(path) is being rotated after a leak; waiting for that, \(wait) at most")
                }
                hasTold = true
            }
            repeat {
                try await effects.clock.sleep(for: Self.holdPoll)
            } while hasTime() && mark.map { vault.isUnchanged(since: $0) } ?? false
        }
    }

    /// Whether a rotation refuses what would be given without it: the token is on hold, or its refresh waits for the new secret.
    private static func isHold(_ error: any Error) -> Bool {
        switch error {
        case let error as KeeperError: error.code == .rotating
        case let error as OAuthError: error.code == .held || error.code == .frozen
        default: false
        }
    }
}
