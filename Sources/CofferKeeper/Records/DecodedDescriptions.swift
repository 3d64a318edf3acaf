// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Synchronization

/// Provider descriptions that this process has decoded, by their stored text.
///
/// Each refresh reads its app's record several times, and its description is a page of JSON that nobody changes. What a text
/// says depends on nothing else, so that one memory serves every vault; it holds no secret.
enum DecodedDescriptions {
    /// More apps than a program works for at once.
    private static let capacity = 64
    private static let known = Mutex<[Text: ProviderDescription]>([:])

    /// A text that is hashed as one piece: an array of bytes is hashed byte by byte, which takes longer than a lookup may.
    private struct Text: Hashable {
        let bytes: [UInt8]

        func hash(into hasher: inout Hasher) { bytes.withUnsafeBytes { hasher.combine(bytes: $0) } }
    }

    /// The description that a text says.
    ///
    /// - Throws: what the decoder throws.
    static func description(in bytes: [UInt8]) throws -> ProviderDescription {
        let text = Text(bytes: bytes)
        if let description = known.withLock({ $0[text] }) { return description }
        let description = try StoredJSON.decode(ProviderDescription.self, from: bytes)
        known.withLock { known in
            if known.count >= capacity { known = [:] }
            known[text] = description
        }
        return description
    }
}
