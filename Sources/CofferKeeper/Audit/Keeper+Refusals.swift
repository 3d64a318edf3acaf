// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Keeper {
    /// What is refused to whom it is not for, or while a leak is being contained.
    private static let recordedRefusals: Set<KeeperError.Code> = [.notPermitted, .rotating]

    /// Hands something out, and records where that is refused: who asked for it is part of what happened.
    ///
    /// - Parameters:
    ///   - action: What was asked for.
    ///   - path: At which path.
    ///   - details: What programs look for in the event.
    ///   - body: Hands out, and records that itself.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws, also where its refusal could not be recorded.
    func recordingRefusal<Result: Sendable>(
        of action: AuditAction, _ path: CredentialPath, details: [String: String] = [:],
        _ body: () async throws -> Result
    ) async throws -> Result {
        let details = details.merging(Asker.details()) { own, _ in own }
        do {
            let result = try await body()
            refusals.forget(path)
            return result
        } catch let error as KeeperError {
            if Self.recordedRefusals.contains(error.code), refusals.isFirst(error.code, at: path, details) {
                do {
                    try await record(action, [path], error.code.rawValue, details: details, outcome: .refused)
                } catch {
                    // Refused is refused, whether an event can be written or not; the next one may be.
                    refusals.forget(path)
                }
            }
            throw error
        }
    }
}
