// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import Synchronization
import Testing

@testable import CofferAgent

/// Something on a Unix socket that answers with whatever bytes a test says, on a thread of its own.
final class ScriptedSocket: Sendable {
    /// What becomes of a request.
    enum Answer: Sendable {
        /// These pieces, and then the end.
        case last([String])
        /// These pieces; the connection stays open.
        case open([String])
        /// The first to this connection, then the end; the other to those that are open.
        case both(String, others: String)
    }

    /// What is answered to each request.
    struct Script: Sendable {
        let answer: @Sendable (_ request: String) -> Answer

        init(_ answer: @escaping @Sendable (_ request: String) -> Answer) { self.answer = answer }

        static func always(_ answer: Answer) -> Script { Script { _ in answer } }
    }

    /// The socket.
    let path: String
    private let listener: Int32
    private let script: Script
    private let log = Mutex<[String]>([])

    private init(_ path: String, _ script: Script) throws {
        self.path = path
        self.script = script
        listener = UnixAddress.makeStream()
        let address = try #require(UnixAddress(path))
        let number = listener
        let isListening = address({ bind(number, $0, $1) }) == 0 && listen(number, 8) == 0
        try #require(isListening)
    }

    /// The targets of the requests that came, in their order.
    var targets: [String] {
        log.withLock { $0 }.map { $0.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
    }

    /// Serves for as long as a body runs.
    static func with<R>(_ script: Script, _ body: (ScriptedSocket) throws -> R) throws -> R {
        let folder = NSTemporaryDirectory() + "coffer-script-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let socket = try ScriptedSocket("\(folder)/s", script)
        let done = DispatchSemaphore(value: 0)
        Thread.detachNewThread {
            socket.serve()
            done.signal()
        }
        defer {
            // Ends the wait of accept(2).
            shutdown(socket.listener, Int32(SHUT_RDWR))
            done.wait()
            close(socket.listener)
        }
        return try body(socket)
    }

    private func serve() {
        var open: [Int32] = []
        defer { for connection in open { close(connection) } }
        while true {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            let request = Self.request(connection)
            log.withLock { $0.append(request) }
            switch script.answer(request) {
            case .last(let pieces):
                for piece in pieces { Self.send(piece, connection) }
                close(connection)
            case .open(let pieces):
                for piece in pieces { Self.send(piece, connection) }
                open.append(connection)
            case .both(let text, let others):
                Self.send(text, connection)
                close(connection)
                for other in open { Self.send(others, other) }
            }
        }
    }

    private static func request(_ connection: Int32) -> String {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.hasSuffix("\r\n\r\n") {
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return text }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        return text
    }

    private static func send(_ text: String, _ connection: Int32) {
        let bytes = Array(text.utf8)
        #if canImport(Darwin)
        _ = Foundation.send(connection, bytes, bytes.count, 0)
        #else
        _ = Foundation.send(connection, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        #endif
    }
}
