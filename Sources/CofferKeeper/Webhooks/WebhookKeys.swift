// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// What a webhook is checked with, and what it must not be made with.
struct WebhookKeys {
    /// A proof with one of these counts.
    var good: [Secret] = []
    /// A proof with one of these can be anybody's.
    var leaked: [Secret] = []

    /// Keys of one secret.
    init(_ secret: Secret) { good = [secret] }

    /// The secrets of an app.
    ///
    /// While a secret is replaced the provider signs with the old one or the new one, as soon as somebody has clicked: the new
    /// one counts from when it is sealed. One that leaked does not, before the change or after: whoever found it makes proofs.
    init(of app: AppRecord) {
        let present = [app.registration?.clientSecret].compactMap(\.self)
        let isLeaked = app.epochs.isSecretLeaked
        good = (isLeaked ? [] : present) + [app.pendingSecret].compactMap(\.self)
        leaked = (isLeaked ? present : []) + [app.retiredSecret].compactMap(\.self)
    }

    /// A static secret that is a webhook's own; one that leaked does not count, and a new one does from when it is sealed, as of an app.
    init(of secret: StaticSecret) {
        let isLeaked = secret.taintStrength != nil
        let pending = secret.pendingWasRefused ? nil : secret.pending
        good = (isLeaked ? [] : [secret.value]) + [pending].compactMap(\.self)
        leaked = (isLeaked ? [secret.value] : []) + [secret.retired].compactMap(\.self)
    }
}
