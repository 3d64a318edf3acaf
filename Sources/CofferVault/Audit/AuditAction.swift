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
    /// A space was added.
    case addSpace = "space add"
    /// A space was removed.
    case removeSpace = "space remove"
    /// A member was added, or given a further space.
    case addIdentity = "identity add"
    /// A member was removed.
    case removeIdentity = "identity remove"
    /// An identity was sealed under a passphrase into the vault.
    case sealIdentity = "identity seal"
    /// A sealed identity was taken out of the vault.
    case unsealIdentity = "identity unseal"
    /// What the vault allows was changed: reading without an event.
    case policy = "policy"
    /// A new generation of a space's keys was begun.
    case beginRekey = "rekey begin"
    /// Entries were sealed anew under the newest generation.
    case rekey = "rekey"
    /// Generations that nothing needs any more were destroyed.
    case endRekey = "rekey end"
    /// A copy of the vault was made.
    case backup = "backup"
    /// The vault was taken back to a copy.
    case restore = "restore"
    /// A bundle was made: everything in it was handed out.
    case bundle = "bundle"
    /// The events of a bundle were brought home.
    case collectBundle = "bundle collect"
    /// A reader asked for a refresh.
    case wish = "wish"
    /// The whole vault was checked.
    case verify = "verify"
    /// Events were shown.
    case showAudit = "audit show"
    /// Chains of events were checked.
    case verifyAudit = "audit verify"
    /// It was asked whether a string is or was one of ours.
    case trace = "audit trace"
    /// It was asked what somebody could read and did read.
    case exposure = "audit exposure"
}

/// How the action ended when the event was written, which is before its effect.
package enum AuditOutcome: String, Sendable {
    /// It was allowed and goes on.
    case allowed
    /// It was refused.
    case refused
}
