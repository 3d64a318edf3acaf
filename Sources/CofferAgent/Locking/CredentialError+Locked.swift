// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

extension CredentialError.Code {
    /// The agent holds no key: somebody has to unlock it.
    static let locked = CredentialError.Code(rawValue: "locked")
}

extension CredentialError {
    /// What every hand-out is answered with while the vault is locked.
    static let locked = CredentialError(.locked, message: "the agent is locked; unlock it with: coffer agent unlock")
}
