// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// A `client_secret` that nobody needs and the provider may hold, and the client that it is of.
///
/// Asked about with another client's id it would be refused although it is in force.
struct UnwantedSecret: Sendable, Equatable {
    /// The secret.
    let secret: Secret
    /// The client id that it was given with.
    let clientID: String
}
