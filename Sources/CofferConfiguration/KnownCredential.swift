// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// What was last had under a path, and why there was nothing newer when it was last asked for.
struct KnownCredential: Sendable, Equatable {
    var credential: Credential?
    var failure: CredentialError?
}
