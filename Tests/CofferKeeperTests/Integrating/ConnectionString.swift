// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferConfiguration
import CofferCredentials
import Configuration

func connectionString(from vault: any CredentialProvider) async throws -> String {
    let secrets = try await CredentialConfigProvider(
        vault, keys: ["database.password": CredentialPath("main/database-password")])
    let defaults = InMemoryProvider(values: ["database.user": "reader"])
    let config = ConfigReader(providers: [secrets, defaults])
    let user = try config.requiredString(forKey: "database.user")
    let password = try await config.fetchRequiredString(forKey: "database.password")
    return "postgres://\(user):\(password)@localhost/crm"
}
