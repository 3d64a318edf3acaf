// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferOAuth

@Suite struct `A request that is read` {
    private static func code(_ message: String) -> WebhookError.Code? {
        do {
            _ = try WebhookRequest(message: Secret(message))
            return nil
        } catch {
            return error.code
        }
    }

    @Test(arguments: ["\r\n", "\n"]) func `has its address, header fields and body, byte for byte`(_ end: String) throws
    {
        let head = ["POST /hook?a=%31&b HTTP/1.1", "Host: example.com", "X-Signature:  made-up ", "Content-Length: 4"]
        let message = head.map { $0 + end }.joined() + end + "a\r\n\n"
        let request = try WebhookRequest(message: Secret(message))
        #expect(try request.value(of: "a", in: .query) == Secret("1"))
        #expect(try request.value(of: "b", in: .query) == Secret(""))
        #expect(try request.value(of: "x-signature", in: .header) == Secret("made-up "))
        #expect(try request.value(of: "none", in: .header) == nil)
        #expect(request.body == Secret("a\r\n\n"))
    }

    @Test(arguments: [
        "", "POST / HTTP/1.1", "POST / HTTP/1.1\r\nHost: a", "POST /\r\n\r\n", "\r\nPOST / HTTP/1.1\r\n\r\n",
        "POST hook HTTP/1.1\r\n\r\n", "POST / HTTP/1.1\r\nno field\r\n\r\n", "POST / HTTP/1.1\r\n folded: a\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\nab", "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nab",
    ])
    func `is refused where it is none`(_ message: String) { #expect(Self.code(message) == .malformed) }

    @Test func `is refused where it is larger than any`() {
        let body = String(repeating: "a", count: WebhookRequest.longestBody)
        #expect(Self.code("POST / HTTP/1.1\n\n\(body)") == nil)
        #expect(Self.code("POST / HTTP/1.1\n\n\(body)a") == .tooLarge)
        #expect(Self.code("POST / HTTP/1.1\n\n\(body)\(body)a") == .tooLarge)
        #expect(Self.code("POST /\(String(repeating: "a", count: 1 << 16)) HTTP/1.1\n\n") == .tooLarge)
        #expect(Self.code("POST / HTTP/1.1\n" + String(repeating: "a: b\n", count: 257) + "\n") == .tooLarge)
        #expect(Self.code("POST / HTTP/1.1\na: \(String(repeating: "b", count: 1 << 16))\n\n") == .tooLarge)
    }

    @Test func `shows nothing of itself`() throws {
        let request = try WebhookRequest(
            target: "/?t=Marker-q", headers: [("X-Auth-Token", "Marker-h")], body: Secret("Marker-b"))
        var dumped = ""
        dump(request, to: &dumped)
        for text in ["\(request)", String(reflecting: request), dumped] { #expect(!text.contains("Marker")) }
    }

    /// What decides must be read in one way only.
    @Test func `has a field once, or not at all`() throws {
        func form(_ body: String) throws -> Secret? {
            try WebhookRequest(target: "/", headers: [], body: Secret(body)).value(of: "auth[a]", in: .form)
        }
        #expect(try form("x=1&auth%5Ba%5D=t%2B+&y") == Secret("t+ "))
        #expect(try form("auth[a]") == Secret(""))
        #expect(try form("auth[aa]=1&aauth[a]=2&%=3") == nil)
        for broken in ["auth[a]=1&auth[a]=1", "auth[a]=1&auth%5ba%5d=2", "auth[a]=%2", "auth[a]=%FF"] {
            #expect(throws: WebhookError(.malformed, "")) { try form(broken) }
        }
    }

    @Test func `is not read as another text where it is none`() throws {
        let head = Array("POST / HTTP/1.1\nX-Signature: ".utf8) + [0xFF] + Array("\n\n".utf8)
        #expect(throws: WebhookError(.malformed, "")) { try WebhookRequest(message: Secret(bytes: head)) }
        let body = Array("auth[a]=".utf8) + [0xFF]
        let request = try WebhookRequest(target: "/", headers: [], body: Secret(bytes: body))
        #expect(throws: WebhookError(.malformed, "")) { try request.value(of: "auth[a]", in: .form) }
    }
}
