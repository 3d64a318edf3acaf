// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto

/// A value that stays in memory for long: in guarded memory, once, whoever shares it.
final class GuardedValue: Sendable {
    private let memory: SecretMemory

    /// Copies a value.
    ///
    /// - Throws: ``CryptoError/unavailable`` if there is no memory.
    init(copying value: Secret) throws(CryptoError) {
        memory = try SecretMemory(byteCount: value.byteCount) { target in
            value.withExposedBytes { target.copyMemory(from: $0) }
        }
    }

    /// The value, without another copy of it.
    var secret: Secret { memory.withExposedBytes { Secret(lending: $0, keptBy: self) } }
}
