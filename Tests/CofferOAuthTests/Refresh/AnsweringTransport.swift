// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Synchronization

@testable import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A transport that answers as told and counts what is sent.
final class AnsweringTransport: HTTPTransport {
    private struct State {
        var sent = 0
        var underWay = 0
        var mostUnderWay = 0
        var answers: [TransportOutcome] = []
        var isHeld = false
        var holders: [CheckedContinuation<Void, Never>] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    /// Answers in order; when they have run out, each request gets a pair of its own.
    init(_ answers: [TransportOutcome] = []) {
        state.withLock { $0.answers = answers }
    }

    /// How many requests were sent.
    var sentCount: Int { state.withLock { $0.sent } }

    /// The most requests that were under way at once.
    var mostUnderWay: Int { state.withLock { $0.mostUnderWay } }

    /// Keeps every answer back until released.
    func hold() { state.withLock { $0.isHeld = true } }

    /// Lets all answers go.
    func release() {
        let holders = state.withLock { state in
            state.isHeld = false
            defer { state.holders = [] }
            return state.holders
        }
        for holder in holders { holder.resume() }
    }

    /// Waits until a number of requests has been sent.
    func waitForRequests(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isEnough = state.withLock { state in
                if state.sent >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isEnough { continuation.resume() }
        }
    }

    func send(_ request: HTTPMessage, deadline: Duration) async -> TransportOutcome {
        do { try await request.departure?() } catch {
            return .notSent(TransportFailure(.timedOut, "Made up: it did not depart."))
        }
        let (number, answer, ready) = state.withLock { state in
            state.sent += 1
            state.underWay += 1
            state.mostUnderWay = max(state.mostUnderWay, state.underWay)
            let ready = state.watchers.filter { $0.count <= state.sent }
            state.watchers.removeAll { $0.count <= state.sent }
            return (state.sent, state.answers.isEmpty ? nil : state.answers.removeFirst(), ready)
        }
        for watcher in ready { watcher.continuation.resume() }
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isHeld { state.holders.append(continuation) }
                return !state.isHeld
            }
            if isFree { continuation.resume() }
        }
        state.withLock { $0.underWay -= 1 }
        return answer ?? .pair(number + 1)
    }
}

extension TransportOutcome {
    /// A new pair for an hour.
    static func pair(_ number: Int) -> TransportOutcome {
        .json(
            200,
            #"{"access_token":"access-\#(number)","refresh_token":"refresh-\#(number)","token_type":"Bearer","expires_in":3600}"#
        )
    }
}
