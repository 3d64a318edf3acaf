// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferOAuth

/// The client id that a provider gave with a new secret.
struct ClientIDOption: ParsableArguments {
    /// The client id; it is no secret (RFC 6749 §2.2).
    @Option(
        help: ArgumentHelp(
            "The client id that came with the new secret, where the provider gave another one.", valueName: "id"))
    var clientId: String?

    /// Refuses what no client id can be, before anything is asked or opened.
    func validate() throws {
        guard let clientId, !ClientRegistration.isClientID(clientId) else { return }
        throw ValidationError("--client-id is printable text without spaces")
    }
}
