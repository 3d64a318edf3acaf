// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// HTTP Basic for clients (RFC 6749 §2.3.1), which is not HTTP Basic for people (RFC 7617).
package enum ClientAuthentication {
    /// The value of `Authorization`.
    ///
    /// - Parameters:
    ///   - id: the client id.
    ///   - secret: the client secret.
    ///   - isFormEncoded: whether id and secret are form-encoded before they are joined, as RFC 6749
    ///     wants it and some servers (Glewlwyd) do not.
    /// - Returns: `Basic` and the rest.
    package static func basic(id: String, secret: Secret, isFormEncoded: Bool) -> Secret {
        var pair: [UInt8] = []
        if isFormEncoded {
            FormBody.encode(id.utf8, into: &pair)
        } else {
            pair += Array(id.utf8)
        }
        pair.append(UInt8(ascii: ":"))
        secret.withExposedBytes { bytes in
            if isFormEncoded {
                FormBody.encode(bytes, into: &pair)
            } else {
                pair += Array(bytes)
            }
        }
        defer { for index in pair.indices { pair[index] = 0 } }
        return Secret("Basic " + Data(pair).base64EncodedString())
    }
}
