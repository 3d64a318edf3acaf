// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import NIOCore

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

/// Stands first in the pipeline of the socket that listens: a connection that can't be accepted is that one's trouble.
///
/// Behind it the server library takes every error for the end of the socket, and the agent would end, because somebody hung up
/// too early (`ECONNABORTED`) or the whole system was out of descriptors for a moment (`ENFILE`); accept(2).
package final class AcceptGuard: ChannelInboundHandler {
    package typealias InboundIn = any Channel

    private static let passing: Set<Int32> = [ECONNABORTED, EMFILE, ENFILE, ENOBUFS, ENOMEM]

    /// Puts one into a pipeline.
    package static func add(to channel: any Channel) async {
        // It fails only where the socket is closed already.
        try? await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(AcceptGuard(), position: .first)
        }.get()
    }

    package func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The connection stays in the queue, and is accepted as soon as that can be done.
        if let error = error as? IOError, Self.passing.contains(error.errnoCode) { return }
        context.fireErrorCaught(error)
    }
}
