// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

/// Which origins a client has been answered by, and the first call to one that it has not.
///
/// A name is resolved and a connection opened after the place under a limit was waited for: AsyncHTTPClient opens none ahead of
/// a request, and over HTTP/2 all that wait for the first connection leave on it at once. So a client's first request to an
/// origin goes alone. Nobody takes a place before it is answered, and the next place after it stays unused: it came later
/// than at its own, and so nearer to whoever comes next.
final class FirstCalls: Sendable {
    /// What a request is to its origin.
    enum Turn: Sendable {
        /// The client was answered from there before.
        case known
        /// It is the first, and ends with ``FirstCalls/end(_:isAnswered:)``.
        case first
        /// Another is the first meanwhile: it gives its place up.
        case late
    }

    private struct State {
        var known: Set<APIOrigin> = []
        /// Who waits for each first call that is under way.
        var waiters: [APIOrigin: [AsyncStream<Void>.Continuation]] = [:]
    }

    /// How many origins are remembered: 4,096; one that is forgotten has a first call again.
    private static let capacity = 4096

    /// How far away the place may be that stays unused: 10 s.
    ///
    /// Where it is further nobody follows closely anyway.
    private static let longestRoom = Duration.seconds(10)

    /// How long a first call is waited for.
    private let longest: Duration
    private let state = Mutex(State())

    /// Knows no origin yet.
    ///
    /// - Parameter longest: How long a first call is waited for; 5 s, as long as a connection may take (`contracts.md`).
    init(longest: Duration = .seconds(5)) { self.longest = longest }

    /// How many wait for the first call to an origin; nil if none is under way.
    func waiterCount(_ origin: APIOrigin) -> Int? { state.withLock { $0.waiters[origin]?.count } }

    /// Waits while the first call to an origin is under way.
    ///
    /// - Returns: whether anything was waited for.
    /// - Throws: `CancellationError`.
    func settle(_ origin: APIOrigin) async throws -> Bool {
        var hasWaited = false
        while let end = enter(origin) {
            hasWaited = true
            for await _ in end {}
            try Task.checkCancellation()
        }
        return hasWaited
    }

    private func enter(_ origin: APIOrigin) -> AsyncStream<Void>? {
        state.withLock { state in
            guard state.waiters[origin] != nil else { return nil }
            let (end, waiter) = AsyncStream<Void>.makeStream()
            state.waiters[origin]?.append(waiter)
            return end
        }
    }

    /// Begins a request, which has its place.
    func begin(_ origin: APIOrigin) -> Turn {
        state.withLock { state in
            if state.known.contains(origin) { return .known }
            guard state.waiters[origin] == nil else { return .late }
            state.waiters[origin] = []
            return .first
        }
    }

    /// Ends the first call to an origin when its connection must be there, however long the answer takes; to be cancelled.
    func timer(_ origin: APIOrigin) -> Task<Void, any Error> {
        Task {
            try await ContinuousClock().sleep(for: longest)
            end(origin, isAnswered: true)
        }
    }

    /// Ends the first call to an origin; whoever waits goes on, and is the first if this one was not answered.
    func end(_ origin: APIOrigin, isAnswered: Bool) {
        let waiters = state.withLock { state in
            if isAnswered {
                if state.known.count >= Self.capacity { state.known = [] }
                state.known.insert(origin)
            }
            return state.waiters.removeValue(forKey: origin) ?? []
        }
        for waiter in waiters { waiter.finish() }
    }

    /// Ends the first call to an origin, which was answered, once a place has gone by if somebody follows it.
    func end(_ origin: APIOrigin, leavingRoomIn limit: any RequestLimit, for credential: Credential) {
        guard waiterCount(origin) ?? 0 > 0 else { return end(origin, isAnswered: true) }
        // The answer is not kept back for that.
        Task {
            try? await limit.wait(for: credential, atMost: Self.longestRoom)
            end(origin, isAnswered: true)
        }
    }
}
