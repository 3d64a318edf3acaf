// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

/// The public part of an identity of one's own, for programs.
struct NewIdentityView: Encodable {
    private enum CodingKeys: String, CodingKey {
        case identity, fingerprint
        case publicText = "public"
    }

    /// The identity's file, if it is in one.
    let identity: String?

    /// `coffer-public-1…`.
    let publicText: String

    /// What both sides compare.
    let fingerprint: String

    /// Takes what was made or read.
    init(_ made: NewIdentity) {
        identity = made.path
        publicText = made.publicText
        fingerprint = made.fingerprint
    }
}
