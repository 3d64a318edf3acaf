// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

/// What the request of an open intent is narrowed to, as it lies beside the intent.
///
/// It names the intent, since a program that does not know this field carries it over to intents of its own.
enum IntentNarrowing {
    private enum Tag {
        static let fingerprint: UInt16 = 1
        static let startedAt: UInt16 = 2
        static let scope: UInt16 = 3
        static let audience: UInt16 = 4
        static let resource: UInt16 = 5
    }

    /// Writes it; nothing for a request for the whole.
    static func encode(_ intent: RefreshIntent?) -> Secret? {
        guard let intent, let narrowing = intent.narrowing else { return nil }
        var fields = FieldTable()
        fields.set(Tag.fingerprint, bytes: intent.tokenFingerprint)
        fields.set(Tag.startedAt, date: intent.startedAt)
        fields.set(Tag.scope, text: narrowing.scope)
        fields.set(Tag.audience, text: narrowing.audience)
        fields.set(Tag.resource, text: narrowing.resource)
        return fields.encoded()
    }

    /// The intent with what its request was narrowed to, if that is said of this very intent.
    static func joined(_ intent: RefreshIntent, _ value: Secret?) throws -> RefreshIntent {
        guard let value else { return intent }
        let fields = try value.withExposedBytes { try FieldTable(decoding: $0) }
        guard fields.bytes(Tag.fingerprint) == intent.tokenFingerprint, fields.date(Tag.startedAt) == intent.startedAt
        else { return intent }
        return RefreshIntent(
            tokenFingerprint: intent.tokenFingerprint, attempt: intent.attempt, startedAt: intent.startedAt,
            deadline: intent.deadline,
            narrowing: TokenNarrowing(fields, scope: Tag.scope, audience: Tag.audience, resource: Tag.resource))
    }
}
