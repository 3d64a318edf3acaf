// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

internal import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// The claims of a JWT (RFC 7519 §3), read without checking the signature: hints, never proof.
///
/// For amoCRM's access tokens no key is published.
struct JWTClaims {
    private let payload: JSONValue

    /// Reads the payload; `nil` if the text is no JWT.
    init?(_ token: Secret) {
        let payload = token.withExposedText { text -> JSONValue? in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count == 3, let data = Data(base64URL: parts[1]) else { return nil }
            let reading = JSONReader.read(Secret(bytes: data))
            return reading.isWhole ? reading.value : nil
        }
        guard let payload, case .object = payload else { return nil }
        self.payload = payload
    }

    /// A claim that is a text or a number, bounded and without control characters.
    subscript(_ name: String) -> String? {
        payload[name]?.plainText.flatMap(AccountText.clean)
    }
}
