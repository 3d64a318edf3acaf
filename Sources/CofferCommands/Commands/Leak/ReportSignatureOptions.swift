// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper

/// What GitHub sends beside an alert, which proves that it is GitHub's.
struct ReportSignatureOptions: ParsableArguments {
    /// The most bytes of GitHub's list of keys: 1 MiB; it has some hundred.
    private static let longestKeyList = 1 << 20

    /// The file of keys.
    @Option(help: ArgumentHelp("GitHub's public keys, as its page answers with them.", valueName: "file"))
    var signatureKey: String?

    /// The signature.
    @Option(help: ArgumentHelp("The header Github-Public-Key-Signature.", valueName: "base64"))
    var signature: String?

    /// The key's name.
    @Option(help: ArgumentHelp("The header Github-Public-Key-Identifier.", valueName: "id"))
    var keyIdentifier: String?

    /// Whether there is one to check.
    var isGiven: Bool { signature != nil }

    /// Refuses a half, which would leave a report unchecked that somebody meant to be checked.
    func validate() throws {
        let given = [signatureKey, signature, keyIdentifier].compactMap(\.self)
        guard given.isEmpty || given.count == 3 else {
            throw ValidationError("--signature-key, --signature and --key-identifier go together")
        }
        guard given.allSatisfy({ !$0.isEmpty }) else {
            throw ValidationError("one of --signature-key, --signature and --key-identifier is empty")
        }
    }

    /// The signature with the keys; nil if none was given.
    ///
    /// - Throws: as ``PublicFile`` does for the file of keys.
    func given() async throws -> LeakReportSignature? {
        guard let signatureKey, let signature, let keyIdentifier else { return nil }
        let keys = try await PublicFile.read(signatureKey, limit: Self.longestKeyList, "1 MiB")
        return LeakReportSignature(signature, keyIdentifier: keyIdentifier, keys: Secret(keys))
    }
}
