// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferOAuth

func accountOfWidget(
    _ target: String, _ headers: [(name: String, value: String)], _ body: [UInt8], app: CredentialPath,
    vault: VaultCredentialProvider
) async throws -> String? {
    let request = try WebhookRequest(target: target, headers: headers, body: Secret(bytes: body))
    return try await vault.check(request, for: app, named: "widget").accountID
}
