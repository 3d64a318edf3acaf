// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferRotation

extension Keeper {
    /// Makes sure that a connection can be contained by itself now, also while its app is being rotated.
    ///
    /// A rotation may stay open for days over connections that can't be reached, or an old secret that a person is to remove; whose
    /// tokens are known to leak meanwhile need not wait for those. It waits where refreshes are stopped, and after a leak until the old
    /// `client_secret` is out of the way: whoever has that could mint anew what is ended here.
    ///
    /// - Parameter path: The connection.
    /// - Returns: whether a rotation after a leak is open, which keeps what leaked of this connection until its end.
    /// - Throws: ``KeeperError`` `busy`, with what to do, where it has to wait.
    func requireContainable(_ path: CredentialPath) async throws -> Bool {
        guard let app = path.parent else { return false }
        let open = try await openRotations(of: app)
        for rotation in open {
            guard let obstacle = Self.obstacle(rotation) else { continue }
            throw KeeperError(
                .busy,
                "\(path) gets new tokens from rotation \(rotation.id), since \(obstacle); go on with it: coffer rotate resume "
                    + rotation.id.description, path: path)
        }
        return open.contains { $0.mode == .leak }
    }

    /// Whether a rotation after a leak is open above a connection, which keeps what leaked of that until its end.
    func hasOpenLeakRotation(above path: CredentialPath) async throws -> Bool {
        guard let app = path.parent else { return false }
        return try await openRotations(of: app).contains { $0.mode == .leak }
    }

    /// Why nothing is to be reissued yet, one clause; nil where it may be.
    private static func obstacle(_ rotation: RotationReport) -> String? {
        if rotation.isFrozen { return "refreshes of \(rotation.app) wait until its new client_secret is in force" }
        guard rotation.mode == .leak else { return nil }
        guard rotation.switchedAt != nil else {
            return "the client_secret of \(rotation.app) leaked and is not replaced yet"
        }
        if rotation.awaitsRemoval { return "the old client_secret of \(rotation.app) is to be removed first" }
        guard let old = rotation.oldSecretProof else {
            return "nobody has asked yet whether the old client_secret of \(rotation.app) is dead"
        }
        return old.result == .refuted ? "the old client_secret of \(rotation.app) is still accepted" : nil
    }
}
