// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What replaces an app's `client_secret` on this machine; no secret in it.
package struct DriverView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, driver, command, file
        case deadlineSeconds = "deadline_seconds"
        case keepsTwo = "two_secrets"
    }

    /// The app's path.
    package let path: String
    /// `command`, `operator`, `rfc7592`.
    package let driver: String
    /// The program and its arguments.
    package let command: [String]?
    /// How long one run may take.
    package let deadlineSeconds: Int?
    /// Whether the program can add a secret beside the one in force, and remove one.
    package let keepsTwo: Bool?
    /// The file of this machine's settings.
    package let file: String?

    init(_ app: CredentialPath, name: String, _ setting: ProgramSetting?, file: String?) {
        path = app.description
        driver = name
        command = setting?.command
        deadlineSeconds = setting?.deadlineSeconds
        keepsTwo = setting?.keepsTwo
        self.file = file
    }
}
