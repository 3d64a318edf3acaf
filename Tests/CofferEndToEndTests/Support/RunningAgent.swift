// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Subprocess
import Testing

/// A `coffer agent` that serves, and a client of it.
struct RunningAgent {
    /// One answer.
    struct Answer: Sendable {
        /// The status; 0 if there was none.
        let status: Int
        /// The header fields, names in lower case.
        let fields: [String: String]
        /// What follows the header; of chunks those that are whole.
        let body: [UInt8]

        /// The body as a JSON object; empty if it is none.
        var json: [String: Any] { (try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]) ?? [:] }

        /// The code of a failure.
        var code: String? { (json["error"] as? [String: Any])?["code"] as? String }

        /// Takes an answer apart.
        init(_ bytes: [UInt8]) {
            let end = Data(bytes).range(of: Data("\r\n\r\n".utf8))
            let head = String(decoding: bytes[..<(end?.lowerBound ?? bytes.count)], as: UTF8.self)
            let lines = head.components(separatedBy: "\r\n")
            status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
            let pairs = lines.dropFirst().compactMap { line -> (String, String)? in
                let sides = line.split(separator: ":", maxSplits: 1)
                return sides.count == 2
                    ? (sides[0].lowercased(), sides[1].trimmingCharacters(in: .whitespaces)) : nil
            }
            fields = Dictionary(pairs) { $1 }
            let rest = end.map { bytes[$0.upperBound...] } ?? []
            body = fields["transfer-encoding"] == "chunked" ? Self.content(ofChunks: rest) : Array(rest)
        }

        /// RFC 9112 §7.1, as far as it has come.
        private static func content(ofChunks bytes: ArraySlice<UInt8>) -> [UInt8] {
            var (rest, content) = (bytes, [UInt8]())
            while let end = rest.firstIndex(of: UInt8(ascii: "\r")),
                let count = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16), count > 0,
                end + 2 + count + 2 <= rest.endIndex
            {
                content += rest[(end + 2)..<(end + 2 + count)]
                rest = rest[(end + 2 + count + 2)...]
            }
            return content
        }
    }

    /// The process.
    let process: RunningProgram
    /// Its socket.
    let socket: String

    /// Sends a request on a connection of its own, and waits for the answer.
    func ask(
        _ target: String, method: String = "GET", fields: [String] = [], body: String? = nil
    ) async throws -> Answer {
        let length = body.map { ["Content-Length: \($0.utf8.count)"] } ?? []
        let lines = ["\(method) \(target) HTTP/1.1", "Host: coffer", "Connection: close"] + length + fields
        return try await exchange((lines + ["", body ?? ""]).joined(separator: "\r\n"))
    }

    /// Sends bytes, and waits until the agent has closed the connection.
    func exchange(_ text: String) async throws -> Answer {
        let connection = try await UnixConnection(to: socket)
        await connection.send(Array(text.utf8))
        return Answer(await connection.readToEnd())
    }

    /// An access token and its version.
    func token(_ path: String) async throws -> (value: String, version: Int) {
        let answer = try await ask("/v1/token?path=\(path)")
        return (
            try #require(answer.json["access_token"] as? String, "\(answer.status) \(answer.code ?? "")"),
            try #require(answer.json["version"] as? Int)
        )
    }

    /// Expects that it serves.
    func expectService(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let answer = try await ask("/v1/health")
        #expect(answer.status == 200 && answer.json["status"] as? String == "ok", sourceLocation: sourceLocation)
    }
}

extension Program {
    /// Runs an agent, and ends it with SIGTERM when the body has returned; unless the body does that.
    func withAgent<Result: Sendable>(
        _ arguments: [String] = [], environment: [String: String] = [:], script: String? = nil,
        isEndedByBody: Bool = false,
        _ body: (RunningAgent) async throws -> Result
    ) async throws -> (value: Result, end: Finished) {
        try await start(["agent"] + arguments, environment: environment, script: script) { running in
            let line = await running.line(containing: "serving at ")
            let said = try #require(line, "\(String(decoding: running.heard, as: UTF8.self))")
            let socket = said.components(separatedBy: "serving at ")[1].prefix { $0 != ";" }
            let value = try await body(RunningAgent(process: running, socket: String(socket)))
            if !isEndedByBody { running.send(SIGTERM) }
            return value
        }
    }
}
