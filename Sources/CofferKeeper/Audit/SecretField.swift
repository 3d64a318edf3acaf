// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import CofferVault

/// The fields whose values are secrets, by the names that commands and events use.
enum SecretField: String, Sendable, CaseIterable {
    case clientSecret = "client_secret"
    case registrationToken = "registration_token"
    case clientKey = "client_key"
    case certificateKey = "certificate_key"
    case proofKey = "proof_key"
    case accessToken = "access_token"
    case refreshToken = "refresh_token"
    case applicationToken = "application_token"
    case value
    /// A field of an entry, or an action, that only a newer program knows.
    case unknown

    /// The field that a fingerprint names.
    ///
    /// - Parameters:
    ///   - tag: The number of the field.
    ///   - tier: The tier.
    ///   - kind: What the entry is; without it a field of the use tier may be an access token or a value.
    init(_ tag: UInt16, _ tier: Tier, _ kind: EntryKind?) {
        self =
            switch (tier, tag) {
            case (.use, ConnectionRecord.Tag.proofKey) where kind != .secret: .proofKey
            case (.use, _): kind == .secret ? .value : .accessToken
            case (.issue, ConnectionRecord.Tag.refreshToken), (.issue, ConnectionRecord.Tag.stray): .refreshToken
            case (.issue, ConnectionRecord.Tag.applicationToken): .applicationToken
            case (.issue, AppRecord.Tag.registrationToken): .registrationToken
            case (.issue, AppRecord.Tag.clientKey): .clientKey
            case (.issue, AppRecord.Tag.certificateKey): .certificateKey
            case (.issue, _): .clientSecret
            }
    }

    /// Whether the field holds what is not in force: a new secret before the switch, a pair that waits for a person.
    static func isWaiting(_ tag: UInt16, _ tier: Tier) -> Bool {
        tag == ConnectionRecord.Tag.stray || tier == .issue && tag == AppRecord.Tag.pendingSecret
    }

    /// Whether it stands in an app, wherever it is read.
    var isOfApp: Bool {
        switch self {
        case .clientSecret, .registrationToken, .clientKey, .certificateKey: true
        default: false
        }
    }

    /// What an app has of secrets; nil for what is no app, or can't be read.
    static func all(ofApp entry: Entry) -> [SecretField]? {
        guard entry.kind == .app, let registration = try? AppRecord(entry).registration else { return nil }
        var fields: [SecretField] = registration.provider.clientAuthentication.usesSecret ? [.clientSecret] : []
        if registration.registration != nil { fields.append(.registrationToken) }
        if registration.clientKey != nil { fields.append(.clientKey) }
        if registration.trust.clientCertificate != nil { fields.append(.certificateKey) }
        return fields
    }

    /// What a role opens of an entry.
    static func all(of kind: EntryKind, for role: Role) -> [SecretField] {
        switch (kind, role) {
        case (.secret, _): [.value]
        case (.connection, .reader): [.accessToken]
        case (.connection, _): [.accessToken, .refreshToken]
        case (.app, .reader): []
        case (.app, _): [.clientSecret]
        default: [.unknown]
        }
    }
}
