// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres

/// Several statements in one round trip: https://www.postgresql.org/docs/current/libpq-pipeline-mode.html.
///
/// What begins a transaction, and what writes and is not asked for anything, waits until the transaction asks for something, and goes
/// with that. A server that is half a millisecond away costs half a millisecond each time it is waited for, and all other writers wait as
/// well.
extension ServerConnection {
    /// How many statements wait at most: what a pipeline's end is told of is in memory until then, on both sides.
    private static let longestQueue = 64

    /// Has a statement sent before the next one; its answer is looked at together with that one's.
    func queue(_ statement: Statement) throws {
        ahead.append(statement)
        if ahead.count >= Self.longestQueue { try settle() }
    }

    /// Runs what waits to be sent.
    func settle() throws {
        guard let last = ahead.popLast() else { return }
        _ = try run(behind: last)
    }

    /// Runs a statement behind those that wait to be sent.
    ///
    /// - Returns: its answer.
    /// - Throws: what the first of them failed with, or did not pass; from then on nothing else in this transaction.
    func run(behind statement: Statement) throws -> Answer {
        if let failed { throw failed }
        let statements = ahead + [statement]
        ahead = []
        do {
            return try isPipelining ? pipeline(statements) : oneByOne(statements)
        } catch {
            failed = error
            throw error
        }
    }

    private func oneByOne(_ statements: [Statement]) throws -> Answer {
        var last: Answer?
        for statement in statements {
            let answer = try run(statement.sql, statement.arguments)
            try statement.check?(answer)
            last = answer
        }
        guard let last else { throw Failure.lost }
        return last
    }

    private func pipeline(_ statements: [Statement]) throws -> Answer {
        guard PQenterPipelineMode(raw) == 1 else { throw Failure.lost }
        for statement in statements { try send(statement.sql, statement.arguments) }
        guard PQpipelineSync(raw) == 1 else { throw Failure.lost }
        try flush(until: Deadline(after: Bounds.answer))
        let answers = try answersToEnd()
        guard PQexitPipelineMode(raw) == 1 else { throw Failure.lost }
        // In their order: who came first says more of why it does not go on than who failed behind him.
        for (statement, answer) in zip(statements, answers) {
            if let failure = answer.failure { throw failure }
            try statement.check?(answer)
        }
        guard answers.count == statements.count, let last = answers.last else { throw Failure.lost }
        return last
    }

    /// The answers up to the end of a pipeline, but those to what was passed over; each may take as long as one alone.
    private func answersToEnd() throws -> [Answer] {
        var answers: [Answer] = []
        var isBetween = false
        while true {
            guard let answer = try next(until: Deadline(after: Bounds.answer)) else {
                // Nothing comes once behind each answer, and twice where there is no connection any more.
                guard !isBetween else { throw Failure.lost }
                isBetween = true
                continue
            }
            isBetween = false
            if answer.isEnd { return answers }
            if !answer.isPassedOver { answers.append(answer) }
        }
    }
}
