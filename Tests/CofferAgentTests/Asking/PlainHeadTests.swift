// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import CofferAgent

@Suite struct `The head of a plain answer` {
    private static let lines = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n"

    private static func read(_ text: String) -> PlainHead {
        Array(text.utf8).withUnsafeBytes { PlainHead(reading: $0) }
    }

    @Test func `is read once all of it has come, however it comes`() {
        let whole = Self.lines + "twelve bytes"
        let start = Self.lines.utf8.count
        for count in 0...whole.utf8.count {
            let head = Self.read(String(decoding: whole.utf8.prefix(count), as: UTF8.self))
            #expect(head == (count < start ? .unfinished : .content(start: start, byteCount: 12)), "\(count)")
        }
    }

    @Test(arguments: [
        ("HTTP/1.1 200 \r\ncontent-length:0\r\n\r\n", 0),
        ("HTTP/1.1 200 OK\r\nDate: made up\r\nCONTENT-LENGTH:  8388608\r\nConnection: close\r\n\r\n", 8_388_608),
    ])
    func `tells its length in any case, anywhere`(text: String, byteCount: Int) {
        #expect(Self.read(text) == .content(start: text.utf8.count, byteCount: byteCount))
    }

    @Test(arguments: [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2000\r\n\r\n", "made up", "\r\n\r\n", "{}",
        "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 8388609\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1, 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0x1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length : 1\r\n\r\n", "HTTP/1.1 200 OK\r\n Content-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 1\r\n\r\n", "HTTP/1.1 200 OK\r\nX: \u{0}\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nmade up\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\n: 1\r\nContent-Length: 1\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
    ])
    func `is nothing else`(text: String) {
        #expect(Self.read(text) == .other)
    }

    @Test func `has an end`() {
        let endless = "HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: PlainHead.longest)
        #expect(Self.read(endless) == .other)
        // In bytes: a line's end is one character.
        let shorter = String(decoding: endless.utf8.prefix(PlainHead.longest - 1), as: UTF8.self)
        #expect(Self.read(shorter) == .unfinished)
    }
}
