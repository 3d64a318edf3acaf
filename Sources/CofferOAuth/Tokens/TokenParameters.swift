// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

/// The parameters of a request to the token endpoint or its neighbours, before they are written as a form or as JSON.
struct TokenParameters {
    private var pairs: [(name: String, value: Secret)] = []
    /// What must not come back in a sentence.
    private(set) var secrets: [Secret] = []

    /// Adds a parameter that is no secret.
    mutating func append(_ name: String, _ value: String) { pairs.append((name, Secret(value))) }

    /// Adds a parameter that is one.
    mutating func append(_ name: String, secret: Secret) {
        pairs.append((name, secret))
        secrets.append(secret)
    }

    /// Adds those of another list.
    mutating func append(contentsOf others: TokenParameters) {
        pairs += others.pairs
        secrets += others.secrets
    }

    /// Adds the client's proof of who it is.
    ///
    /// - Returns: the value of `Authorization`, if the proof stands there.
    mutating func authenticate(_ registration: ClientRegistration) -> Secret? {
        guard let secret = registration.clientSecret else {
            // A public client (RFC 6749 §3.2.1).
            append("client_id", registration.clientID)
            return nil
        }
        switch registration.provider.clientAuthentication {
        case .post:
            append("client_id", registration.clientID)
            append("client_secret", secret: secret)
            return nil
        case .basicFormEncoded, .basicRaw:
            secrets.append(secret)
            let isFormEncoded = registration.provider.clientAuthentication == .basicFormEncoded
            let value = ClientAuthentication.basic(
                id: registration.clientID, secret: secret, isFormEncoded: isFormEncoded)
            secrets.append(value)
            return value
        }
    }

    /// The body.
    func body(as format: ProviderDescription.TokenBodyFormat) -> Secret {
        switch format {
        case .form:
            var form = FormBody()
            for pair in pairs { form.append(pair.name, pair.value) }
            return form.encoded
        case .json:
            return JSONValue.object(pairs.map { JSONValue.Member(name: $0.name, value: .text($0.value)) }).encoded
        }
    }

    /// The body's media type.
    static func contentType(_ format: ProviderDescription.TokenBodyFormat) -> String {
        format == .json ? "application/json" : "application/x-www-form-urlencoded"
    }
}
