// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// What a `credential_process` prints, kept in the same form (AWS SDKs and Tools Reference Guide, "Process credential
/// provider": https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html).
package struct AWSCredentials: Sendable {
    /// The members by AWS' names.
    private struct Members: Codable {
        var version: Int?
        let accessKeyID: String
        let secretAccessKey: String
        let sessionToken: String?
        let expiration: String?
        let accountID: String?

        private enum CodingKeys: String, CodingKey {
            case version = "Version"
            case accessKeyID = "AccessKeyId"
            case secretAccessKey = "SecretAccessKey"
            case sessionToken = "SessionToken"
            case expiration = "Expiration"
            case accountID = "AccountId"
        }

        /// Those that go into a header or into what is signed, by name.
        var texts: [(String, String?)] {
            [
                ("AccessKeyId", accessKeyID), ("SecretAccessKey", secretAccessKey), ("SessionToken", sessionToken),
                ("AccountId", accountID),
            ]
        }
    }

    /// When they end; nil where nobody said so, and then an SDK never asks again.
    package let expiresAt: Date?
    /// The one object that an SDK reads, and a line break.
    package let answer: Secret

    /// Reads a static secret.
    ///
    /// It is a JSON object with `AccessKeyId` and `SecretAccessKey`, and perhaps `SessionToken`, `Expiration` and `AccountId`.
    /// Anything else in it is left out.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret`, which says nothing of any value: SDKs print what is said.
    package init(reading value: Secret) throws(ToolFailure) {
        guard var members = ToolJSON.decode(Members.self, from: value) else {
            throw ToolFailure(.unusableSecret, "what is kept is no JSON object with AccessKeyId and SecretAccessKey")
        }
        for case (let name, let text?) in members.texts
        where text.isEmpty || !text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            throw ToolFailure(.unusableSecret, "its \(name) is empty, or holds a space or a control character")
        }
        guard members.version == nil || members.version == 1 else {
            throw ToolFailure(.unusableSecret, "its Version is not 1, the only one that there is")
        }
        members.version = 1
        expiresAt = members.expiration.flatMap(ToolJSON.date)
        guard members.expiration == nil || expiresAt != nil else {
            throw ToolFailure(.unusableSecret, "its Expiration is no time as RFC 3339 has it: 2030-01-01T00:00:00Z")
        }
        answer = ToolJSON.line(members)
    }
}
