// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
package import CofferRotation

/// What replaces an app's `client_secret`, or a static secret, on this machine; nothing secret in it.
package struct DriverView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, subject, driver, command, credential, file
        case address = "admin_url"
        case deadlineSeconds = "deadline_seconds"
        case keepsTwo = "two_secrets"
    }

    /// The path of the app or the static secret.
    package let path: String
    /// Which of them.
    package let subject: RotationSubject
    /// `command`, `operator`, `rfc7592`, or a vendor's API: `auth0`, `gitlab`, `keycloak`, `microsoft`, `okta`.
    package let driver: String
    /// The program and its arguments.
    package let command: [String]?
    /// How long one run may take.
    package let deadlineSeconds: Int?
    /// The address of the vendor's API.
    package let address: String?
    /// The path of the entry that holds its credential.
    package let credential: String?
    /// Whether a secret can be added beside the one in force, and one removed; nil for a person and RFC 7592.
    package let keepsTwo: Bool?
    /// The file of this machine's settings.
    package let file: String?

    init(
        _ path: CredentialPath, _ subject: RotationSubject, name: String, _ setting: ProgramSetting?,
        _ api: APISetting? = nil, file: String?
    ) {
        self.path = path.description
        self.subject = subject
        driver = name
        address = api?.address
        credential = api?.credential
        command = setting?.command
        deadlineSeconds = setting?.deadlineSeconds
        keepsTwo = setting?.keepsTwo ?? api?.keepsTwo
        self.file = file
    }
}
