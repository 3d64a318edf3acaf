// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The limits of all members: one that knows no limit for a credential lets it through, so that whoever handed it out need
/// not be found again, and an account that two of them know is called as seldom as the stricter one wants.
extension ChainedCredentialProvider: RequestLimit {
    /// Waits as each member says, one after the other, all together as long as told; see ``RequestLimit/wait(for:atMost:)``.
    public func wait(for credential: Credential, atMost longest: Duration) async throws {
        let elapsed = ContinuousClock().stopwatch()
        for case let limit as any RequestLimit in providers {
            try await limit.wait(for: credential, atMost: max(longest - elapsed(), .zero))
        }
    }

    /// Tells every member.
    public func report(limited credential: Credential, retryAfter: Duration?) async {
        for case let limit as any RequestLimit in providers {
            await limit.report(limited: credential, retryAfter: retryAfter)
        }
    }
}
