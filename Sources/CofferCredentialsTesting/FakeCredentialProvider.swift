// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

public import CofferCredentials
import Synchronization

/// A provider that answers as a test says, and remembers what it was asked.
///
/// An answer can be held back, so that a test decides what happens while a request is under way:
///
/// ```swift
/// let fake = FakeCredentialProvider()
/// fake.hold()
/// async let one = provider.credential(for: request)
/// await fake.waitForRequests(1)
/// fake.release()
/// ```
public final class FakeCredentialProvider: CredentialProvider {
    /// Makes an answer to a request; throws to fail.
    public typealias Answer = @Sendable (CredentialRequest) throws -> Credential

    /// Everything that changes.
    private struct State {
        var answer: Answer
        var requests: [CredentialRequest] = []
        var rejections: [Credential] = []
        var isHeld = false
        var held: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// Everything that changes.
    private let state: Mutex<State>

    /// Makes a provider.
    ///
    /// - Parameter answer: makes the answers; by default nothing is found.
    public init(
        _ answer: @escaping Answer = { throw CredentialError(.notFound, message: "the fake has none", path: $0.path) }
    ) {
        state = Mutex(State(answer: answer))
    }

    /// Makes a provider that always hands out one credential, under its path.
    ///
    /// - Parameter credential: the credential.
    public convenience init(_ credential: Credential) {
        self.init { request in
            guard request.path == credential.path else {
                throw CredentialError(.notFound, message: "the fake has another", path: request.path)
            }
            return credential
        }
    }

    /// What was asked, the first request first.
    public var requests: [CredentialRequest] { state.withLock { $0.requests } }

    /// What was reported as rejected, the first report first.
    public var rejections: [Credential] { state.withLock { $0.rejections } }

    /// Answers otherwise from now on; requests that are held back get the new answer.
    public func answer(_ answer: @escaping Answer) {
        state.withLock { $0.answer = answer }
    }

    /// Holds answers back until ``release()``.
    public func hold() {
        state.withLock { $0.isHeld = true }
    }

    /// Gives the answers that were held back, and holds no more.
    public func release() {
        let held = state.withLock { state in
            defer { state.held = [] }
            state.isHeld = false
            return state.held
        }
        for continuation in held { continuation.resume() }
    }

    /// Waits until a number of requests has come in, counted from the beginning.
    public func waitForRequests(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isEnough = state.withLock { state in
                if state.requests.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isEnough { continuation.resume() }
        }
    }

    /// Records the request, waits while answers are held back, and answers.
    public func credential(for request: CredentialRequest) async throws -> Credential {
        await withCheckedContinuation { continuation in
            let (isHeld, watchers) = state.withLock { state in
                state.requests.append(request)
                let count = state.requests.count
                let ready = state.watchers.filter { $0.count <= count }
                state.watchers.removeAll { $0.count <= count }
                if state.isHeld { state.held.append(continuation) }
                return (state.isHeld, ready.map(\.continuation))
            }
            for watcher in watchers { watcher.resume() }
            if !isHeld { continuation.resume() }
        }
        let answer = state.withLock { $0.answer }
        return try answer(request)
    }

    /// Records the report.
    public func report(rejected credential: Credential) async {
        state.withLock { $0.rejections.append(credential) }
    }
}
