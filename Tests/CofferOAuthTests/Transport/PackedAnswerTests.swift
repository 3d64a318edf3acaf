// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Testing

@testable import CofferOAuth

@Suite struct `an answer that came packed` {
    /// Bits as deflate writes them: fields from the lowest bit on (RFC 1951 §3.1.1).
    private struct Bits {
        var bytes: [UInt8] = []
        private var held: UInt64 = 0
        private var count = 0

        /// Appends a field of so many bits.
        mutating func append(_ value: UInt64, _ width: Int) {
            held |= value << UInt64(count)
            count += width
            while count >= 8 {
                bytes.append(UInt8(held & 0xff))
                held >>= 8
                count -= 8
            }
        }

        /// Appends a Huffman code, whose highest bit comes first.
        mutating func append(code: UInt64, _ width: Int) {
            for bit in (0..<width).reversed() { append(code >> UInt64(bit) & 1, 1) }
        }
    }

    private static let head: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]

    /// `{"a":1}` in one stored block (RFC 1951 §3.2.4) of a gzip member (RFC 1952), its CRC-32 and length behind it.
    private static let small: [UInt8] =
        head + [1, 7, 0, 0xf8, 0xff] + Array("{\"a\":1}".utf8) + [0xaf, 0xac, 0x1b, 0x56, 7, 0, 0, 0]

    /// Two million zeros in 13 KB: one literal and then matches of 258 at distance 1, with the fixed codes (RFC 1951 §3.2.6).
    private static var bomb: [UInt8] {
        var bits = Bits()
        bits.append(1, 1)
        bits.append(1, 2)
        bits.append(code: 0b0011_0000, 8)
        for _ in 0..<8_000 {
            bits.append(code: 0b1100_0101, 8)
            bits.append(code: 0, 5)
        }
        return head + bits.bytes
    }

    private func send(_ body: [UInt8]) async throws -> TransportOutcome {
        let text = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(body.count)\r\n\r\n"
        return try await LoopbackServer.with(.answerBytes(Array(text.utf8) + body)) { server in
            let transport = NetworkTransport(
                userAgent: "coffer/test", limits: NetworkTransport.Limits(connect: .seconds(30)))
            let url = try EndpointURL("http://127.0.0.1:\(server.port)/")
            let message = HTTPMessage(
                .get, ApprovedDestination(url: url, addresses: .loopbackOnly), trust: TrustSettings())
            let outcome = await transport.send(message, deadline: .seconds(30))
            await transport.shutdown()
            return outcome
        }
    }

    @Test func `is unpacked although it was not asked for`() async throws {
        guard case .answered(let answer) = try await send(Self.small) else {
            Issue.record("no answer")
            return
        }
        #expect(answer.body == Secret("{\"a\":1}"))
    }

    @Test func `is refused once it grows beyond what any answer may have`() async throws {
        guard case .lost = try await send(Self.bomb) else {
            Issue.record("it was taken")
            return
        }
    }
}
