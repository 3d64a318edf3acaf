// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension AgentVault {
    /// Refuses whoever means another vault, and says so by the file that he would open himself.
    ///
    /// A file that is open keeps its numbers, also where it was renamed or removed, so that no other one can have them; what is
    /// not open hands nothing out.
    ///
    /// - Parameter named: What the client names (`FileIdentity.text`); nil where it names nothing.
    /// - Throws: ``CredentialError`` `misconfigured`.
    func confirm(file named: String?) throws(CredentialError) {
        guard let named, named != facts.file else { return }
        throw CredentialError(.misconfigured, message: "the file that is named is not that of the agent's vault")
    }
}
