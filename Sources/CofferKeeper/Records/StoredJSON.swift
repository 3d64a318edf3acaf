// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault
import Foundation

/// Reads the JSON that lies inside boxes.
enum StoredJSON {
    /// What we write nests five deep.
    private static let depthLimit = 32

    /// Decodes a value.
    ///
    /// Foundation's decoder ends the process (Swift 6.3, Linux) where a text breaks off right behind its 513th open
    /// bracket, so nesting is counted first.
    ///
    /// - Throws: ``VaultError/damaged`` for a text that nests deeper than ours, or what the decoder throws.
    static func decode<Value: Decodable>(
        _: Value.Type, from bytes: [UInt8], with decoder: JSONDecoder = JSONDecoder()
    ) throws -> Value {
        guard JSONNesting.depth(of: bytes) <= depthLimit else { throw VaultError.damaged }
        return try decoder.decode(Value.self, from: Data(bytes))
    }
}
