// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import Foundation

/// What of a connection decides whether something is told.
struct ConnectionState: Sendable, Equatable {
    /// Its path.
    let path: String
    /// One of the states of the contract.
    let state: String
    /// Counts token pairs.
    let version: Int
    /// When its token expires.
    let expiresAt: Date?
}

extension ConnectionState {
    /// Takes it from what status shows.
    init(_ view: ConnectionView) {
        self.init(path: view.path, state: view.state, version: view.version, expiresAt: view.expiresAt)
    }
}
