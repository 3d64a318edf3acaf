// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth

/// What tells one thing that is handed out from another.
struct HandoutKey: Sendable, Hashable {
    /// Where it is.
    let path: CredentialPath
    /// What it is narrowed to.
    let narrowing: TokenNarrowing?
}
