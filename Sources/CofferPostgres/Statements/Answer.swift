// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres

/// What the server answered to one statement.
final class Answer {
    /// `PG_DIAG_SQLSTATE` of libpq-fe.h, a macro that is a character.
    private static let stateField = Int32(UInt8(ascii: "C"))

    /// `PG_DIAG_SOURCE_FUNCTION`, likewise; no language changes what is in it.
    private static let functionField = Int32(UInt8(ascii: "R"))

    /// The class of a plain warning: a commit whose wait for a standby was given up says no more of it than that.
    private static let warning = "01000"

    /// What warns at a commit as well, that notifications pile up because somebody else does not take his.
    private static let warnsOfNotifications = "asyncQueueFillWarning"

    private let raw: OpaquePointer

    /// Takes over an answer of libpq's.
    init(_ raw: OpaquePointer) { self.raw = raw }

    deinit { PQclear(raw) }

    /// What the statement failed with; nil if it did not.
    var failure: Failure? {
        let status = PQresultStatus(raw)
        if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK { return nil }
        // libpq itself gives no state: what it met is the end of the connection.
        return Self.state(of: raw).map { .refused($0) } ?? .lost
    }

    /// The SQLSTATE of an answer or a notice, if it has one.
    static func state(of raw: OpaquePointer) -> String? { field(stateField, of: raw) }

    /// Whether a notice may be that of a commit whose wait for a standby was given up.
    static func isWarning(_ notice: OpaquePointer) -> Bool {
        isWarning(state: state(of: notice), function: field(functionField, of: notice))
    }

    /// The same of its SQLSTATE and of the server's function that it comes from.
    static func isWarning(state: String?, function: String?) -> Bool {
        state == warning && function != warnsOfNotifications
    }

    private static func field(_ field: Int32, of raw: OpaquePointer) -> String? {
        PQresultErrorField(raw, field).map { String(cString: $0) }
    }

    /// Whether it is no answer to a statement but the end of a pipeline.
    var isEnd: Bool { PQresultStatus(raw) == PGRES_PIPELINE_SYNC }

    /// Whether the statement was passed over, since one before it failed.
    var isPassedOver: Bool { PQresultStatus(raw) == PGRES_PIPELINE_ABORTED }

    /// What was done, in one word and perhaps numbers.
    var command: String {
        guard let text = PQcmdStatus(raw) else { return "" }
        return String(cString: text)
    }

    /// How many rows a statement changed.
    var changedCount: Int {
        guard let text = PQcmdTuples(raw) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    /// The rows, in the server's order.
    var rows: [AnswerRow] { (0..<PQntuples(raw)).map { AnswerRow(answer: self, index: $0) } }

    /// A value's bytes if it is of a type; nil if it is of another, or if there is none.
    func bytes(_ row: Int32, _ column: Int32, of type: UInt32) -> [UInt8]? {
        guard PQftype(raw, column) == type, PQgetisnull(raw, row, column) == 0,
            let start = PQgetvalue(raw, row, column)
        else { return nil }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(PQgetlength(raw, row, column))))
    }

    /// Whether there is no value.
    func isNull(_ row: Int32, _ column: Int32) -> Bool { PQgetisnull(raw, row, column) == 1 }
}
