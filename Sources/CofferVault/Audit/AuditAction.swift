// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What an audit event records.
///
/// Open: a newer program may write actions that this one does not know. They are kept, shown and verified like others, and
/// where it matters what an action did, an unknown one is taken for the worst (``isKnown``).
package struct AuditAction: RawRepresentable, Hashable, Sendable {
    /// The name, as events hold it and people read it.
    package let rawValue: String

    /// An action by its name; nil for what can't be one (docs/vault-format.md has the rule).
    package init?(rawValue: String) {
        guard EventWord.isOne(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(_ name: String) { rawValue = name }

    /// Whether this program knows what the action means.
    package var isKnown: Bool { Self.known.contains(self) }

    /// The vault was made.
    package static let initialise = AuditAction("init")
    /// An app was added.
    package static let addApp = AuditAction("app add")
    /// An app's pinned description was replaced by a newer one.
    package static let updateApp = AuditAction("app update")
    /// A connection was authorised.
    package static let connect = AuditAction("connect")
    /// A token was handed out.
    package static let handOut = AuditAction("token")
    /// A refresh was begun: its intent was written.
    package static let beginRefresh = AuditAction("refresh begin")
    /// The provider was about to be asked what became of a refresh token whose answer was lost.
    package static let inquire = AuditAction("refresh inquiry")
    /// A refresh ended, one way or another.
    package static let endRefresh = AuditAction("refresh end")
    /// A static secret was stored.
    package static let put = AuditAction("put")
    /// A value was read.
    package static let read = AuditAction("get")
    /// The names of entries were read.
    package static let list = AuditAction("list")
    /// An entry was removed.
    package static let remove = AuditAction("remove")
    /// A step of a rotation.
    package static let rotate = AuditAction("rotate")
    /// A space was added.
    package static let addSpace = AuditAction("space add")
    /// A space was removed.
    package static let removeSpace = AuditAction("space remove")
    /// A member was added, or given a further space.
    package static let addIdentity = AuditAction("identity add")
    /// A member was removed.
    package static let removeIdentity = AuditAction("identity remove")
    /// An identity was sealed under a passphrase into the vault.
    package static let sealIdentity = AuditAction("identity seal")
    /// A sealed identity was taken out of the vault.
    package static let unsealIdentity = AuditAction("identity unseal")
    /// What the vault allows was changed: reading without an event.
    package static let policy = AuditAction("policy")
    /// A new generation of a space's keys was begun.
    package static let beginRekey = AuditAction("rekey begin")
    /// Entries were sealed anew under the newest generation.
    package static let rekey = AuditAction("rekey")
    /// Generations that nothing needs any more were retired.
    package static let endRekey = AuditAction("rekey end")
    /// A copy of the vault was made.
    package static let backup = AuditAction("backup")
    /// The vault was taken back to a copy.
    package static let restore = AuditAction("restore")
    /// The vault was copied to another place, marked as moved there, and begun there.
    package static let migrate = AuditAction("migrate")
    /// A bundle was made: everything in it was handed out.
    package static let bundle = AuditAction("bundle")
    /// The events of a bundle were brought home.
    package static let collectBundle = AuditAction("bundle collect")
    /// A reader asked for a refresh.
    package static let wish = AuditAction("wish")
    /// The whole vault was checked.
    package static let verify = AuditAction("verify")
    /// Events were shown.
    package static let showAudit = AuditAction("audit show")
    /// Chains of events were checked.
    package static let verifyAudit = AuditAction("audit verify")
    /// It was asked whether a string is or was one of ours.
    package static let trace = AuditAction("audit trace")
    /// It was asked what somebody could read and did read.
    package static let exposure = AuditAction("audit exposure")
    /// An agent gave a ticket out.
    package static let ticket = AuditAction("ticket")
    /// A ticket was revoked.
    package static let endTicket = AuditAction("ticket end")

    /// Every action that this program knows, in the order of the table in docs/vault-format.md.
    package static let known: [AuditAction] = [
        .initialise, .addApp, .updateApp, .connect, .handOut, .beginRefresh, .inquire, .endRefresh, .put, .read, .list,
        .remove, .rotate, .addSpace, .removeSpace, .addIdentity, .removeIdentity, .sealIdentity, .unsealIdentity,
        .policy, .beginRekey, .rekey, .endRekey, .backup, .restore, .migrate, .bundle, .collectBundle, .wish,
        .verify, .showAudit, .verifyAudit, .trace, .exposure, .ticket, .endTicket,
    ]
}
