// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// One host's line in a netrc file (https://everything.curl.dev/usingcurl/netrc.html; Python's module `netrc`).
package enum NetrcEntry {
    /// The line.
    ///
    /// What is more than plain characters stands in quotes, with a backslash before `"` and `\`, as curl reads it since 7.84 and
    /// Python since 3.11.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for what a line can't hold.
    package static func line(host: String, username: String, password: Secret) throws(ToolFailure) -> Secret {
        let name = Secret(username)
        guard name.isOneLine, password.isOneLine, !name.isEmpty, !password.isEmpty else {
            throw ToolFailure(
                .unusableSecret, "what is kept is empty or has a control character in it, and a line can't")
        }
        return Secret("machine \(host) login ").followed(by: word(name)).followed(by: Secret(" password "))
            .followed(by: word(password)).followed(by: Secret("\n"))
    }

    private static func word(_ secret: Secret) -> Secret {
        let isPlain = secret.withExposedBytes { bytes in
            bytes.first != UInt8(ascii: "#")
                && bytes.allSatisfy {
                    (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
                }
        }
        return isPlain ? secret : secret.inQuotes()
    }
}
