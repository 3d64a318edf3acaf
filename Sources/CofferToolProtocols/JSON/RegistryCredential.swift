// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What a client of registries stores and gets, in one object (docker-credential-helpers, `credentials.Credentials`:
/// https://github.com/docker/docker-credential-helpers).
package struct RegistryCredential: Sendable {
    /// The name that stands for an identity token: the secret is then a refresh token of the registry's.
    package static let tokenName = "<token>"
    /// What clients take for "there is none", by its text.
    package static let none = "credentials not found in native keychain"
    /// What they take for a request without an address.
    package static let noAddress = "no credentials server URL"
    /// What they take for one without a name.
    package static let noName = "no credentials username"
    /// The longest request.
    package static let longest = ToolJSON.longest

    private struct Members: Codable {
        var address: String?
        var username: String?
        var secret: String?

        private enum CodingKeys: String, CodingKey {
            case address = "ServerURL"
            case username = "Username"
            case secret = "Secret"
        }
    }

    /// The registry, as the client names it.
    package let address: String
    /// Who.
    package let username: String
    /// What proves it.
    package let secret: Secret

    /// Describes an answer.
    package init(address: String, username: String, secret: Secret) {
        self.address = address
        self.username = username
        self.secret = secret
    }

    /// Reads what a client wants stored.
    ///
    /// - Throws: ``ToolFailure`` `invalid`.
    package init(reading text: Secret) throws(ToolFailure) {
        guard let members = ToolJSON.decode(Members.self, from: text), let secret = members.secret else {
            throw ToolFailure(.invalid, "what is to be stored is no object with ServerURL, Username and Secret")
        }
        guard let address = members.address, !address.isEmpty else { throw ToolFailure(.invalid, Self.noAddress) }
        guard let username = members.username, !username.isEmpty else { throw ToolFailure(.invalid, Self.noName) }
        self.init(address: address, username: username, secret: Secret(secret))
    }

    /// The object that answers `get`, and a line break.
    ///
    /// - Throws: ``ToolFailure`` `unusable_secret` for what is no text.
    package func answer() throws(ToolFailure) -> Secret {
        let text = secret.withExposedText { $0 }
        guard Secret(text) == secret else {
            throw ToolFailure(.unusableSecret, "what is kept is no text, which is all that the protocol can say")
        }
        return ToolJSON.line(Members(address: address, username: username, secret: text))
    }

    /// The object that answers `list`: names by address, and a line break.
    package static func list(_ names: [String: String]) -> Secret { ToolJSON.line(names) }

    /// The address that `get` and `erase` read, without what stands around it.
    ///
    /// - Throws: ``ToolFailure`` `invalid` where there is none, or a character that no address has.
    package static func address(reading text: Secret) throws(ToolFailure) -> String {
        let whole = text.withExposedText { $0 }
        let isBlank = { (byte: UInt8) in [0x20, 0x09, 0x0A, 0x0D].contains(byte) }
        let bytes = whole.utf8.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
        guard !bytes.isEmpty else { throw ToolFailure(.invalid, noAddress) }
        guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ToolFailure(.invalid, "the address has a space or a control character within")
        }
        return String(decoding: Array(bytes), as: UTF8.self)
    }
}
