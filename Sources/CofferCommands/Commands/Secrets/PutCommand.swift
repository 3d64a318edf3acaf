// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// `coffer put`: stores a static secret.
struct PutCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "put", abstract: "Store a static secret: an API key, a webhook URL, a key file.",
        discussion: """
            The value is standard input, byte for byte and at most 1 MiB; on a terminal it is asked for, hidden. A secret \
            that is there is replaced.

              coffer put main/npm-token < token.txt
              printf %s "$TOKEN" | coffer put main/npm-token

            A fingerprint is kept, so that a leaked copy can be recognised later; a short value could be guessed from it \
            by whoever opens the vault, and is stored with --no-trace.
            """)

    /// The secret's path.
    @Argument(help: "Where to keep it: SPACE/NAME, as main/npm-token.", completion: PathCompletion.secrets)
    var path: String

    /// Whether no fingerprint is kept.
    @Flag(help: "Keep no fingerprint of it.")
    var noTrace = false

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// Reads the value, and stores it.
    func run() async throws {
        let path = try CredentialPath(path)
        try await options.withKeeper { keeper, context in
            let value = try await SecretInput(context).bytes("secret")
            let isReplaced = try await keeper.put(path, value, isTraced: !noTrace)
            context.diagnostics.note("\(isReplaced ? "replaced" : "stored") \(path), \(value.byteCount) bytes")
        }
    }
}
