// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferSandbox
import Foundation
import Testing

@testable import CofferKeeper

extension KeeperWorld {
    /// Adds another app of the sandbox above a path, and authorises the account under the path's name up to where it waits to
    /// be confirmed.
    func found(_ path: CredentialPath, adding change: (inout NewApp) -> Void) async throws -> FoundAccount {
        var new = NewApp(clientID: sandbox.integration.clientID)
        new.providerID = "amocrm"
        new.clientSecret = Secret(sandbox.integration.clientSecret)
        new.redirectURI = sandbox.integration.redirectURI
        new.sandboxURL = sandbox.baseURL
        new.certificateAuthorityPEM = try String(contentsOfFile: sandbox.caFile, encoding: .utf8)
        change(&new)
        _ = try await keeper().addApp(try #require(path.parent), new)
        // As another process.
        let keeper = try await keeper()
        let attempt = try AuthorizationAttempt(try await keeper.registration(forConnecting: path))
        let state = try #require(attempt.state).withExposedText { $0 }
        let callback = try sandbox.authorize(account: "acme", state: state).callbackURL
        return try await keeper.finishConnecting(path, with: CallbackParser(attempt).parse(callback))
    }
}
