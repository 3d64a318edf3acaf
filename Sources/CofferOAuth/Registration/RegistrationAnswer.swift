// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// What a server made of a client that was to be registered (RFC 7591 §3.2.1): it may change whatever it was told, and the
/// client has to see whether that is enough.
struct RegistrationAnswer: Sendable {
    /// The last second of the year 9999; dates stay printable.
    private static let farthest = 253_402_300_799.0

    private let client: NewClient
    private let value: JSONValue

    private var name: String { client.provider.displayName }

    /// Takes the body of an answer.
    init(_ value: JSONValue, to client: NewClient) {
        self.value = value
        self.client = client
    }

    /// The way to the registration (RFC 7592 §3), where the server gave one on a host that its secrets may go to.
    var access: RegistrationAccess? {
        guard let uri = value["registration_client_uri"]?.plainText,
            let token = value["registration_access_token"]?.secret,
            (try? HostRule(client.provider, trust: client.trust).approve(uri)) != nil
        else { return nil }
        return RegistrationAccess(uri: uri, token: token)
    }

    /// The client, if it is one that the app can use.
    ///
    /// - Throws: `nonsense` without an id or a secret that is needed, `unsupported` if the server registered something else.
    func made() throws(OAuthError) -> MadeClient {
        guard let id = value["client_id"]?.plainText, Self.isID(id) else {
            throw OAuthError(.nonsense, "\(name) answered with something that is no registration.")
        }
        var provider = client.provider
        let secret = value["client_secret"]?.secret
        provider.clientAuthentication = try style(hasSecret: secret != nil)
        let usesSecret = !client.isPublic && provider.clientAuthentication.usesSecret
        guard !usesSecret || secret?.isEmpty == false else {
            throw OAuthError(.nonsense, "\(name) registered the client without a client_secret.")
        }
        try requireWhatWasAsked()
        if access != nil { provider.secretReplacement = .rfc7592 }
        let registration = ClientRegistration(
            provider: provider, clientID: id, clientSecret: usesSecret ? secret : nil, clientKey: client.key,
            redirectURI: client.redirectURI, trust: client.trust, registration: access)
        return MadeClient(registration: registration, notes: notes(usesSecret: usesSecret))
    }

    /// What the person should know of.
    private func notes(usesSecret: Bool) -> [String] {
        var notes: [String] = []
        // Seconds since 1970, or 0 for never (RFC 7591 §3.2.1).
        if usesSecret, let end = value["client_secret_expires_at"]?.plainText.flatMap(Double.init), end > 0,
            end < Self.farthest
        {
            let day = Date(timeIntervalSince1970: end).formatted(.iso8601)
            notes.append("The client_secret ends at \(day): have it replaced before, with coffer rotate.")
        }
        if access == nil {
            notes.append("\(name) gave no way to manage the registration that can be used, so that is done by hand.")
        }
        if client.redirectURI != nil, let said = list("grant_types"), !said.contains("refresh_token") {
            notes.append("\(name) grants this client no refresh tokens: each connection ends with its access token.")
        }
        if let scope = client.scope, let said = value["scope"]?.plainText {
            let missing = Set(scope.split(separator: " ")).subtracting(said.split(separator: " ")).sorted()
            if !missing.isEmpty {
                notes.append("\(name) registered the client without the scope \(missing.joined(separator: " ")).")
            }
        }
        return notes
    }

    /// The way that was registered, which may be another than was asked for; some servers list several.
    private func style(hasSecret: Bool) throws(OAuthError) -> ProviderDescription.ClientAuthenticationStyle {
        let wanted = client.provider.clientAuthentication
        let asked = client.isPublic ? "none" : wanted.registeredName
        let methods = value["token_endpoint_auth_method"]?.plainTexts ?? []
        if methods.isEmpty || methods.contains(asked) { return wanted }
        if !client.isPublic, hasSecret, methods.contains("client_secret_basic") { return .basicFormEncoded }
        if !client.isPublic, hasSecret, methods.contains("client_secret_post") { return .post }
        throw other("authenticates by", methods, than: asked)
    }

    /// What is absent was registered as it was asked for, or the server does not say.
    private func requireWhatWasAsked() throws(OAuthError) {
        if let redirectURI = client.redirectURI, let said = list("redirect_uris"), !said.contains(redirectURI) {
            throw other("redirects to", said, than: redirectURI)
        }
        // Without a refresh token the connection ends with its first access token, but it works.
        if let said = list("grant_types"), let needed = client.grantTypes.first, !said.contains(needed) {
            throw other("may use", said, than: needed)
        }
        // A statement comes back as it was sent (RFC 7591 §3.2.1).
        if let statement = client.softwareStatement, let said = value["software_statement"]?.plainText,
            said != statement
        {
            throw OAuthError(.nonsense, "\(name) registered the client with another software statement.")
        }
        if client.provider.dpop == true, case .bool(false)? = value["dpop_bound_access_tokens"] {
            throw OAuthError(.unsupported, "\(name) registered a client whose tokens are bound to no key.")
        }
    }

    private func list(_ name: String) -> [String]? { value[name].flatMap { $0 == .null ? nil : $0.plainTexts } }

    private func other(_ verb: String, _ said: [String], than wanted: String) -> OAuthError {
        let words = ForeignText.clean(said.joined(separator: ", "), hiding: []) ?? "nothing"
        return OAuthError(
            .unsupported, "\(name) registered a client that \(verb) \(words), and this app needs \(wanted).")
    }

    /// What can stand in a request (RFC 6749 appendix A.1), and is not absurdly long.
    private static func isID(_ text: String) -> Bool {
        (1...1024).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
