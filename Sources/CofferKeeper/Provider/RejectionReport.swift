// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What a client writes of a token that a server refused: `{"path":…,"access_token":…,"version":…}`.
package struct RejectionReport: Sendable {
    /// Why it can't be read; nothing that stands in it is said.
    package struct Malformed: Error {
        /// One sentence.
        package let message: String
    }

    /// The token as it was handed out.
    package let credential: Credential

    /// Reads a report, which is in no other memory than what is wiped.
    ///
    /// - Parameter text: JSON, which whoever brought it has bounded; other members than the three are passed over.
    /// - Throws: ``Malformed``.
    package init(reading text: Secret) throws(Malformed) {
        let reading = JSONReader.read(text)
        guard reading.isWhole, let report = reading.value, case .text(let name)? = report["path"],
            let path = name.withExposedText({ try? CredentialPath(String($0)) }),
            case .text(let token)? = report["access_token"], case .number(let digits)? = report["version"],
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let version = Int(digits)
        else {
            throw Malformed(
                message: "the body is a JSON object with path, access_token and version, as the token was handed out")
        }
        // RFC 6749 appendix A.12: visible characters and the space.
        guard !token.isEmpty, token.withExposedBytes({ $0.allSatisfy { (0x20...0x7E).contains($0) } }) else {
            throw Malformed(message: "access_token is no token: it is empty, or has a character that none has")
        }
        credential = Credential(path: path, value: token, version: version)
    }
}
