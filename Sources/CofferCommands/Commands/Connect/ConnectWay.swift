// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth
import CofferRotation

/// The ways to an account.
enum ConnectWay {
    /// The browser comes back to a listener, where provider and app allow it; else as ``paste``.
    case browser
    /// A person pastes the address that the browser ended at.
    case paste
    /// A refresh token from elsewhere.
    case refreshToken
    /// The event that tells of the app's installation in an account.
    case event
    /// The app itself.
    case clientCredentials
    /// A code that a person enters in a browser elsewhere.
    case device

    /// Goes the way up to an account that waits to be confirmed.
    ///
    /// - Throws: what the keeper, the provider or the person gives reason for.
    func find(
        _ path: CredentialPath, _ options: ConnectOptions, _ keeper: Keeper, _ context: CommandContext
    ) async throws -> FoundAccount {
        switch self {
        case .refreshToken:
            // Whether the account can be connected is asked before the person is.
            _ = try await keeper.registration(forConnecting: path)
            let token = try await SecretInput(context, deadline: options.patience).text("refresh token")
            return try await keeper.importRefreshToken(path, token, accountHost: options.accountHost)
        case .event:
            let request = try await WebhookInput.read(context)
            return try await keeper.connect(path, installedBy: request)
        case .clientCredentials:
            return try await keeper.connectClientCredentials(path, scope: options.scope)
        case .device:
            let scopes = try await scopes(path, options, keeper)
            return try await DeviceVisit(options: options, context: context).find(path, scopes: scopes, keeper)
        case .browser, .paste:
            let registration = try await keeper.registration(forConnecting: path)
            let scopes = try await scopes(path, options, keeper)
            let rotation = try await rotation(options, keeper)
            let visit = BrowserVisit(
                registration: registration, scopes: scopes, options: options, context: context,
                linked: try await linked(path, by: rotation, keeper)
            ) {
                try await keeper.address(of: $0, connecting: path)
            }
            let code = try await listens(registration) ? visit.listen() : visit.paste()
            context.diagnostics.note("the browser came back; asking \(registration.provider.displayName) for tokens")
            guard let rotation else { return try await keeper.finishConnecting(path, with: code) }
            return try await keeper.finishConnecting(path, with: code, linkedBy: rotation)
        }
    }

    /// The rotation whose link was used.
    private func rotation(_ options: ConnectOptions, _ keeper: Keeper) async throws -> RotationReport? {
        guard let link = options.link else { return nil }
        return try await keeper.rotation(RotationID(link))
    }

    /// The attempt behind a link that was used.
    private func linked(
        _ path: CredentialPath, by rotation: RotationReport?, _ keeper: Keeper
    ) async throws -> AuthorizationAttempt? {
        guard let rotation else { return nil }
        guard let attempt = try await keeper.linkedAttempt(rotation, path) else {
            throw CommandError(
                "usage", message: "the provider of \(path) takes no links",
                hint: "connect it with: coffer connect \(path)")
        }
        return attempt
    }

    private func scopes(
        _ path: CredentialPath, _ options: ConnectOptions, _ keeper: Keeper
    ) async throws -> [String] {
        if let scope = options.scope { return scope.split(separator: " ").map(String.init) }
        return try await keeper.scopes(forConnecting: path)
    }

    /// Whether the browser can come back to this machine: the provider allows it, and what the app has registered
    /// does not lead elsewhere.
    private func listens(_ registration: ClientRegistration) -> Bool {
        guard case .browser = self, registration.provider.authorizationRequest.loopbackRedirect else { return false }
        return registration.redirectURI.map(LoopbackListener.canListen) ?? true
    }
}
