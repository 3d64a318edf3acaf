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
    private static let known = Mutex<[[UInt8]: ProviderDescription]>([:])

    /// The description that a text says.
    ///
    /// - Throws: what the decoder throws.
    static func description(in text: [UInt8]) throws -> ProviderDescription {
        if let description = known.withLock({ $0[text] }) { return description }
        let description = try StoredJSON.decode(ProviderDescription.self, from: text)
        known.withLock { known in
            if known.count >= capacity { known = [:] }
            known[text] = description
        }
        return description
    }
}
