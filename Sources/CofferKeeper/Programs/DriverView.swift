// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What replaces an app's `client_secret` on this machine; no secret in it.
package struct DriverView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, driver, command, credential, file
        case address = "admin_url"
        case deadlineSeconds = "deadline_seconds"
        case keepsTwo = "two_secrets"
    }

    /// The app's path.
    package let path: String
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
        _ app: CredentialPath, name: String, _ setting: ProgramSetting?, _ api: APISetting? = nil, file: String?
    ) {
        path = app.description
        driver = name
        address = api?.address
        credential = api?.credential
        command = setting?.command
        deadlineSeconds = setting?.deadlineSeconds
        keepsTwo = setting?.keepsTwo ?? api?.keepsTwo
        self.file = file
    }
}
