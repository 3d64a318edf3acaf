// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What an administration API is asked with.
package struct AdminCredential: Sendable {
    /// What people call it: the path of its entry.
    package let name: String
    /// The word before it in `Authorization` (RFC 9110 §11.4): `Bearer`, or a vendor's own.
    package let scheme: String
    /// The token.
    package let token: Secret

    /// Takes a token.
    ///
    /// One line's end is taken off, as a file that was stored has it.
    /// - Throws: `configuration` for what can stand in no header (RFC 9110 §11.2 `token68`).
    package init(name: String, scheme: String = "Bearer", _ token: Secret) throws(OAuthError) {
        self.name = name
        self.scheme = scheme
        self.token = token.withoutLineEnd
        let isToken = self.token.withExposedBytes { bytes in
            !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) }
        }
        guard isToken else {
            throw OAuthError(
                .configuration, "\(name) holds no token: one line without spaces is what an administration API takes.")
        }
    }

    /// The value of `Authorization`.
    var authorization: Secret { token.withExposedText { Secret("\(scheme) \($0)") } }
}
