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
            hooks.append(NotifyProgram(command, environment: effects.hooks.environment, log: effects.log))
        }
        guard let webhook = setting.webhook else { return hooks }
        do {
            let key = try CredentialPath(webhook.key)
            hooks.append(
                try Webhook(webhook, transport: effects.transport, now: effects.now) { try await self.get(key) })
        } catch {
            effects.log.warning("the webhook is not told of this rotation: \(error)")
        }
        return hooks
    }
}
