// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// How an access token is presented to an API: as a bearer's (RFC 6750 §2.1), or as the vendor wants it.
package struct TokenHeader: Sendable, Equatable {
    /// As a bearer's.
    package static let bearer = TokenHeader(field: authorization, scheme: "Bearer")
    private static let authorization = "Authorization"

    /// The header field.
    package let field: String
    /// The word in front of the token; `nil` for the token alone.
    package let scheme: String?

    private init(field: String, scheme: String?) {
        self.field = field
        self.scheme = scheme
    }

    /// In `Authorization`, behind a word of the vendor's own.
    package init(scheme: String) {
        self.init(field: Self.authorization, scheme: scheme)
    }

    /// Alone in a header field of the vendor's own.
    package init(field: String) {
        self.init(field: field, scheme: nil)
    }

    /// Reads what ``text`` says; `nil` for what it never says.
    package init?(text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isWord(parts[0]) else { return nil }
        let scheme = parts[1].drop { $0 == " " }
        guard scheme.isEmpty || Self.isWord(scheme) else { return nil }
        self.init(field: String(parts[0]), scheme: scheme.isEmpty ? nil : String(scheme))
    }

    /// What stands before the token: `Authorization: Zoho-oauthtoken` or `X-Shopify-Access-Token:`.
    package var text: String { scheme.map { "\(field): \($0)" } ?? "\(field):" }

    /// What stands in the field, before the token.
    package var prefix: String { scheme.map { "\($0) " } ?? "" }

    /// Whether a text is a name that nothing could be hidden in: 1 to 64 letters, digits and hyphens (of RFC 9110 §5.6.2).
    package static func isWord(_ text: some StringProtocol) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }
}
