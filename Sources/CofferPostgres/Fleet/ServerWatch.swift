// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault
import Dispatch
import Synchronization

/// Hears of changes and wishes over a connection of its own: what others are told of with NOTIFY, and, since a notification may be
/// lost or the server know none, what a cheap question each second says.
///
/// It waits in a thread of its queue until it is stopped, and connects again when the connection was lost.
final class ServerWatch: Sendable {
    /// Notifications are those of one database (https://www.postgresql.org/docs/current/sql-notify.html).
    static let channel = "coffer"
    /// What a notification of a change begins with, before its number.
    static let changeMark: Character = "c"
    /// What one of a wish begins with.
    static let wishMark: Character = "w"

    private static let question = """
        SELECT state, wish, pg_catalog.pg_is_in_recovery() FROM coffer.change WHERE place = 1
        """

    private let address: ServerAddress
    private let record: ChangeRecord
    private let isReadOnly: Bool
    private let isStopped = Atomic(false)
    private let end = DispatchSemaphore(value: 0)

    init(_ address: ServerAddress, _ record: ChangeRecord, isReadOnly: Bool) {
        self.address = address
        self.record = record
        self.isReadOnly = isReadOnly
    }

    /// Begins.
    func start() {
        DispatchQueue(label: "coffer.postgres.watch").async { [self] in go() }
    }

    /// Ends it, a second later at most.
    func stop() {
        isStopped.store(true, ordering: .relaxed)
        end.signal()
    }

    private func go() {
        var pause = Bounds.reconnectMilliseconds.lowerBound
        while !isStopped.load(ordering: .relaxed) {
            if let connection = try? connect() {
                pause = Bounds.reconnectMilliseconds.lowerBound
                try? follow(connection)
            }
            // Not all machines of a fleet at once.
            let rest = Int.random(in: pause / 2...pause)
            pause = min(pause * 2, Bounds.reconnectMilliseconds.upperBound)
            _ = end.wait(timeout: .now() + .milliseconds(rest))
        }
    }

    private func connect() throws -> ServerConnection {
        let deadline = Deadline(after: Bounds.turn)
        let connection = try ServerConnection.open(address, until: deadline)
        let look = try ServerLook(connection, within: deadline.remaining)
        try look.check()
        // A standby is behind, nobody knows how far.
        guard isReadOnly || !look.isReadOnly else { throw Failure.lost }
        do {
            _ = try connection.run(script: "LISTEN \(Self.channel)", within: Bounds.watchAnswer)
        } catch Failure.refused {
            // A standby has no notifications; the question says the same a little later.
        }
        record.begin()
        try ask(connection)
        return connection
    }

    private func follow(_ connection: ServerConnection) throws {
        while !isStopped.load(ordering: .relaxed) {
            let next = Deadline(after: Bounds.watchPause)
            while !next.isOver { for text in try connection.notices(until: next) { take(text) } }
            try ask(connection)
        }
    }

    private func ask(_ connection: ServerConnection) throws {
        let asked = record.now
        let answer = try connection.run(Self.question, within: Bounds.watchAnswer)
        guard let row = answer.rows.first else { throw VaultError.damaged }
        let isStandby = try row.flag(2)
        guard isReadOnly || !isStandby else { throw Failure.lost }
        record.answered(try row.integer(0), try row.integer(1), asked: asked)
    }

    /// Anybody who may connect to the database may notify, so that a text may be any.
    private func take(_ text: String) {
        guard let mark = text.first, let number = Int64(text.dropFirst()) else { return record.heardNoise() }
        switch mark {
        case Self.changeMark: record.heard(change: number)
        case Self.wishMark: record.heard(wish: number)
        default: record.heardNoise()
        }
    }
}
