// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth
import CofferRotation
import CofferVault

extension Keeper {
    /// Who is told of this vault's rotations from this machine.
    ///
    /// - Throws: ``KeeperError`` `misconfigured`, ``VaultError/Code/unsafePermissions`` for the file of settings.
    package func hooks() throws -> HookView {
        HookView(try effects.hooks.setting(of: vault.id.description), file: effects.hooks.file)
    }

    /// Sets the program that is told, or none.
    ///
    /// - Parameter command: Its absolute path and its arguments.
    /// - Throws: ``KeeperError`` `usage` for what names no program, ``VaultError/Code/unsafePermissions``,
    ///   ``VaultError/Code/missing`` for its file.
    package func setNotifyCommand(_ command: [String]?) throws {
        if let command {
            guard HookSetting.isProgram(command) else {
                throw KeeperError(.usage, "a program is named by its absolute path")
            }
            try CheckedFile.checkProgram(command[0])
        }
        try change { $0.command = command }
    }

    /// Sets where notices are sent, or nowhere.
    ///
    /// - Parameters:
    ///   - url: The address: https, or this machine.
    ///   - key: The static secret that notices are signed with.
    ///   - certificateAuthorityPEM: Whom to believe there besides the system's authorities.
    /// - Throws: `OAuthError` for another address; ``KeeperError`` `not_found`, `wrong_kind`, `invalid` for the key.
    package func setWebhook(
        _ url: String, signedWith key: CredentialPath, certificateAuthorityPEM: String? = nil
    ) async throws {
        _ = try ApprovedDestination(setHere: url)
        _ = try await entry(key, .secret)
        do { _ = try WebhookSignature(key: await get(key)) } catch let error as WebhookSignature.InvalidKey {
            throw KeeperError(.invalid, "\(key) can't sign: \(error)", path: key)
        }
        try change {
            $0.webhook = HookSetting.Webhook(
                url: url, key: key.description, certificateAuthorityPEM: certificateAuthorityPEM)
        }
    }

    /// Sends notices nowhere any more.
    package func removeWebhook() throws {
        try change { $0.webhook = nil }
    }

    /// Waits a bounded time until those who are told of rotations have heard.
    package func noticesSettled() async { await outlet.settle() }

    /// What hands notices on while a rotation runs; nil where nobody listens.
    ///
    /// Whatever is wrong with the settings is said and stops nothing: a leak is contained whoever hears of it.
    func teller(_ events: () async throws -> [JournalEvent]) async throws -> NoticeTeller? {
        let (hooks, listener) = (rotationHooks(), effects.onNotice)
        guard !hooks.isEmpty || listener != nil else { return nil }
        let (outlet, folder) = (outlet, effects.hooks.recordFolder)
        return try NoticeTeller(await events()) { notice in
            listener?(notice)
            outlet.post(notice, to: hooks, recordingIn: folder)
        }
    }

    /// The key that notices are signed with, also while it is on hold.
    ///
    /// What its own rotation has to say would be heard by nobody else, and its receiver knows no other key until it is given the new
    /// one. Nobody gets to see it.
    ///
    /// - Parameter path: The static secret.
    /// - Returns: its value in force.
    /// - Throws: ``KeeperError`` `not_found`, `wrong_kind`; ``VaultError``.
    func signingKey(_ path: CredentialPath) async throws -> Secret { try await ownValue(of: path, "to sign notices") }

    /// The value of a static secret for Coffer's own use, also while it is on hold; nobody gets to see it.
    ///
    /// - Parameters:
    ///   - path: The static secret.
    ///   - purpose: What it is read for, which the event says.
    /// - Returns: its value in force.
    /// - Throws: ``KeeperError`` `not_found`, `wrong_kind`; ``VaultError``.
    func ownValue(of path: CredentialPath, _ purpose: String) async throws -> Secret {
        try await amongOthers(path) {
            let entry = try await entry(path, .secret)
            let value = try await confirmedSecret(entry).value
            try await record(.read, [path], purpose, details: ["field": "value"], fences: [EntryFence(entry)])
            return value
        }
    }

    private func change(_ body: (inout HookSetting) -> Void) throws {
        try effects.hooks.change(of: vault.id.description, body)
    }

    private func rotationHooks() -> [any RotationHook] {
        var setting = HookSetting(vault: vault.id.description)
        do { setting = try effects.hooks.setting(of: vault.id.description) } catch {
            effects.log.warning("nobody who is set is told of this rotation: \(error)")
        }
        var hooks: [any RotationHook] = []
        if let command = effects.hooks.command ?? setting.command {
            let settings = effects.hooks
            hooks.append(
                NotifyProgram(
                    command, environment: settings.environment, patience: settings.patience, log: effects.log))
        }
        guard let webhook = setting.webhook else { return hooks }
        do {
            let key = try CredentialPath(webhook.key)
            hooks.append(
                try Webhook(webhook, transport: effects.transport, now: effects.now) {
                    try await self.signingKey(key)
                })
        } catch {
            effects.log.warning("the webhook is not told of this rotation: \(error)")
        }
        return hooks
    }
}
