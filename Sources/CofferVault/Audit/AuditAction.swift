// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an audit event records; the closed list of actions.
package enum AuditAction: String, Sendable, CaseIterable {
    /// The vault was made.
    case initialise = "init"
    /// An app was added.
    case addApp = "app add"
    /// A connection was authorised.
    case connect = "connect"
    /// A token was handed out.
    case handOut = "token"
    /// A refresh was begun: its intent was written.
    case beginRefresh = "refresh begin"
    /// A refresh ended, one way or another.
    case endRefresh = "refresh end"
    /// A static secret was stored.
    case put = "put"
    /// A value was read.
    case read = "get"
    /// The names of entries were read.
    case list = "list"
    /// An entry was removed.
    case remove = "remove"
    /// A step of a rotation.
    case rotate = "rotate"
}

/// How the action ended when the event was written, which is before its effect.
package enum AuditOutcome: String, Sendable {
    /// It was allowed and goes on.
    case allowed
    /// It was refused.
    case refused
}
