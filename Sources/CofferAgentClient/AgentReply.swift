// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What came back from a socket, before anybody has looked at it.
struct AgentReply: Sendable {
    /// The status, whatever it is.
    let status: Int
    /// The whole body, whatever it is.
    let body: Secret
}
