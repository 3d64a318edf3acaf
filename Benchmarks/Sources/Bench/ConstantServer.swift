// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The agent's server library answering the same to everything, in another process: what `socket` measures against.
enum ConstantServer {
    /// What it says when it serves.
    static let readyMark = "ready"

    /// Answers with bytes that are there already.
    private struct Responder: HTTPResponder {
        struct Context: InitializableFromSource {
            init(source: ApplicationRequestContextSource) {}
        }

        let response: Response

        func respond(to request: Request, context: Context) async throws -> Response { response }
    }

    /// Where it serves.
    static func socket(in folder: String) -> String { folder + "/constant.sock" }

    /// Starts the process.
    ///
    /// - Parameters:
    ///   - body: what it is to answer.
    ///   - folder: where its socket is to be.
    /// - Returns: it; ``Companion/end()`` ends it.
    /// - Throws: ``BenchError/noValue`` if it does not begin.
    static func start(answering body: String, in folder: String) async throws -> Companion {
        try body.write(toFile: bodyFile(in: folder), atomically: false, encoding: .utf8)
        let server = try Companion(.constant, in: folder, rounds: 1)
        guard try await server.line() == readyMark else { throw BenchError.noValue }
        return server
    }

    /// Serves until the one who started this process hangs up.
    static func run(in folder: String) async throws {
        let body = try String(contentsOfFile: bodyFile(in: folder), encoding: .utf8)
        var fields = HTTPFields()
        fields[.contentType] = "application/json"
        fields[.cacheControl] = "no-store"
        let application = Application(
            responder: Responder(
                response: Response(
                    status: .ok, headers: fields, body: ResponseBody(byteBuffer: ByteBuffer(string: body)))),
            configuration: ApplicationConfiguration(
                address: .unixDomainSocket(path: socket(in: folder)), serverName: nil),
            onServerRunning: { _ in FileHandle.standardOutput.write(Data("\(readyMark)\n".utf8)) },
            logger: Logger(label: "coffer.bench") { _ in SwiftLogNoOpLogHandler() })
        Thread.detachNewThread {
            while readLine() != nil {}
            exit(0)
        }
        try await application.run()
    }

    private static func bodyFile(in folder: String) -> String { folder + "/constant.json" }
}
