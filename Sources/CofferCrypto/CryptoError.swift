// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A failure of a cryptographic operation.
///
/// There is one opaque failure: never which key, which byte, or whether the key
/// or the data was wrong, since an attacker could use the difference. A wrong
/// size is told apart because only a caller's mistake or a damaged file causes it.
package struct CryptoError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure.
    package enum Code: String, Sendable {
        /// The operation did not succeed: wrong key, wrong data, or both.
        case failed
        /// A key, tag or box does not have the size its type demands.
        case wrongSize = "wrong_size"
        /// libsodium could not be initialised or could not give memory.
        case unavailable
    }

    /// The kind of this failure.
    package let code: Code

    /// The opaque failure.
    package static let failed = CryptoError(code: .failed)
    /// The failure for a value of the wrong size.
    package static let wrongSize = CryptoError(code: .wrongSize)
    /// The failure of the library itself.
    package static let unavailable = CryptoError(code: .unavailable)

    /// A sentence without details.
    package var description: String {
        switch code {
        case .failed: "the cryptographic check failed"
        case .wrongSize: "a value has the wrong size"
        case .unavailable: "libsodium is not available or out of guarded memory"
        }
    }
}
