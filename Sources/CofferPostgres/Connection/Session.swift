// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Dispatch

/// A connection that is made when it is needed first, and again after it broke, and the queue on which alone it is used.
///
/// Unchecked: the variables are touched on the queue alone. It waits in threads of the queue's, so that none of those waits on which
/// tasks run.
final class Session: @unchecked Sendable {
    private let address: ServerAddress
    private let queue: DispatchQueue
    private var connection: ServerConnection?
    /// Counts the connections that were made.
    private var number = 0
    private var backoff = Backoff()
    /// Why the last one could not be made.
    private var refusal: any Error = Failure.lost

    init(_ address: ServerAddress, label: String) {
        self.address = address
        queue = DispatchQueue(label: label)
    }

    /// Runs something on the connection; it is told the connection's number.
    ///
    /// It may run several times: where the connection turned out to be gone, or another transaction was in the way.
    ///
    /// - Parameters:
    ///   - afterwards: What is to be done on the connection that nobody waits for but who uses it next.
    ///   - body: What is asked for.
    /// - Returns: What `body` does.
    /// - Throws: What `body` does; ``VaultError`` where no connection came to be, or it did not answer in time.
    func run<Value: Sendable>(
        afterwards: (@Sendable (ServerConnection) -> Void)? = nil,
        _ body: @escaping @Sendable (ServerConnection, Int) throws -> Value
    ) async throws -> Value {
        let deadline = Deadline(after: Bounds.turn)
        return try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
            queue.async {
                continuation.resume(
                    with: Swift.Result { try Failure.translated { try self.turn(until: deadline, body) } })
                guard let afterwards, let connection = self.connection else { return }
                afterwards(connection)
                // Nobody may come for a long time; until then what did not end would stay open.
                if !connection.isIdle { self.connection = nil }
            }
        }
    }

    /// Does the same while the caller's thread waits: for what is short alone, since tasks run on few threads.
    func runHere<Value>(
        within wait: Duration = Bounds.turn, _ body: (ServerConnection, Int) throws -> Value
    ) throws -> Value {
        let deadline = Deadline(after: wait)
        return try queue.sync { try Failure.translated { try turn(until: deadline, body) } }
    }

    /// Runs something on the connection with a number, once; nil if that connection is gone.
    func run<Value: Sendable>(
        on wanted: Int, _ body: @escaping @Sendable (ServerConnection) throws -> Value
    ) async -> Value? {
        await withCheckedContinuation { (continuation: CheckedContinuation<Value?, Never>) in
            queue.async { continuation.resume(returning: self.once(on: wanted, body)) }
        }
    }

    /// Does the same, before whatever is asked for later, while nobody waits.
    func runLater(on wanted: Int, _ body: @escaping @Sendable (ServerConnection) throws -> Void) {
        queue.async { _ = self.once(on: wanted, body) }
    }

    private func once<Value>(on wanted: Int, _ body: (ServerConnection) throws -> Value) -> Value? {
        guard wanted == number, let connection, connection.isIdle else { return nil }
        let value = try? body(connection)
        // One that did not answer is of no more use, and what it holds is to be free soon.
        if !connection.isIdle { self.connection = nil }
        return value
    }

    private func turn<Value>(
        until deadline: Deadline, _ body: (ServerConnection, Int) throws -> Value
    ) throws -> Value {
        guard !deadline.isOver else { throw Failure.late }
        var tries = 0
        while true {
            tries += 1
            let connection = try usable(until: deadline)
            do {
                return try body(connection, number)
            } catch {
                // Closed at once, so that what it holds at the server is free as soon as that finds out.
                if !connection.isIdle { self.connection = nil }
                guard let failure = error as? Failure else { throw error }
                // A connection that is gone is found so once; one that was just made and is gone again is no accident.
                let isWorthwhile = failure.metAnother || failure.isLoss && tries == 1
                guard isWorthwhile, tries < Bounds.tries, !deadline.isOver else { throw failure }
            }
        }
    }

    private func usable(until deadline: Deadline) throws -> ServerConnection {
        if let connection, connection.isIdle { return connection }
        connection = nil
        guard !backoff.isPausing() else { throw refusal }
        let made: ServerConnection
        do {
            made = try ServerConnection.open(address, until: deadline)
            try ServerLook(made, within: deadline.remaining).check()
        } catch {
            backoff.fail()
            refusal = error
            throw error
        }
        backoff.succeed()
        connection = made
        number += 1
        return made
    }
}
