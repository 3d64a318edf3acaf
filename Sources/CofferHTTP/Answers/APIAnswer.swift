// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import NIOCore
import NIOHTTP1

/// An answer as far as it is needed to judge it.
struct APIAnswer: Sendable {
    /// How deep a body may nest: as deep as Foundation's decoder reads.
    ///
    /// For one bracket more it can end the process.
    private static let depthLimit = 512

    let status: Int
    let headers: HTTPHeaders
    /// The whole body, where it was collected.
    let body: ByteBuffer?
    /// When it came.
    let receivedAt: Date

    /// How long the server wants to be left alone (RFC 9110 §10.2.3), in either form and an hour at most.
    var retryAfter: Duration? { RetryAfter.read(headers.first(name: "Retry-After"), now: receivedAt) }

    /// Reads the body as JSON; nil if it is not what is expected.
    func decoded<Value: Decodable>(_ type: Value.Type) -> Value? {
        guard let body, JSONNesting.depth(of: body.readableBytesView) <= Self.depthLimit else { return nil }
        return try? JSONDecoder().decode(type, from: Data(body.readableBytesView))
    }

    /// Whether the body is a JSON object, whatever its type is said to be.
    var isObject: Bool {
        struct Anything: Decodable {
            enum Key: CodingKey {}
            init(from decoder: any Decoder) throws { _ = try decoder.container(keyedBy: Key.self) }
        }
        return decoded(Anything.self) != nil
    }
}
