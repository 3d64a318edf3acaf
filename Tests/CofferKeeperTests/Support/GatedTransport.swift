// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// A one-way signal that may come before or after who waits for it.
struct Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() { (stream, continuation) = AsyncStream<Void>.makeStream() }

    func give() { continuation.finish() }
    func wait() async { for await _ in stream {} }
}

/// A network that holds its requests back until a test opens it, or its answers.
struct GatedTransport: HTTPTransport {
    let network: any HTTPTransport
    private let holdsAnswers: Bool
    private let arrival = Signal()
    private let gate = Signal()

    init(network: any HTTPTransport, holdsAnswers: Bool = false) {
        self.network = network
        self.holdsAnswers = holdsAnswers
    }

    func waitForRequest() async { await arrival.wait() }
    func open() { gate.give() }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        let early = holdsAnswers ? await network.send(request, deadline: deadline) : nil
        arrival.give()
        await gate.wait()
        if let early { return early }
        return await network.send(request, deadline: deadline)
    }
}

/// An operator who thinks until a test answers for them.
final class WaitingOperator: RotationOperator {
    private let asked = Signal()
    private let (answers, continuation) = AsyncStream<String>.makeStream()

    func waitUntilAsked() async { await asked.wait() }

    func answer(_ text: String) {
        continuation.yield(text)
        continuation.finish()
    }

    func isPresent() async -> Bool { true }
    func readyToClick(_ request: OperatorRequest) async throws -> Bool { true }
    func hasRemoved(_ request: OperatorRequest) async throws -> Bool { true }

    func newSecret(_ request: OperatorRequest, problem: String?) async throws -> Secret? {
        asked.give()
        for await text in answers { return Secret(text) }
        return nil
    }
}
