// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres
import Foundation

/// A connection by libpq's simplest calls and nothing around it, until it is let go; its one statement is prepared.
///
/// Looked up here, for the store uses none of these three: they wait without bound.
final class PlainPostgres {
    private typealias Connect = @convention(c) (UnsafePointer<CChar>?) -> OpaquePointer?
    private typealias Prepare =
        @convention(c) (
            OpaquePointer?, UnsafePointer<CChar>?, UnsafePointer<CChar>?, Int32, UnsafePointer<UInt32>?
        ) -> OpaquePointer?
    private typealias Execute =
        @convention(c) (
            OpaquePointer?, UnsafePointer<CChar>?, Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?,
            UnsafePointer<Int32>?, Int32
        ) -> OpaquePointer?

    private static let libraries = ["libpq.so.5", "libpq.5.dylib"]
    /// What the store asks for.
    private static let statement = """
        SELECT id, space, lookup, kind, version, generation, use_box, issue_box, due_at, state, signature
        FROM coffer.entry WHERE id = $1
        """

    private let connection: OpaquePointer
    private let execute: Execute

    /// Connects, and prepares the statement.
    init(opening url: String) throws {
        guard coffer_load_libpq() == 1, let library = Self.libraries.compactMap({ dlopen($0, RTLD_NOW) }).first else {
            throw BenchError.notInstalled("libpq")
        }
        let connect = unsafeBitCast(try Self.function("PQconnectdb", library), to: Connect.self)
        let prepare = unsafeBitCast(try Self.function("PQprepare", library), to: Prepare.self)
        execute = unsafeBitCast(try Self.function("PQexecPrepared", library), to: Execute.self)
        guard let made = connect(url) else { throw BenchError.noValue }
        connection = made
        let answer = prepare(made, "get", Self.statement, 1, nil)
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_COMMAND_OK else { throw BenchError.noValue }
    }

    deinit { PQfinish(connection) }

    /// Reads the row of an entry by its key, as the server has it.
    func read(_ id: [UInt8]) throws {
        let answer = id.withUnsafeBytes { bytes -> OpaquePointer? in
            var value: UnsafePointer<CChar>? = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
            var length = Int32(bytes.count)
            var format: Int32 = 1
            return execute(connection, "get", 1, &value, &length, &format, 1)
        }
        defer { PQclear(answer) }
        guard PQresultStatus(answer) == PGRES_TUPLES_OK, PQntuples(answer) == 1, PQgetlength(answer, 0, 6) > 0 else {
            throw BenchError.noValue
        }
    }

    private static func function(_ name: String, _ library: UnsafeMutableRawPointer) throws -> UnsafeMutableRawPointer {
        guard let function = dlsym(library, name) else { throw BenchError.notInstalled(name) }
        return function
    }
}
