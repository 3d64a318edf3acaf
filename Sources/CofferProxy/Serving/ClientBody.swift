// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore

/// The body of a request: kept where it is small, so that it can be sent a second time; else on its way.
enum ClientBody {
    /// There is none.
    case none
    /// All of it.
    case kept(ByteBuffer)
    /// What has come of it, and its whole length where that is known.
    case streamed(first: ByteBuffer, length: Int?)

    /// The longest body that is kept: 4 MiB.
    ///
    /// With all connections sending one at once (``ProxyServer/capacity``) that is 256 MiB.
    static let keptByteLimit = 4 << 20

    /// Reads a body, as far as it is kept.
    ///
    /// - Throws: ``ClientParts/Broken``; what the parser of HTTP throws.
    init(_ framing: RequestRules.Framing, from parts: ClientParts) async throws {
        if case .length(let length) = framing, length > Self.keptByteLimit {
            self = .streamed(first: ByteBuffer(), length: length)
            return
        }
        var bytes = ByteBuffer()
        while let chunk = try await parts.chunk() {
            bytes.writeImmutableBuffer(chunk)
            if bytes.readableBytes > Self.keptByteLimit {
                self = .streamed(first: bytes, length: nil)
                return
            }
        }
        self = framing == .none ? .none : .kept(bytes)
    }
}

/// A body on its way, read from the client as fast as the API takes it.
struct StreamedBody: AsyncSequence, Sendable {
    let first: ByteBuffer
    let parts: ClientParts

    struct AsyncIterator: AsyncIteratorProtocol {
        private var first: ByteBuffer?
        private var count: Int
        private let parts: ClientParts

        init(_ body: StreamedBody) {
            first = body.first.readableBytes > 0 ? body.first : nil
            count = body.first.readableBytes
            parts = body.parts
        }

        mutating func next() async throws -> ByteBuffer? {
            if let first {
                self.first = nil
                return first
            }
            guard let chunk = try await parts.chunk() else { return nil }
            count += chunk.readableBytes
            guard count <= RequestRules.largestBody else {
                parts.exceed()
                throw RequestRules.tooLarge
            }
            return chunk
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
