// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

@testable import CofferCrypto
@testable import CofferVault

/// A vault whose members were added as people add them: texts go back and forth, and each keeps the pin it was sent.
struct Household {
    let store = MemoryStore()
    let owner: Vault
    let ownerText: IdentityText

    init() async throws {
        (owner, ownerText) = try await Sample.vault(in: store)
    }

    /// Adds a fresh identity and gives its text after it accepted.
    func join(
        _ name: String, _ role: Role, spaces: [String]? = ["main"], by host: Vault? = nil
    ) async throws -> IdentityText {
        let identity = try Identity.generate()
        let sent = try PublicIdentityText(of: identity).written()
        let invitation = try await (host ?? owner).addMember(
            PublicIdentityText(reading: sent).identity, name: name, role: role, spaces: spaces)
        return try Invitation(reading: invitation.written()).accepted(by: identity)
    }

    func unlock(_ text: IdentityText) async throws -> Vault {
        try await Vault.unlock(store, with: text, now: Sample.now)
    }

    /// The newest manifest as it is stored.
    func newest() throws -> SignedManifest {
        let bytes = store.tamper { contents in contents.manifests.max { $0.key < $1.key }?.value }
        guard let bytes else { throw VaultError.damaged }
        return try SignedManifest(decoding: bytes)
    }

    /// Puts a manifest after the newest as somebody who can write the file does it.
    func plant(_ manifest: Manifest, by signer: Identity) throws {
        let signed = try SignedManifest(signing: manifest, by: signer).encoded
        store.tamper { $0.manifests[manifest.epoch] = signed }
    }
}
