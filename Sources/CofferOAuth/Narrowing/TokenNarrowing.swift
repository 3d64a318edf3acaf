// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What a token is narrowed to beside the whole of its grant.
///
/// Two are the same if a server must take them for the same: the order of scopes means nothing (RFC 6749 §3.3).
package struct TokenNarrowing: Sendable, Hashable {
    /// The longest of each: 2,048 bytes, more than any server's URL.
    package static let longestByteCount = 2048

    /// The scopes, sorted, each once, with a space between; absent for all that was granted.
    package let scope: String?
    /// Whom the token is for, by a name that the server knows (RFC 8693 §2.1).
    package let audience: String?
    /// Whom the token is for, by its address: a URI without a fragment (RFC 8707 §2).
    package let resource: String?

    /// Narrows.
    ///
    /// - Returns: nothing if nothing is narrowed.
    /// - Throws: `OAuthError` with code `configuration` for what no server can understand.
    package init?(scope: String? = nil, audience: String? = nil, resource: String? = nil) throws(OAuthError) {
        let words = Set((scope ?? "").split(separator: " ")).sorted()
        let texts = [words.joined(separator: " "), audience ?? "", resource ?? ""]
        // RFC 6749 appendix A.4: visible ASCII without quotation mark and backslash; of names, the same is asked.
        let isPlain = texts.joined().utf8.allSatisfy(\.isNQSCHAR)
        guard isPlain, texts.allSatisfy({ $0.utf8.count <= Self.longestByteCount }) else {
            throw OAuthError(
                .configuration, "A scope or audience is visible ASCII without quotes, 2,048 bytes at most.")
        }
        if let resource, !resource.isEmpty {
            guard !resource.contains("#"), !resource.contains(" "), Self.hasScheme(resource) else {
                throw OAuthError(
                    .configuration, "A resource is an absolute URI without a fragment, as https://api.example.com/.")
            }
        }
        guard texts.contains(where: { !$0.isEmpty }) else { return nil }
        (self.scope, self.audience, self.resource) = (
            texts[0].isEmpty ? nil : texts[0], texts[1].isEmpty ? nil : texts[1], texts[2].isEmpty ? nil : texts[2]
        )
    }

    /// What was stored, as it was.
    package init(storedScope: String?, audience: String?, resource: String?) {
        scope = storedScope
        self.audience = audience
        self.resource = resource
    }

    /// What is asked for, for people: `scope read, audience billing`.
    package var phrase: String {
        [scope.map { "scope \($0)" }, audience.map { "audience \($0)" }, resource.map { "resource \($0)" }]
            .compactMap(\.self).joined(separator: ", ")
    }

    /// Whether it is all of a grant with this scope, so that the grant's own token is what was asked for.
    package func isWhole(of granted: String?) -> Bool {
        guard audience == nil, resource == nil, let scope, let granted else { return false }
        return Set(scope.split(separator: " ")) == Set(granted.split(separator: " "))
    }

    /// The first scope that a grant does not have; nothing where it is not known what the grant has.
    func firstScope(beyond granted: String?) -> String? {
        guard let scope, let granted else { return nil }
        let whole = Set(granted.split(separator: " "))
        return scope.split(separator: " ").first { !whole.contains($0) }.map(String.init)
    }

    /// The first scope of an answer that shows that nothing was narrowed: one of the grant's own that was not asked for.
    ///
    /// RFC 6749 §5.1 has a server name the scope where it is not the one that was asked for. `openid` and
    /// `offline_access` open no API (OpenID Connect Core §3.1.2.1, §11), and are passed over.
    ///
    /// - Parameters:
    ///   - answered: the scope of the answer.
    ///   - granted: the scope of the whole grant, if it is known.
    /// - Returns: the scope; nothing where the token may be as narrow as was asked.
    func excess(in answered: String?, of granted: String?) -> String? {
        guard let scope, let answered else { return nil }
        let asked = Set(scope.split(separator: " ")).union(["openid", "offline_access"])
        let whole = granted.map { Set($0.split(separator: " ")) }
        return answered.split(separator: " ")
            .first { !asked.contains($0) && whole?.contains($0) ?? true }.map(String.init)
    }

    private static func hasScheme(_ resource: String) -> Bool {
        guard let colon = resource.firstIndex(of: ":"), let first = resource.utf8.first else { return false }
        let isLetter = (0x41...0x5A).contains(first & 0xDF)
        // RFC 3986 §3.1.
        return isLetter && colon < resource.index(before: resource.endIndex)
            && resource[..<colon].allSatisfy { $0.isLetter || $0.isNumber || "+-.".contains($0) }
    }
}
