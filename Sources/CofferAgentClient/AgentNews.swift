// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What nobody must go on remembering, as something has happened there.
enum AgentNews: Sendable, Equatable {
    /// What lies at a path and below it: a connection, or all of an app.
    case below(String)
    /// Everything.
    case everything

    /// Whether it is about a path.
    func concerns(_ path: CredentialPath) -> Bool {
        switch self {
        case .below(let place): path.description == place || path.description.hasPrefix(place + "/")
        case .everything: true
        }
    }
}
