// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper

func authorization(of path: String, vault file: String? = nil, identityFile: String? = nil) async throws -> String {
    let vault = try await VaultCredentialProvider.open(vault: file, identityFile: identityFile)
    do {
        let credential = try await vault.credential(for: CredentialRequest(path: CredentialPath(path)))
        await vault.close()
        return credential.value.withExposedText { "\(credential.tokenType ?? "Bearer") \($0)" }
    } catch {
        await vault.close()
        throw error
    }
}
