// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres
import CofferVault

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// One connection to the server; each call waits, for a bounded time, and only one is under way.
///
/// libpq's own waiting knows no time limit, so its forms that don't wait are used throughout:
/// https://www.postgresql.org/docs/current/libpq-async.html. Looking up a host's name is the exception: that the system bounds.
final class ServerConnection {
    let raw: OpaquePointer
    /// What it leaves in its session, see ``ServerLook``.
    let mark = Int64.random(in: 1...Int64(Int32.max))
    /// What is sent before the next statement of a transaction, see ``ServerConnection/run(behind:)``.
    var ahead: [Statement] = []
    /// Whether the server has said what ``Answer/isWarning(_:)`` is true of since this was last false.
    var isWarned = false
    /// What a statement of the transaction failed with, or did not pass: whoever keeps that to himself commits nothing.
    var failed: (any Error)?
    /// Whether that goes in one round trip.
    let isPipelining: Bool

    private init(_ raw: OpaquePointer, isPipelining: Bool) {
        self.raw = raw
        self.isPipelining = isPipelining
    }

    deinit { PQfinish(raw) }

    // MARK: - Opening

    /// Connects to the first of an address's hosts that will do; each has its share of the time.
    ///
    /// - Parameters:
    ///   - address: Where it is.
    ///   - deadline: Until when.
    ///   - isPipelining: Whether statements share a round trip; with libpq before version 14 they can't.
    /// - Returns: The connection, with nothing asked of it yet.
    /// - Throws: ``VaultError`` with what a server answered, ``Failure/unanswered`` if none did.
    static func open(
        _ address: ServerAddress, until deadline: Deadline, isPipelining: Bool = LibPQ.hasPipelines
    ) throws -> ServerConnection {
        var told: any Error = Failure.unanswered
        for (index, settings) in address.alternatives.enumerated() {
            do {
                let share = deadline.share(of: address.alternatives.count - index)
                return try open(settings, until: share, isPipelining)
            } catch {
                // A host that says nothing says nothing about the others, either.
                if error is VaultError { told = error }
            }
        }
        throw told
    }

    private static func open(
        _ settings: String, until deadline: Deadline, _ isPipelining: Bool
    ) throws -> ServerConnection {
        guard let raw = PQconnectStart(settings) else {
            throw VaultError(.unreadable, "there is no memory for a connection to the vault's database")
        }
        let connection = ServerConnection(raw, isPipelining: isPipelining)
        // What a server says beside its answers would go to standard error. It speaks while one of its statements is waited for alone, so
        // that the connection is there.
        let receiver: PQnoticeReceiver = { argument, result in
            guard let argument, let result, Answer.isWarning(result) else { return }
            Unmanaged<ServerConnection>.fromOpaque(argument).takeUnretainedValue().isWarned = true
        }
        _ = PQsetNoticeReceiver(raw, receiver, Unmanaged.passUnretained(connection).toOpaque())
        _ = PQsetErrorVerbosity(raw, PQERRORS_SQLSTATE)
        var wanted = PGRES_POLLING_WRITING
        while wanted != PGRES_POLLING_OK {
            guard PQstatus(raw) != CONNECTION_BAD, wanted != PGRES_POLLING_FAILED else { throw connection.refusal }
            try connection.wait(for: wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, until: deadline)
            wanted = PQconnectPoll(raw)
        }
        guard PQsetnonblocking(raw, 1) == 0 else { throw connection.refusal }
        return connection
    }

    // MARK: - State

    /// Whether it stands, as far as is known, and no transaction is open.
    var isIdle: Bool { PQstatus(raw) == CONNECTION_OK && PQtransactionStatus(raw) == PQTRANS_IDLE }

    /// Whether a transaction is open that can be ended, whatever state it is in.
    var isInTransaction: Bool {
        let status = PQtransactionStatus(raw)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    /// The number of the server's process as it was told when the connection began.
    var processNumber: Int64 { Int64(PQbackendPID(raw)) }

    // MARK: - Statements

    /// Runs statements without values, separated by semicolons; the values of the last one's answer are texts.
    func run(script: String, within wait: Duration = Bounds.answer) throws -> Answer {
        guard PQsendQuery(raw, script) == 1 else { throw Failure.lost }
        return try answer(until: Deadline(after: wait))
    }

    /// Runs one statement; values go and come in PostgreSQL's binary form.
    func run(_ sql: String, _ arguments: [Argument] = [], within wait: Duration = Bounds.answer) throws -> Answer {
        try send(sql, arguments)
        return try answer(until: Deadline(after: wait))
    }

    /// Has one statement sent; somebody waits for its answer later.
    func send(_ sql: String, _ arguments: [Argument]) throws {
        let list = ArgumentList(arguments)
        let isSent = list.bytes.withUnsafeBytes { buffer -> Int32 in
            let values = list.offsets.map { (offset: Int?) -> UnsafePointer<CChar>? in
                guard let offset, let base = buffer.baseAddress else { return nil }
                return base.advanced(by: offset).assumingMemoryBound(to: CChar.self)
            }
            return PQsendQueryParams(
                raw, sql, Int32(arguments.count), list.types, values, list.lengths, list.formats, 1)
        }
        guard isSent == 1 else { throw Failure.lost }
    }

    private func answer(until deadline: Deadline) throws -> Answer {
        try flush(until: deadline)
        var last: Answer?
        var failure: Failure?
        while let answer = try next(until: deadline) {
            failure = failure ?? answer.failure
            last = answer
        }
        if let failure { throw failure }
        guard let last else { throw Failure.lost }
        return last
    }

    /// Sends what waits to be sent.
    func flush(until deadline: Deadline) throws {
        while true {
            switch PQflush(raw) {
            case 0: return
            case 1:
                // A server may want to be read before it reads on.
                try wait(for: POLLIN | POLLOUT, until: deadline)
                guard PQconsumeInput(raw) == 1 else { throw Failure.lost }
            default: throw Failure.lost
            }
        }
    }

    /// The next answer; nil behind the last one of a statement.
    func next(until deadline: Deadline) throws -> Answer? {
        while PQisBusy(raw) == 1 {
            try wait(for: POLLIN, until: deadline)
            guard PQconsumeInput(raw) == 1 else { throw Failure.lost }
        }
        guard let result = PQgetResult(raw) else { return nil }
        return Answer(result)
    }

    /// Waits until the connection can be read or written.
    func wait(for events: Int32, until deadline: Deadline) throws {
        var polled = pollfd(fd: PQsocket(raw), events: Int16(events), revents: 0)
        while true {
            let count = poll(&polled, 1, deadline.milliseconds)
            if count > 0 { return }
            if count == 0 { throw Failure.late }
            guard errno == EINTR else { throw Failure.lost }
        }
    }
}
