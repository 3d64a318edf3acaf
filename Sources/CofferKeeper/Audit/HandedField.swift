// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferVault

/// What an event handed out of the entries that it names, as far as the event alone tells.
enum HandedField: Hashable, Sendable {
    /// This field.
    case named(SecretField)
    /// What readers are lent of it: the access token of a connection, the value of a static secret.
    case lent

    /// Nil for an event that handed out no secret.
    init?(_ record: AuditRecord) {
        switch record.action {
        case .handOut: self = .named(.accessToken)
        case .bundle: self = .lent
        case .read:
            guard let field = record.details["field"].flatMap(SecretField.init(rawValue:)) else { return nil }
            self = .named(field)
        default:
            // What a newer program did with a path without writing it may have shown everything there.
            guard !record.action.isKnown else { return nil }
            self = .named(.unknown)
        }
    }

    /// The field of an entry of a kind; nil for one that nothing is known of.
    func field(of kind: EntryKind?) -> SecretField {
        switch (self, kind) {
        case (.named(let field), _): field
        case (.lent, .secret): .value
        case (.lent, .connection): .accessToken
        case (.lent, _): .unknown
        }
    }
}
