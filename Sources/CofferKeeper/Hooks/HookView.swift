// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Who is told of rotations from this machine; no secret in it.
package struct HookView: Sendable, Equatable, Encodable {
    private enum CodingKeys: String, CodingKey {
        case command = "notify_command"
        case webhook, key, file
    }

    /// The program and its arguments.
    package let command: [String]?
    /// The webhook's address.
    package let webhook: String?
    /// The secret in the vault that notices are signed with.
    package let key: String?
    /// The file of this machine's settings.
    package let file: String?

    init(_ setting: HookSetting, file: String?) {
        command = setting.command
        webhook = setting.webhook?.url
        key = setting.webhook?.key
        self.file = file
    }
}
