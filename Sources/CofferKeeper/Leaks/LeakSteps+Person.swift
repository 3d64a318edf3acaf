// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What only a person does, whom Coffer tells how.
extension LeakSteps {
    /// The end of a registration token that the app's rotation has not replaced.
    ///
    /// RFC 7592 §2.1 and §2.2: it reads the registration with the `client_secret` in it, and changes it.
    static let endOfRegistrationToken = """
        Have the provider end or replace the registration token: whoever has it reads each new client_secret (RFC 7592 section 2.1).
        """

    /// What no driver replaces of an app that an identity could read.
    static func byHand(_ row: ExposureRow) -> LeakStep {
        let token = SecretField.registrationToken.rawValue
        // Of an app with a client_secret that is a rotation's until that is replaced.
        guard Set(row.fields) != [SecretField.clientSecret.rawValue, token] else {
            return LeakStep(
                action: .replace, subject: row.path,
                because: "it could read the registration token, which has not been replaced with the client_secret",
                steps: [endOfRegistrationToken], field: token)
        }
        let steps = ["Replace it at the provider and here: docs/client-authentication.md"]
        return LeakStep(
            action: .replace, subject: row.path, because: "it could read \(row.fields.joined(separator: ", "))",
            steps: row.fields.contains(token) ? steps + [endOfRegistrationToken] : steps)
    }

    /// The end of what a login has brought that nobody has confirmed: a refresh of the connection leaves it as it is.
    static func endOfLogin(_ path: CredentialPath, _ field: String) -> LeakStep {
        LeakStep(
            action: .withdraw, subject: path.description,
            because: "it came with a login that nobody has confirmed yet, and new tokens of the account do not end it",
            steps: [
                "End this application's access in the settings of the account that logged in.",
                "Connect the account again: coffer connect \(path)",
            ], field: field)
    }

    /// A value of a static secret that is out of use here.
    static func oldValue(_ path: CredentialPath) -> LeakStep {
        LeakStep(
            action: .withdraw, subject: path.description,
            because: "another value has taken its place here; whether the old one still works, only its source knows",
            steps: ["See at its source that the old value is refused."], field: SecretField.value.rawValue)
    }

    /// The token of a connection's webhooks, which the provider alone makes.
    ///
    /// A new version of an application brings another: https://apidocs.bitrix24.com/api-reference/common/events/on-app-update.html
    static func newWebhookToken(_ path: CredentialPath, isInForce: Bool) -> LeakStep {
        LeakStep(
            action: isInForce ? .replace : .withdraw, subject: path.description,
            because: isInForce
                ? "whoever has it can send webhooks in the account's name" : "another has taken its place here",
            command: isInForce ? "coffer webhook token \(path)" : nil,
            steps: isInForce
                ? [
                    "Install a new version of the application in the account, or install it anew: that brings another token.",
                    "Keep that one: coffer webhook token \(path)",
                ] : ["See that whatever takes webhooks believes the new one alone."],
            field: SecretField.applicationToken.rawValue)
    }

    /// Keys, and what is out of use: no driver replaces these.
    static func byHand(_ path: CredentialPath, _ match: TraceReport.Match, isInForce: Bool) -> LeakStep {
        guard isInForce else {
            return LeakStep(
                action: .withdraw, subject: path.description, because: "another has taken its place here",
                steps: ["See at the provider that the old \(match.field) is no longer registered or in force."],
                field: match.field)
        }
        let isKeyOfApp = match.field != SecretField.proofKey.rawValue
        return LeakStep(
            action: .replace, subject: path.description, because: "whoever has the \(match.field) can prove to be us",
            steps: isKeyOfApp
                ? [
                    "Register a new key or certificate at the provider, and remove the old one there.",
                    "Add the app anew with it (docs/client-authentication.md), and connect its accounts again.",
                ] : ["Connect the account again, which makes a new key: coffer connect \(path)"],
            field: match.field)
    }
}
