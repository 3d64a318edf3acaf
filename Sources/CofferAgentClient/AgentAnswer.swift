// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Reads what an agent answered; a secret in it is in no other memory than what is wiped.
///
/// Members that are not known are passed over. One that is not what the description says makes all of it nonsense: what answers may
/// not be an agent.
package struct AgentAnswer {
    /// The longest sentence that is taken over, in characters.
    private static let longestMessage = 500
    /// The longest wait that is believed, in seconds: an hour.
    private static let longestWait = 3600

    private let status: Int
    private let value: JSONValue?
    /// What was asked for; nil where there is no path.
    private let path: CredentialPath?

    /// Takes an answer apart.
    init(_ reply: AgentReply, about path: CredentialPath? = nil) {
        status = reply.status
        let reading = JSONReader.read(reply.body)
        value = reading.isWhole ? reading.value : nil
        self.path = path
    }

    /// Reads the content of an answer with status 200 for nothing but the token, and what a person should know with it.
    ///
    /// When it ends is passed over: the agent has compared that with this machine's clock, and reading it costs a short program more
    /// than all else.
    ///
    /// - Parameters:
    ///   - content: The content.
    ///   - path: The connection that was asked for.
    /// - Returns: the token with its path and version alone, and the note.
    /// - Throws: ``CredentialError`` `damaged`.
    package static func token(
        in content: Secret, at path: CredentialPath
    ) throws(CredentialError) -> (credential: Credential, note: String?) {
        try AgentAnswer(AgentReply(status: 200, body: content), about: path).bareToken()
    }

    private func bareToken() throws(CredentialError) -> (credential: Credential, note: String?) {
        guard let path, text("path") == path.description, let version,
            let token = value?["access_token"]?.secret, Self.isToken(token)
        else { throw nonsense }
        return (Credential(path: path, value: token, version: version), text("note").map { Self.sentence($0) })
    }

    /// An access token, and what a person should know with it.
    func token() throws(CredentialError) -> (credential: Credential, note: String?) {
        try confirmSuccess()
        let (bare, note) = try bareToken()
        var expiresAt: Date?
        if value?["expires_at"] != nil {
            guard let time = text("expires_at"), let date = try? Date(time, strategy: Date.ISO8601FormatStyle()) else {
                throw nonsense
            }
            expiresAt = date
        }
        var credential = Credential(
            path: bare.path, value: bare.value, tokenType: text("token_type"), expiresAt: expiresAt,
            scope: text("scope"), accountURL: text("account_url"), version: bare.version)
        credential.header = text("token_header").flatMap { TokenHeader(text: $0) }
        return (credential, note)
    }

    /// A static secret.
    func secret() throws(CredentialError) -> Credential {
        try confirmSuccess()
        guard let path, text("path") == path.description, let version else { throw nonsense }
        if case .text(let value)? = value?["value"] { return Credential(path: path, value: value, version: version) }
        guard case .text(let encoded)? = value?["value_base64"], let value = Base64Text.decoded(encoded) else {
            throw nonsense
        }
        return Credential(path: path, value: value, version: version)
    }

    /// The id of the vault that is served, whether it can be read or not.
    func vaultID() throws(CredentialError) -> String {
        if let id = text("vault_id"), Self.isVaultID(id), status == 200 || status == 503 { return id }
        try confirmSuccess()
        throw nonsense
    }

    /// Nothing, where all went well.
    func confirmSuccess() throws(CredentialError) {
        guard !(200..<300).contains(status) else { return }
        guard let error = value?["error"], let code = error["code"]?.plainText,
            let message = error["message"]?.plainText
        else { throw nonsense }
        let wait = error["retry_after_seconds"]?.plainText.flatMap { Int($0) }
        throw CredentialError(
            self.code(code), message: Self.sentence(message), path: path,
            retryAfter: wait.flatMap { $0 > 0 ? .seconds(min($0, Self.longestWait)) : nil })
    }

    /// The agent's own codes are of requests that this client does not make, unless one of the two is older.
    private func code(_ code: String) -> CredentialError.Code {
        switch code {
        case "invalid_ticket": .notPermitted
        case "bad_request", "no_such_endpoint", "method_not_allowed", "too_large": .misconfigured
        case "internal": .unavailable
        default:
            // Codes may be added; a word is one, and anything else is nothing to decide on.
            code.utf8.count <= 64 && code.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F }
                ? CredentialError.Code(rawValue: code) : .unavailable
        }
    }

    private var version: Int? {
        guard case .number(let digits)? = value?["version"], let version = Int(digits), version >= 0 else { return nil }
        return version
    }

    private func text(_ name: String) -> String? {
        guard case .text? = value?[name] else { return nil }
        return value?[name]?.plainText
    }

    private var nonsense: CredentialError {
        CredentialError(
            .damaged, message: "the agent's answer makes no sense; perhaps something else serves there", path: path)
    }

    /// RFC 6749 appendix A.12: visible characters and the space, so that a header that it is put into stays one.
    private static func isToken(_ token: Secret) -> Bool {
        token.withExposedBytes { bytes in bytes.allSatisfy { (0x20...0x7E).contains($0) } }
    }

    /// 16 bytes, in lower hexadecimal.
    private static func isVaultID(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Text of another process, on one line.
    private static func sentence(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            scalar.properties.generalCategory == .control ? " " : scalar
        }
        return String(String(String.UnicodeScalarView(scalars)).prefix(longestMessage))
    }
}
