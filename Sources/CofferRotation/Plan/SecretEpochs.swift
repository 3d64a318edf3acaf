// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The two counts of an app that tell which tokens a leak has tainted, and which are from before the present `client_secret`.
///
/// Tokens keep the number of the secret that minted them and are never marked: one write taints those of every connection at once,
/// and each connection's reissue ends its own taint.
package struct SecretEpochs: Sendable, Equatable {
    /// Counts taints; what was minted under a lower number is tainted.
    package var taint: Int64

    /// The taint under which the present `client_secret` came: tokens it mints are not tainted by it.
    package var secret: Int64

    /// The counts as they were kept; of a new app both are 0.
    package init(taint: Int64 = 0, secret: Int64 = 0) {
        self.taint = taint
        self.secret = secret
    }

    /// Whether the present secret is one that leaked.
    package var isSecretLeaked: Bool { secret < taint }

    /// Taints all that was minted until now.
    ///
    /// What a secret minted that was replaced without a leak has a higher number than the last taint.
    package mutating func beginTaint() {
        taint = max(taint, secret) + 1
    }

    /// Counts the secret that comes into force.
    ///
    /// Where nothing leaked it has a higher number than any before, so that the next taint is higher still.
    package mutating func switchSecret(in mode: RotationMode) {
        secret = mode == .leak ? taint : max(taint, secret) + 1
    }

    /// Whether tokens that were minted under a number are tainted.
    package func taints(mintedUnder epoch: Int64) -> Bool { epoch < taint }

    /// Whether a rotation has to reissue tokens: after a leak what is tainted, otherwise what another secret than the present one
    /// minted.
    package func needsReissue(mintedUnder epoch: Int64, in mode: RotationMode) -> Bool {
        mode == .leak ? taints(mintedUnder: epoch) : epoch < secret
    }
}
