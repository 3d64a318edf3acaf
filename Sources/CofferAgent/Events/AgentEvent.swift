// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation
import NIOCore

/// What those who listen are told.
enum AgentEvent: Sendable, Equatable {
    /// A connection has another token.
    case refreshed(ConnectionState)
    /// A connection's tokens count as leaked.
    case tainted(ConnectionState)
    /// Only a person can go on with a connection.
    case needsPerson(ConnectionState)
    /// A secret is being replaced.
    case rotationOpened(ClientRotation)
    /// A rotation waits for a person, or stands still until one looks.
    case rotationWaiting(ClientRotation)
    /// A rotation is over: closed, or given up for another.
    case rotationClosed(ClientRotation)
    /// The agent has no key any more.
    case locked
    /// The agent has its keys again.
    case unlocked
    /// Nothing but that somebody is still there.
    case beat

    /// What it is about: the connection, the app or the static secret; nil where it is about the agent.
    var path: String? {
        switch self {
        case .refreshed(let state), .tainted(let state), .needsPerson(let state): state.path
        case .rotationOpened(let rotation), .rotationWaiting(let rotation), .rotationClosed(let rotation): rotation.path
        case .locked, .unlocked, .beat: nil
        }
    }

    /// Whether it is about a rotation.
    var isOfRotation: Bool {
        switch self {
        case .rotationOpened, .rotationWaiting, .rotationClosed: true
        case .refreshed, .tainted, .needsPerson, .locked, .unlocked, .beat: false
        }
    }

    /// As it is sent (https://html.spec.whatwg.org/multipage/server-sent-events.html).
    var frame: ByteBuffer {
        switch self {
        case .refreshed(let state): Self.frame("refreshed", state)
        case .tainted(let state): Self.frame("tainted", state)
        case .needsPerson(let state): Self.frame("needs_person", state)
        case .rotationOpened(let rotation): Self.frame("rotation_opened", rotation)
        case .rotationWaiting(let rotation): Self.frame("rotation_waiting", rotation)
        case .rotationClosed(let rotation): Self.frame("rotation_closed", rotation)
        case .locked: Self.frame("locked") { _ in }
        case .unlocked: Self.frame("unlocked") { _ in }
        case .beat: ByteBuffer(string: ":\n\n")
        }
    }

    private static func frame(_ name: String, _ state: ConnectionState) -> ByteBuffer {
        frame(name) { object in
            object.member("path", state.path)
            object.member("state", state.state)
            object.member("version", state.version)
            object.member("expires_at", state.expiresAt)
        }
    }

    private static func frame(_ name: String, _ rotation: ClientRotation) -> ByteBuffer {
        frame(name) { object in
            object.member("path", rotation.path)
            object.member("state", rotation.state)
            object.member("rotation", rotation.id)
            object.member("mode", rotation.mode)
        }
    }

    private static func frame(_ name: String, _ members: (inout JSONWriter) -> Void) -> ByteBuffer {
        var data = JSONWriter { object in
            object.member("format_version", 1)
            members(&object)
        }.buffer
        var frame = ByteBuffer(string: "event: \(name)\ndata: ")
        // JSON of ours has no line break in it.
        frame.writeBuffer(&data)
        frame.writeStaticString("\n\n")
        return frame
    }
}
