// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What an administrator does where another secret comes with another client id only (Bitrix24's local applications,
/// https://apidocs.bitrix24.com/settings/app-uninstallation.html).
extension Sandbox {
    /// Adds a client once more with the same settings: it has another id and another secret, and no grant.
    ///
    /// - Parameters:
    ///   - integration: which.
    ///   - keepingOld: whether the one that is there stays, until ``delete(_:)``; otherwise it is deleted, and its grants with it.
    /// - Returns: the new one.
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such integration.
    @discardableResult
    package func addAnew(_ integration: Integration, keepingOld: Bool = false) throws -> Integration {
        guard let new = service.addAnew(integration.clientID, keepingOld: keepingOld) else { throw Self.unknown }
        return new
    }

    /// Deletes a client: its id is refused from now on, and every token of its is dead.
    ///
    /// - Throws: ``SandboxError`` with code `unknown_name` if there is no such integration, or no other.
    package func delete(_ integration: Integration) throws {
        guard service.ledger.withLock({ $0.delete(integration.clientID) }) else { throw Self.unknown }
    }

    private static var unknown: SandboxError {
        SandboxError(.unknownName, "There is no such integration in the sandbox.")
    }
}

extension SandboxService {
    /// Adds a client once more; `nil` if there is no such integration.
    func addAnew(_ clientID: String, keepingOld: Bool) -> Integration? {
        let (newID, newSecret) = (provider.newClientID(), copyableSecret())
        return ledger.withLock { ledger in
            guard let old = ledger.integration(clientID) else { return nil }
            let new = Integration(
                name: old.name, clientID: newID, clientSecret: newSecret, redirectURI: old.redirectURI)
            guard ledger.add(new, after: clientID) else { return nil }
            if !keepingOld { _ = ledger.delete(clientID) }
            return new
        }
    }

    /// A secret in the vendor's shape, or of letters and digits where the server's own has what nobody can copy from a page.
    func copyableSecret() -> String {
        provider.kind == .strict ? OpaqueText.clientSecret() : provider.newClientSecret()
    }
}
