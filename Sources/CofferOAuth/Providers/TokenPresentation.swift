// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// How a provider's API wants an access token presented, where that is not as a bearer's (RFC 6750 §2.1).
package enum TokenPresentation: Sendable, Codable, Equatable {
    /// Alone in a header field of the vendor's own.
    case header(name: String)
    /// In `Authorization`, behind another word than `Bearer`.
    case scheme(word: String)

    /// The header field that it makes.
    package var field: TokenHeader {
        switch self {
        case .header(let name): TokenHeader(field: name)
        case .scheme(let word): TokenHeader(scheme: word)
        }
    }

    /// Whether a text can be such a name or word.
    package static func isWord(_ text: String) -> Bool { TokenHeader.isWord(text) }
}
