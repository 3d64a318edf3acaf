// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Home {
    /// Makes a member of `main`, and gives the file of its identity.
    func join(_ name: String, _ role: Role) async throws -> String {
        let identity = try Identity.generate()
        let text = try await openVault()
            .addMember(identity.publicIdentity, name: name, role: role, spaces: ["main"])
            .accepted(by: identity).written()
        return try text.withExposedBytes { try write(Array($0), to: name) }
    }
}
