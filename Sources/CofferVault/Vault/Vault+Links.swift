// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferCrypto

extension Vault {
    /// Bytes in the place of chance, for what nobody keeps: the same in each process that may issue in the space of a path, and foreseen
    /// by nobody else.
    ///
    /// They come from the newest generation's issue key, so a removed issuer can't make those that are used after the removal, and those
    /// from before end with it.
    ///
    /// - Parameters:
    ///   - purpose: What they are for; of two purposes neither tells anything of the other.
    ///   - subject: What they are bound to, part by part: with another part, or another number of them, they are others.
    ///   - path: What they are about.
    /// - Returns: 32 bytes.
    /// - Throws: ``VaultError`` `not_permitted` for readers.
    package func chance(for purpose: String, boundTo subject: [String], at path: CredentialPath) throws -> Secret {
        let space = try state.space(of: path)
        guard let issue = space.current.issue else {
            throw VaultError(.notPermitted, "this identity may read but not write in space \(space.name)")
        }
        var message = CanonicalWriter(Labels.linkMessage)
        message.text(purpose)
        message.text(path.description)
        message.integer(UInt32(subject.count))
        for part in subject { message.text(part) }
        return Secret(bytes: try message.bytes.withUnsafeBytes { try issue.link.tag($0) }.bytes)
    }
}
