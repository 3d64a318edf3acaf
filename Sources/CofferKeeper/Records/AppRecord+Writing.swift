// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault
import Foundation

extension AppRecord {
    /// The use tier's fields.
    var useFields: FieldTable {
        var fields = FieldTable()
        fields.set(Tag.providerID, text: providerID)
        fields.set(Tag.providerName, text: providerName)
        fields.set(Tag.displayClientID, text: displayClientID)
        fields.set(Tag.taintEpoch, integer: taintEpoch)
        fields.set(Tag.taintStrength, text: taintStrength?.rawValue)
        fields.set(Tag.taintRotation, text: taintRotation)
        fields.set(Tag.frozenBy, text: frozenBy)
        fields.set(Tag.secretEpoch, integer: secretEpoch)
        fields.set(Tag.tokenHeader, text: registration?.provider.tokenPresentation?.field.text)
        return fields
    }

    /// The issue tier's fields.
    ///
    /// - Throws: ``VaultError/Code/notPermitted`` if the record was read without them.
    func issueFields() throws -> FieldTable {
        guard let registration else {
            throw VaultError(.notPermitted, "this identity may read but not write")
        }
        var fields = FieldTable()
        fields.set(Tag.description, bytes: try description(of: registration.provider))
        fields.set(Tag.clientID, text: registration.clientID)
        fields[Tag.clientSecret] = registration.clientSecret
        fields.set(Tag.redirectURI, text: registration.redirectURI)
        fields.set(Tag.certificateAuthority, text: registration.trust.certificateAuthorityPEM)
        fields.set(Tag.allowsPrivateNetwork, integer: registration.trust.allowsPrivateNetwork ? 1 : 0)
        fields.set(Tag.registrationURI, text: registration.registration?.uri)
        fields[Tag.registrationToken] = registration.registration?.token
        fields[Tag.pendingSecret] = pendingSecret
        fields.set(Tag.pendingRotation, text: pendingRotation)
        if pendingWasRefused { fields.set(Tag.pendingWasRefused, integer: 1) }
        fields[Tag.retiredSecret] = retiredSecret
        fields.set(Tag.secretRotation, text: secretRotation)
        fields.set(Tag.barredBy, text: barredBy)
        Self.set(&fields, Self.pendingClient, pendingClientID, of: pendingSecret)
        Self.set(&fields, Self.retiredClient, retiredClientID, of: retiredSecret)
        if clientEpoch > 0 { fields.set(Tag.clientEpoch, integer: clientEpoch) }
        if retiredClientEpoch > 0 { fields.set(Tag.retiredClientEpoch, integer: retiredClientEpoch) }
        if retiredSecretEpoch > 0 { fields.set(Tag.retiredSecretEpoch, integer: retiredSecretEpoch) }
        let own = ownUnwanted
        let others = unwanted.filter { $0.clientID != registration.clientID }
        fields[Tag.unwanted] = own.isEmpty ? nil : Self.list(own)
        fields[Tag.unwantedOfOthers] = others.isEmpty ? nil : Self.list(others)
        fields.set(Tag.scope, text: scope)
        fields[Tag.clientKey] = registration.clientKey?.key.pem
        fields.set(Tag.clientKeyID, text: registration.clientKey?.statedID)
        fields[Tag.certificateKey] = registration.trust.clientCertificate?.key
        fields.set(Tag.certificate, text: registration.trust.clientCertificate?.chainPEM)
        fields.set(Tag.maximumLifetime, integer: registration.maximumLifetime?.components.seconds)
        fields.set(Tag.origin, bytes: storedOrigin)
        return fields
    }

    /// The provider's description as JSON: the stored text where it says the same, for a newer program may have put more into
    /// it than this one reads.
    private func description(of provider: ProviderDescription) throws -> [UInt8] {
        if let storedDescription,
            try DecodedDescriptions.description(in: storedDescription) == provider
        {
            return storedDescription
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [UInt8](try encoder.encode(provider))
    }

    /// A draft that replaces the app's entry with this record.
    func draft(replacing entry: Entry, traced: [TracedSecret] = []) throws -> EntryDraft {
        var draft = try EntryDraft(replacing: entry)
        draft.use = useFields.carrying(entry.use, beyond: Tag.use)
        draft.issue = try issueFields().carrying(entry.issue, beyond: Tag.issue)
        draft.state = frozenBy == nil ? nil : "frozen"
        draft.traced = traced
        return draft
    }

    /// The secrets of this record, for their fingerprints.
    var tracedSecrets: [TracedSecret] {
        var traced: [TracedSecret] = []
        if let secret = registration?.clientSecret {
            traced.append(TracedSecret(secret, tier: .issue, field: Tag.clientSecret))
        }
        if let token = registration?.registration?.token {
            traced.append(TracedSecret(token, tier: .issue, field: Tag.registrationToken))
        }
        if let key = registration?.clientKey {
            traced.append(TracedSecret(key.key.pem, tier: .issue, field: Tag.clientKey))
        }
        if let certificate = registration?.trust.clientCertificate {
            traced.append(TracedSecret(certificate.key, tier: .issue, field: Tag.certificateKey))
        }
        return traced
    }
}
