// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

extension AgentPlace {
    /// Says that there was no answer in time: ``CredentialError`` `timed_out`.
    package var lateness: CredentialError {
        CredentialError(.timedOut, message: "the agent at \(path) did not answer in time")
    }

    /// Says that there was no answer, or no whole one: ``CredentialError`` `unavailable`.
    package var breach: CredentialError {
        CredentialError(.unavailable, message: "no agent answers at \(path), or it broke the connection off")
    }
}
