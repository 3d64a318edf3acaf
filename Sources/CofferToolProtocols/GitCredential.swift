// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A credential as git and its helpers describe it to each other (git-credential(1), "INPUT/OUTPUT FORMAT").
package struct GitCredential: Sendable {
    /// The longest line, its end included: what git itself takes.
    static let longestLine = 65_535
    /// The longest description; git sends a line for each `WWW-Authenticate`.
    package static let longest = 1 << 20

    /// Where it is for; absent if the host or the protocol is missing, which stands for nothing and never for anything.
    package var place: GitPlace?
    /// Who.
    package var username: String?
    /// What proves it.
    package var password: Secret?
    /// What was presented in a scheme of its own in place of name and password (`credential`, git 2.46).
    package var presented: Secret?
    /// When the password ends, in seconds since 1970; absent for never.
    package var passwordExpiry: Int64?
    /// What git got with the password and keeps beside it.
    package var refreshToken: Secret?
    /// Whether it is not to be stored.
    package var isEphemeral = false
    /// What git can do, besides names and passwords.
    package var capabilities: Set<String> = []

    /// Describes nothing.
    package init() {}

    /// Reads a description.
    ///
    /// Lines end with LF and nothing else: a helper that takes CR for an end gives one host's password to another
    /// (CVE-2024-50338), so that CR is refused, and so is NUL.
    ///
    /// - Parameter text: lines of `key=value` up to an empty one or the end.
    /// - Throws: ``ToolFailure`` `invalid`, `too_large`.
    package init(reading text: Secret) throws(ToolFailure) {
        self.init()
        guard text.byteCount <= Self.longest else {
            throw ToolFailure(.tooLarge, "the request is larger than 1 MiB")
        }
        var scheme: String?
        var host: String?
        var path: String?
        try text.withExposedBytes { bytes throws(ToolFailure) in
            for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                if line.isEmpty { break }
                guard line.count < Self.longestLine else {
                    throw ToolFailure(.tooLarge, "a line of the request is longer than git's")
                }
                guard let equals = line.firstIndex(of: UInt8(ascii: "=")), equals > line.startIndex,
                    !line.contains(0x0D), !line.contains(0)
                else { throw ToolFailure(.invalid, "the request is none of git's: key=value on each line") }
                let value = line[(equals + 1)...]
                switch String(decoding: line[..<equals], as: UTF8.self) {
                case "protocol": scheme = String(decoding: value, as: UTF8.self)
                case "host": host = String(decoding: value, as: UTF8.self)
                case "path": path = String(decoding: value, as: UTF8.self)
                case "username": username = String(decoding: value, as: UTF8.self)
                case "password": password = Secret(bytes: value)
                case "credential": presented = Secret(bytes: value)
                case "password_expiry_utc": passwordExpiry = Self.expiry(value)
                case "oauth_refresh_token": refreshToken = Secret(bytes: value)
                case "ephemeral": isEphemeral = Self.isTrue(value)
                case "capability[]":
                    // An empty one takes back those before it.
                    if value.isEmpty {
                        capabilities = []
                    } else {
                        capabilities.insert(String(decoding: value, as: UTF8.self))
                    }
                default: break
                }
            }
        }
        if let scheme, let host { place = GitPlace(scheme: scheme, host: host, path: path) }
    }

    /// The lines that say who and by what, as an answer to git or to be kept.
    ///
    /// - Returns: lines that each end with LF; nothing where there is no password.
    /// - Throws: ``ToolFailure`` `unusable_secret` for what a line can't hold, which says nothing of it.
    package func lines() throws(ToolFailure) -> Secret {
        guard let password else { return Secret("") }
        var fields: [(String, Secret)] = []
        if let username { fields.append(("username", Secret(username))) }
        fields.append(("password", password))
        return try lines(fields)
    }

    /// The same for a scheme of its own, which git neither asks a name for nor stores.
    ///
    /// - Parameter scheme: the word before the credential in `Authorization`.
    /// - Returns: as ``lines()``.
    /// - Throws: as ``lines()``.
    package func lines(presentedBy scheme: String) throws(ToolFailure) -> Secret {
        guard let password else { return Secret("") }
        return try lines([
            ("capability[]", Secret("authtype")), ("authtype", Secret(scheme)), ("credential", password),
            ("ephemeral", Secret("1")),
        ])
    }

    private func lines(_ first: [(String, Secret)]) throws(ToolFailure) -> Secret {
        var fields = first
        if let passwordExpiry { fields.append(("password_expiry_utc", Secret(String(passwordExpiry)))) }
        if let refreshToken { fields.append(("oauth_refresh_token", refreshToken)) }
        for (key, value) in fields where !Self.fits(key, value) {
            throw ToolFailure(
                .unusableSecret, "its \(key) holds what a line of git's protocol can't: a break, or too much")
        }
        return .joined(fields.flatMap { [Secret("\($0)="), $1, Secret("\n")] })
    }

    private static func fits(_ key: String, _ value: Secret) -> Bool {
        value.withExposedBytes { bytes in
            bytes.count + key.utf8.count + 2 < longestLine && !bytes.contains { $0 == 0x0A || $0 == 0x0D || $0 == 0 }
        }
    }

    /// 0 and what is no number stand for never.
    private static func expiry(_ value: some Sequence<UInt8>) -> Int64? {
        Int64(String(decoding: Array(value), as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
    }

    /// As git reads a boolean (git-config(1), "Values").
    private static func isTrue(_ value: some Sequence<UInt8>) -> Bool {
        ["true", "yes", "on", "1"].contains(String(decoding: Array(value), as: UTF8.self).lowercased())
    }
}
