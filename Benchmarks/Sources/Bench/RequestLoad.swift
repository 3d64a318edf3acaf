// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What a server made of many requests, as h2load saw it.
struct RequestLoad {
    /// How many connections there are, each with one request at a time.
    private static let connectionCount = 32

    /// How many requests are sent.
    private static let requestCount = 50_000

    /// How long a request took on average over all connections, in seconds: one over requests per second.
    let secondsEach: Double

    /// The time that 99 of 100 requests did not exceed, in seconds.
    let lateSeconds: Double

    /// Sends requests over HTTP/1.1 on a Unix socket.
    ///
    /// - Parameters:
    ///   - target: the path and the query.
    ///   - socket: the socket's name.
    ///   - folder: where the time of each is logged.
    /// - Throws: ``BenchError/wrongCount`` if not all were answered with success, ``BenchError/notInstalled(_:)``.
    init(to target: String, at socket: String, loggingIn folder: String) throws {
        let log = folder + "/h2load.log"
        try? FileManager.default.removeItem(atPath: log)
        let arguments = [
            "--h1", "-n", "\(Self.requestCount)", "-c", "\(Self.connectionCount)", "-t", "1",
            "--base-uri=unix:\(socket)", "--log-file=\(log)", "http://coffer\(target)",
        ]
        let printed = try ShortRun(named: "h2load", arguments).run()
        let lines = String(decoding: printed, as: UTF8.self).split(separator: "\n")
        let parts = lines.flatMap { $0.split(separator: ",") }.map { $0.split(separator: " ") }
        // `…, 73033.75 req/s, …` and `status codes: 50000 2xx, …`.
        guard let rate = parts.first(where: { $0.last == "req/s" && $0.count == 2 }).flatMap({ Double($0[0]) }),
            parts.contains(["status", "codes:", "\(Self.requestCount)", "2xx"])
        else { throw BenchError.wrongCount }
        secondsEach = 1 / rate
        lateSeconds = OverheadFigures.percentile(0.99, of: try Self.times(in: log))
    }

    /// The third field of each line, in microseconds: https://nghttp2.org/documentation/h2load.1.html, `--log-file`.
    private static func times(in log: String) throws -> [Double] {
        let times = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").compactMap { line in
            line.split(separator: "\t").last.flatMap { Double($0) }.map { $0 / 1e6 }
        }
        guard times.count == requestCount else { throw BenchError.wrongCount }
        return times
    }
}
