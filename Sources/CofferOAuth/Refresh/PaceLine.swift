// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Where those of one process stand who take only near places: for each list of buckets a line, first come first.
///
/// Only who is first asks the ledger, so that the places that are given are few and soon used: who goes away leaves no gap, and
/// whoever may take any place finds one near.
final class PaceLine: Sendable {
    /// A wait was longer than it should be.
    struct TooLong: Error {}

    private struct Waiter {
        let number: Int
        let continuation: CheckedContinuation<Void, any Error>
        let timer: Task<Void, Never>

        func end(_ result: Result<Void, any Error>) {
            timer.cancel()
            continuation.resume(with: result)
        }
    }

    private struct State {
        /// Who is first.
        var firsts: [[PaceBucket]: Int] = [:]
        var waiters: [[PaceBucket]: [Waiter]] = [:]
        /// Whose task was cancelled before it stood in the line.
        var cancelled: Set<Int> = []
        var numbers = 0
    }

    private let clock: any Clock<Duration>
    private let state = Mutex(State())

    /// Nobody stands anywhere.
    init(clock: any Clock<Duration>) {
        self.clock = clock
    }

    /// How many stand in a line, with the first.
    func length(_ buckets: [PaceBucket]) -> Int {
        state.withLock { ($0.firsts[buckets] == nil ? 0 : 1) + ($0.waiters[buckets]?.count ?? 0) }
    }

    /// Runs a body when all who came before are through.
    ///
    /// - Throws: ``TooLong`` if that takes longer than it may; `CancellationError`; what the body throws.
    func through<R: Sendable>(
        _ buckets: [PaceBucket], within longest: Duration, _ body: @Sendable () async throws -> R
    ) async throws -> R {
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        do {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { enter(buckets, number, longest, $0) }
            } onCancel: {
                dismiss(number, from: buckets, CancellationError(), isCancelled: true)
            }
        } catch {
            // Both may have happened, the end of the time and the cancellation.
            state.withLock { _ = $0.cancelled.remove(number) }
            throw error
        }
        defer { leave(buckets) }
        return try await body()
    }

    private func enter(
        _ buckets: [PaceBucket], _ number: Int, _ longest: Duration,
        _ continuation: CheckedContinuation<Void, any Error>
    ) {
        let result: Result<Void, any Error>? = state.withLock { state in
            if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
            if state.firsts[buckets] == nil {
                state.firsts[buckets] = number
                return .success(())
            }
            let clock = clock
            let timer = Task {
                guard (try? await clock.sleep(for: longest)) != nil else { return }
                dismiss(number, from: buckets, TooLong(), isCancelled: false)
            }
            state.waiters[buckets, default: []].append(
                Waiter(number: number, continuation: continuation, timer: timer))
            return nil
        }
        if let result { continuation.resume(with: result) }
    }

    private func leave(_ buckets: [PaceBucket]) {
        let next = state.withLock { state -> Waiter? in
            guard let next = state.waiters[buckets]?.first else {
                state.firsts[buckets] = nil
                state.waiters[buckets] = nil
                return nil
            }
            state.waiters[buckets]?.removeFirst()
            state.firsts[buckets] = next.number
            return next
        }
        next?.end(.success(()))
    }

    private func dismiss(_ number: Int, from buckets: [PaceBucket], _ error: any Error, isCancelled: Bool) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.waiters[buckets]?.firstIndex(where: { $0.number == number }) else {
                if isCancelled, state.firsts[buckets] != number { state.cancelled.insert(number) }
                return nil
            }
            return state.waiters[buckets]?.remove(at: index)
        }
        waiter?.end(.failure(error))
    }
}
