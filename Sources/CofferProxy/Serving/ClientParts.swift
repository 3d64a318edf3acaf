// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOHTTP1
import Synchronization

/// What a client sends, part by part, as it is asked for: so much is read from its connection, and no more.
///
/// One task takes parts at a time, which no type says: the connection's, or whoever sends a body on while that one waits for the
/// answer. A body that is not at its end when the answer is there was left by its sender in the midst, perhaps; then the connection
/// is closed and nothing is taken any more.
final class ClientParts: @unchecked Sendable {
    /// The client is gone, or said something in the midst of a request that is none.
    struct Broken: Error {}

    typealias Iterator = NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator

    private var iterator: Iterator
    private let atEnd = Atomic<Bool>(true)
    private let excess = Atomic<Bool>(false)
    private let moved: @Sendable () -> Void

    /// Takes from a connection; `moved` hears of each piece of a body.
    init(_ iterator: Iterator, moved: @escaping @Sendable () -> Void) {
        self.iterator = iterator
        self.moved = moved
    }

    /// Whether the request was read to its end.
    var isAtEnd: Bool { atEnd.load(ordering: .acquiring) }

    /// Whether a body was longer than any may be.
    var isTooLarge: Bool { excess.load(ordering: .acquiring) }

    /// Waits for a request's header; nil at the end of the connection.
    @concurrent
    func head() async throws -> HTTPRequestHead? {
        guard let part = try await iterator.next() else { return nil }
        guard case .head(let head) = part else { throw Broken() }
        atEnd.store(false, ordering: .releasing)
        return head
    }

    /// Waits for the next piece of the body; nil at its end, where trailers are left out.
    @concurrent
    func chunk() async throws -> ByteBuffer? {
        guard !isAtEnd else { return nil }
        guard let part = try await iterator.next() else { throw Broken() }
        switch part {
        case .head: throw Broken()
        case .body(let bytes):
            moved()
            return bytes
        case .end:
            atEnd.store(true, ordering: .releasing)
            return nil
        }
    }

    /// Takes the next part for nothing; whether there was one.
    @concurrent
    func skip() async throws -> Bool { try await iterator.next() != nil }

    /// Notes that the body is longer than any may be.
    func exceed() { excess.store(true, ordering: .releasing) }
}
