// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Every request the emulated service got, for tests that ask what was and what was *not* sent.
public final class RequestLog: Sendable {
    private struct State {
        var records: [RequestRecord] = []
        /// How many records were forgotten: numbers are never given twice.
        var forgottenCount = 0
        var listeners: [Int: AsyncStream<RequestRecord>.Continuation] = [:]
        var listenerCount = 0
    }

    private let state = Mutex(State())
    private let fingerprinter = Fingerprinter()
    private let now: @Sendable () -> Date

    init(now: @escaping @Sendable () -> Date) {
        self.now = now
    }

    /// All requests in the order of arrival.
    public var records: [RequestRecord] { state.withLock { $0.records } }

    /// The salt in hex, which makes the fingerprints of one sandbox: SHA-256 over its bytes, then the value's.
    package var salt: String { fingerprinter.saltText }

    /// Whether a value was sent by anybody, in whatever place: field, query, header (the parts of `Basic` too), path or
    /// a body that could not be read.
    public func wasSent(secret: String) -> Bool {
        !requests(carrying: secret).isEmpty
    }

    /// The requests that carried a value.
    public func requests(carrying secret: String) -> [RequestRecord] {
        let sought = fingerprinter.fingerprint(secret)
        return records.filter { record in record.fingerprints.values.contains { $0.contains(sought) } }
    }

    /// The requests for one endpoint, of one account if named.
    public func requests(for endpoint: Endpoint, account: String? = nil) -> [RequestRecord] {
        records.filter { $0.endpoint == endpoint && (account == nil || $0.account == account) }
    }

    /// Forgets all requests; numbers go on where they were.
    public func clear() {
        state.withLock { state in
            state.forgottenCount += state.records.count
            state.records = []
        }
    }

    /// The requests so far and then each one as it arrives, so that a test can act while an answer is held back.
    package func arrivals() -> AsyncStream<RequestRecord> {
        AsyncStream { continuation in
            let id = state.withLock { state in
                state.listenerCount += 1
                for record in state.records { continuation.yield(record) }
                state.listeners[state.listenerCount] = continuation
                return state.listenerCount
            }
            continuation.onTermination = { [weak self] _ in
                self?.state.withLock { _ = $0.listeners.removeValue(forKey: id) }
            }
        }
    }

    /// Notes a request before it is answered, and says its number.
    func arrived(_ request: ParsedRequest, account: Account?) -> Int {
        let prints = fingerprinter.fingerprints(of: request)
        let instant = now()
        let (record, listeners) = state.withLock { state in
            let record = RequestRecord(
                number: state.forgottenCount + state.records.count + 1, at: instant, request, account: account,
                fingerprints: prints)
            state.records.append(record)
            return (record, Array(state.listeners.values))
        }
        for listener in listeners { listener.yield(record) }
        return record.number
    }

    /// Notes the status of a request, and what its answer told.
    func answered(_ number: Int, status: Int?, outcome: TokenOutcomeTold?) {
        change(number) { record in
            record.status = status
            record.outcome = outcome
        }
    }

    /// Notes that a request has ended, with an answer or without.
    func ended(_ number: Int) {
        let last = state.withLock { $0.forgottenCount + $0.records.count }
        change(number) { $0.answeredAfter = last }
    }

    /// Notes the tricks that a request met.
    func note(faults: [String], of number: Int) {
        change(number) { $0.fault = faults.joined(separator: "+") }
    }

    private func change(_ number: Int, _ body: (inout RequestRecord) -> Void) {
        state.withLock { state in
            let index = number - state.forgottenCount - 1
            guard state.records.indices.contains(index) else { return }
            body(&state.records[index])
        }
    }
}
