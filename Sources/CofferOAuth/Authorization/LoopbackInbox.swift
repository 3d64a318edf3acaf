// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What the listener's connections and its one waiter share.
final class LoopbackInbox: Sendable {
    /// How a request is answered, and what it means for the wait.
    struct Verdict: Sendable {
        let page: LoopbackPage
        let result: Result<AuthorizationCode, any Error>?
    }

    private struct State {
        var path: String?
        var authority = ""
        var parser: CallbackParser?
        var strays = 0
        var connections = 0
        var result: Result<AuthorizationCode, any Error>?
        var waiter: CheckedContinuation<Result<AuthorizationCode, any Error>, Never>?
    }

    /// The most connections at once: a browser opens two or three.
    private static let longestConnections = 16

    private let state = Mutex(State())

    /// Requests that came to the right path with the wrong `state`.
    var strayCount: Int { state.withLock { $0.strays } }

    /// Says what is awaited; before this every request is for nothing.
    func expect(path: String, authority: String, parser: CallbackParser) {
        state.withLock { state in
            state.path = path
            state.authority = authority
            state.parser = parser
        }
    }

    /// Counts a connection in, unless there are too many.
    func connect() -> Bool {
        state.withLock { state in
            guard state.connections < Self.longestConnections else { return false }
            state.connections += 1
            return true
        }
    }

    /// Counts a connection out.
    func disconnect() {
        state.withLock { $0.connections -= 1 }
    }

    /// Judges a request.
    ///
    /// `host` must be ours, so that a name that was rebound to loopback reaches nothing.
    func judge(method: String, target: String, host: String?) -> Verdict {
        let parser: CallbackParser? = state.withLock { state in
            guard method == "GET", host == state.authority, let path = state.path else { return nil }
            return target.prefix { $0 != "?" } == path ? state.parser : nil
        }
        guard let parser else { return Verdict(page: .notFound, result: nil) }
        do {
            return Verdict(page: .done, result: .success(try parser.parse(target)))
        } catch  where error.code == .callbackMismatch {
            state.withLock { $0.strays += 1 }
            return Verdict(page: .stray, result: nil)
        } catch {
            return Verdict(page: .failed, result: .failure(error))
        }
    }

    /// Ends the wait; the first end counts.
    func finish(_ result: Result<AuthorizationCode, any Error>) {
        let waiter = state.withLock { state in
            if state.result == nil { state.result = result }
            defer { state.waiter = nil }
            return state.waiter
        }
        waiter?.resume(returning: result)
    }

    /// Waits for the end; a second waiter takes the first one's place, who then hears of a cancellation.
    func wait(_ continuation: CheckedContinuation<Result<AuthorizationCode, any Error>, Never>) {
        let (result, displaced) = state.withLock { state in
            let displaced = state.waiter
            state.waiter = state.result == nil ? continuation : nil
            return (state.result, displaced)
        }
        displaced?.resume(returning: .failure(CancellationError()))
        if let result { continuation.resume(returning: result) }
    }
}
