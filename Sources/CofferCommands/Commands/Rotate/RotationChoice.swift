// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper
import CofferRotation

/// Which rotation is meant where none is named.
enum RotationChoice {
    /// The report of the one that is named, or else of the newest.
    ///
    /// - Throws: `RotationError` with the code `invalid_id` or `not_found`.
    static func report(_ text: String?, _ keeper: Keeper) async throws -> RotationReport {
        try await keeper.rotation(text.map { try RotationID($0) })
    }
}
