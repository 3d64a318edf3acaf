// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension TemporaryFolder {
    /// Runs a body with the path of a folder that is there as long as it runs.
    static func with(_ body: (String) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        try await body(folder.path)
        withExtendedLifetime(folder) {}
    }
}
