// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferVault

/// Who is told of the rotations of one vault from this machine: one row of ``HookSettings``.
package struct HookSetting: Sendable, Equatable, Codable {
    /// Where notices are sent.
    package struct Webhook: Sendable, Equatable, Codable {
        private enum CodingKeys: String, CodingKey {
            case url, key
            case certificateAuthorityPEM = "certificate_authority"
        }

        /// The address: https, or this machine.
        package let url: String
        /// The static secret in the vault that notices are signed with.
        package let key: String
        /// Certificates in PEM to believe besides the system's.
        package let certificateAuthorityPEM: String?

        /// Puts one together.
        package init(url: String, key: String, certificateAuthorityPEM: String? = nil) {
            self.url = url
            self.key = key
            self.certificateAuthorityPEM = certificateAuthorityPEM
        }
    }

    /// The vault's id.
    package let vault: String
    /// A program's absolute path and its arguments, which every user of the machine sees.
    package var command: [String]?
    /// Where notices are sent.
    package var webhook: Webhook?

    /// Whether somebody is told.
    var isEmpty: Bool { command == nil && webhook == nil }

    /// Whether it can be used.
    var isSound: Bool {
        command.map(Self.isProgram) != false
            && webhook.map {
                (try? ApprovedDestination(setHere: $0.url)) != nil && (try? CredentialPath($0.key)) != nil
            }
                != false
    }

    /// Whether it names a program: an absolute path, and no argument with a NUL.
    package static func isProgram(_ command: [String]) -> Bool {
        command.first?.hasPrefix("/") == true && command.allSatisfy { !$0.utf8.contains(0) }
    }
}
