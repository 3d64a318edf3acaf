// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The program that replaces one app's `client_secret`, or one static secret, on this machine: one row of ``ProgramSettings``.
///
/// It is bound to the vault and, for an app, to the client id, which the entry of the app only names: whoever may write that
/// entry can't point somebody else's program, and the rights it has at the provider, at another client.
package struct ProgramSetting: Sendable, Equatable, Codable {
    private enum CodingKeys: String, CodingKey {
        case vault, app, command
        case clientID = "client_id"
        case deadlineSeconds = "deadline_seconds"
        case keepsTwo = "two_secrets"
    }

    /// The deadline unless told otherwise: an administration API asked several times, and some patience.
    package static let defaultDeadline = 60
    /// The deadlines that can be set, in seconds; the app is frozen meanwhile.
    package static let deadlines = 1...600

    /// The vault's id.
    package let vault: String
    /// The path of the app or the static secret.
    package let app: String
    /// The client id that the app had when the program was set; nil for a static secret.
    package let clientID: String?
    /// The program's absolute path and its arguments, which every user of the machine sees.
    package let command: [String]
    /// How long one run may take.
    package let deadlineSeconds: Int
    /// Whether it can add a secret beside the one in force, and remove one.
    package let keepsTwo: Bool

    /// Puts a row together.
    package init(
        vault: String, app: String, clientID: String?, command: [String], deadlineSeconds: Int, keepsTwo: Bool
    ) {
        self.vault = vault
        self.app = app
        self.clientID = clientID
        self.command = command
        self.deadlineSeconds = deadlineSeconds
        self.keepsTwo = keepsTwo
    }

    /// Whether it can be run: an absolute path, no argument with a NUL, a deadline that can be set.
    var isSound: Bool {
        HookSetting.isProgram(command) && Self.deadlines.contains(deadlineSeconds)
    }
}
