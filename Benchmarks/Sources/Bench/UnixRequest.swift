// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// One request over a Unix socket, on a connection of its own.
enum UnixRequest {
    /// Asks, and waits for the whole answer.
    ///
    /// - Parameters:
    ///   - target: the path and the query.
    ///   - path: the socket's name.
    /// - Returns: the status, and the body as it came.
    /// - Throws: ``BenchError/noValue`` if nobody is there, or what came is no answer.
    static func get(_ target: String, at path: String) throws -> (status: Int, body: String) {
        let number = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard number >= 0 else { throw BenchError.noValue }
        defer { close(number) }
        _ = fcntl(number, F_SETFD, FD_CLOEXEC)
        guard isConnected(number, to: path) else { throw BenchError.noValue }
        let request = Array("GET \(target) HTTP/1.1\r\nHost: coffer\r\nConnection: close\r\n\r\n".utf8)
        // So short a request fits into the socket's buffer at once. Whoever is gone must not end us with SIGPIPE.
        guard send(number, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw BenchError.noValue
        }
        let answer = readToEnd(number)
        let words = answer.prefix { $0 != "\r\n" }.split(separator: " ")
        guard words.count > 1, let status = Int(words[1]), let end = answer.range(of: "\r\n\r\n") else {
            throw BenchError.noValue
        }
        return (status, String(answer[end.upperBound...]))
    }

    private static func isConnected(_ number: Int32, to path: String) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        } == 0
    }

    private static func readToEnd(_ number: Int32) -> String {
        var all: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(number, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: all, as: UTF8.self) }
            all += buffer.prefix(count)
        }
    }
}
