// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOSSL
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The connections that are open now, so that all can be closed when the sandbox stops: an answer that hangs must not
/// keep it alive.
final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var held: Set<ObjectIdentifier> = []
        var isClosing = false
    }

    private let state = Mutex(State())

    /// Remembers a connection; one that comes after the end is closed at once.
    func opened(_ channel: any Channel) {
        let isClosing = state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = channel
            return state.isClosing
        }
        if isClosing { Self.cut(channel, resetting: false) }
    }

    /// Forgets a connection.
    func closed(_ channel: any Channel) {
        state.withLock { state in
            state.channels[ObjectIdentifier(channel)] = nil
            state.held.remove(ObjectIdentifier(channel))
        }
    }

    /// Marks a connection whose answer will not be complete soon, or ever.
    func hold(_ channel: any Channel) {
        state.withLock { _ = $0.held.insert(ObjectIdentifier(channel)) }
    }

    /// Takes the mark away: the answer became complete after all.
    func release(_ channel: any Channel) {
        state.withLock { _ = $0.held.remove(ObjectIdentifier(channel)) }
    }

    /// Whether a connection was marked as one whose answer will never be complete.
    func isHeld(_ channel: any Channel) -> Bool {
        state.withLock { $0.held.contains(ObjectIdentifier(channel)) }
    }

    /// Closes all connections, and from now on every new one.
    func closeAll() {
        let channels = state.withLock { state in
            state.isClosing = true
            return Array(state.channels.values)
        }
        for channel in channels { Self.cut(channel, resetting: false) }
    }

    /// Closes a connection below TLS, without the farewell of RFC 8446 §6.1, as a crash or a broken line does.
    ///
    /// - Parameters:
    ///   - channel: the connection.
    ///   - resetting: with a TCP reset (SO_LINGER of zero) instead of an orderly end.
    static func cut(_ channel: any Channel, resetting: Bool) {
        channel.eventLoop.execute {
            if resetting, let socket = channel as? any SocketOptionProvider {
                // On the event loop this takes effect before the next line.
                _ = socket.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            }
            if let context = try? channel.pipeline.syncOperations.context(handlerType: NIOSSLServerHandler.self) {
                context.close(promise: nil)
            } else {
                channel.close(promise: nil)
            }
        }
    }
}
