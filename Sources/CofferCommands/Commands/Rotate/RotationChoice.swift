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
        if let text { return try await keeper.rotation(RotationID(text)) }
        guard let newest = try await keeper.rotations().max(by: { $0.openedAt < $1.openedAt }) else {
            throw CommandError("not_found", message: "there has been no rotation")
        }
        return newest
    }
}
