// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import CofferCredentials
import CofferHTTP
import CofferKeeper
import NIOCore

func account(_ path: CredentialPath, with client: APIClient) async throws -> String {
    let response = try await client.execute(APIRequest(target: "/api/v4/account"), as: path)
    return String(buffer: try await response.body.collect(upTo: 1 << 20))
}

func printAccount() async throws {
    let vault = try await VaultCredentialProvider.open()
    let client = try APIClient(vault, configuration: .init(dialect: .amocrm))
    print(try await account(CredentialPath("main/amocrm/acme"), with: client))
    try await client.shutdown()
    await vault.close()
}
