// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// A JWT in its compact form (RFC 7515 §3.1), taken apart and not believed yet.
///
/// Read with the reader of our own and not by the library that checks the signature: Foundation's decoder, which that
/// uses, ends the process on nested brackets that anybody can send (Swift 6.3, Linux).
package struct SignedToken: Sendable {
    /// The longest one that is read: 64 KiB; some issuers list every group of a person's.
    package static let longestByteCount = 64 << 10

    /// Header.
    let header: JSONValue
    /// Claims.
    let claims: JSONValue
    /// Header and claims as they are signed: both in base64url, with the full stop between them.
    let signed: Secret
    /// The signature.
    let signature: [UInt8]

    /// Takes a token apart; `nil` if the text is no JWT.
    package init?(_ token: Secret) {
        guard token.byteCount <= Self.longestByteCount else { return nil }
        let parts = token.withExposedBytes { bytes in
            bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map { Secret(bytes: $0) }
        }
        guard parts.count == 3, let header = Self.object(parts[0]), let claims = Self.object(parts[1]),
            let signature = Self.decoded(parts[2])
        else { return nil }
        self.header = header
        self.claims = claims
        self.signature = [UInt8](signature)
        let signedCount = parts[0].byteCount + 1 + parts[1].byteCount
        signed = token.withExposedBytes { Secret(bytes: $0.prefix(signedCount)) }
    }

    /// The algorithm that the header names; never a reason to use that one.
    var algorithm: String? { header["alg"]?.plainText }

    /// A claim that is a text or a number, bounded and without control characters.
    subscript(_ name: String) -> String? { claims[name]?.plainText.flatMap(AccountText.clean) }

    /// A claim that is a moment (RFC 7519 §2, NumericDate), in seconds since 1970.
    func moment(_ name: String) -> Double? {
        guard case .number(let digits)? = claims[name], let seconds = Double(digits), seconds.isFinite else {
            return nil
        }
        return seconds
    }

    private static func object(_ part: Secret) -> JSONValue? {
        guard let data = decoded(part) else { return nil }
        let reading = JSONReader.read(Secret(bytes: data))
        guard reading.isWhole, let value = reading.value, case .object = value else { return nil }
        return value
    }

    private static func decoded(_ part: Secret) -> Data? {
        part.withExposedText { text in
            guard !text.contains(where: { "+/=".contains($0) }) else { return nil }
            return Data(base64URL: text)
        }
    }
}
