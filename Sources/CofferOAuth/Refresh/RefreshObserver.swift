// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Hears what an operator would look at while grants are refreshed.
package protocol RefreshObserver: Sendable {
    /// Runs a refresh; called only for what the clock, a server's refusal or a person calls for.
    ///
    /// - Parameters:
    ///   - snapshot: the grant as it was when its flight began.
    ///   - demand: why.
    ///   - body: the refresh, from the wait for its turn to the commit; to be called once.
    /// - Returns: what the body returns, which may be the grant as another process left it.
    /// - Throws: what the body throws.
    func refresh(
        _ snapshot: GrantSnapshot, _ demand: RefreshDemand, _ body: @Sendable () async throws -> RefreshedGrant
    ) async throws -> RefreshedGrant

    /// Hears how many flights wait for their turn, whenever it changes.
    func queueChanged(to depth: Int)
}

/// Looks away.
package struct SilentRefreshObserver: RefreshObserver {
    /// Makes one.
    package init() {}

    /// Runs the refresh.
    package func refresh(
        _ snapshot: GrantSnapshot, _ demand: RefreshDemand, _ body: @Sendable () async throws -> RefreshedGrant
    ) async throws -> RefreshedGrant { try await body() }

    /// Does nothing.
    package func queueChanged(to depth: Int) {}
}
