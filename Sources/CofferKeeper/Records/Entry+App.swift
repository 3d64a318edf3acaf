// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferVault

extension Entry {
    /// Whether it is a connection of an app.
    func isConnection(of app: CredentialPath) -> Bool { kind == .connection && path.parent == app }
}
