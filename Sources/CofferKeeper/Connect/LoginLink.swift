// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferRotation

/// How an account that a rotation left to a person is authorised again.
package struct LoginLink: Sendable, Equatable, Encodable {
    /// The connection.
    package let path: CredentialPath

    /// Where whoever owns the account gives consent, in any browser; it holds no secret.
    ///
    /// Absent where the provider wants a request that is made at that very moment.
    package let url: String?

    /// What takes the address at which that browser ends; what does all of it where there is no link.
    package let command: String

    /// Describes one.
    init(path: CredentialPath, url: String?, rotation: RotationID) {
        self.path = path
        self.url = url
        command = "coffer connect \(path)" + (url == nil ? "" : " --link \(rotation)")
    }

    private enum CodingKeys: String, CodingKey { case path, url, command }

    /// Writes it with its path as text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(path.description, forKey: .path)
        try container.encodeIfPresent(url, forKey: .url)
        try container.encode(command, forKey: .command)
    }
}
