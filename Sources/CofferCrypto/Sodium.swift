// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CSodium

/// The one-time initialisation of libsodium.
///
/// `sodium_malloc` before `sodium_init` aborts the process (seen with 1.0.18), so every
/// initialiser that can come first goes through here.
/// See https://doc.libsodium.org/usage#usage
enum Sodium {
    private static let isReady: Bool = sodium_init() >= 0

    /// Initialises the library once; later calls cost a load.
    static func initialise() throws(CryptoError) {
        guard isReady else { throw .unavailable }
    }

    /// Overwrites the part of the stack below the caller.
    ///
    /// There libsodium 1.0.18 leaves the last block of a key and of a message that BLAKE2b has hashed. 4 KiB is several
    /// times what its functions use.
    static func wipeStack() { sodium_stackzero(4096) }

    /// Initialises the library, for values that can't fail; a library that can't start is no
    /// condition a program could go on from.
    static func require() {
        precondition(isReady, "libsodium could not be initialised")
    }
}
