// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgentClient
import CofferCredentials

func authorizationFromAgent(of path: String) async throws -> String {
    let agent = try AgentCredentialProvider()
    do {
        let credential = try await agent.credential(for: CredentialRequest(path: CredentialPath(path)))
        await agent.close()
        return credential.value.withExposedText { "\(credential.tokenType ?? "Bearer") \($0)" }
    } catch {
        await agent.close()
        throw error
    }
}
