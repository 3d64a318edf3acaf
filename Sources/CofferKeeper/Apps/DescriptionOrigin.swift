// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation

/// What an app's pinned description was made with, so that it can be made again when the provider's own has changed.
struct DescriptionOrigin: Sendable, Codable, Equatable {
    /// The values of the description's variables, by name.
    let settings: [String: String]
    /// The sandbox that stands in for the provider.
    let sandboxURL: String?
    /// What the person knew better.
    let overrides: DescriptionOverrides

    /// As an app's record holds it.
    ///
    /// - Throws: nothing that is foreseen.
    func stored() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [UInt8](try encoder.encode(self))
    }
}
