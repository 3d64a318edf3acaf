// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferCrypto
import CofferOAuth
import CofferVault

// Some providers give another client id with the new secret. What was granted before is then the former client's, and is told
// from the rest by the epoch under which it was minted: no connection has to be written for it.

extension AppRecord {
    // MARK: - As it is stored

    /// Where a client id lies that goes with one of the secrets, and what ties it to that one.
    struct ClientTags {
        let clientID: UInt16
        let binding: UInt16
    }

    /// That of the pending secret.
    static let pendingClient = ClientTags(clientID: Tag.pendingClientID, binding: Tag.pendingClientBinding)

    /// That of the retired secret.
    static let retiredClient = ClientTags(clientID: Tag.retiredClientID, binding: Tag.retiredClientBinding)

    /// The client id that was stored with a secret; nil where the one that lies there was stored with another.
    ///
    /// An older program replaces secrets and leaves the ids where they are: asked about with the wrong one, a secret that is in
    /// force seems dead.
    static func clientID(of secret: Secret?, in issue: FieldTable, _ tags: ClientTags) -> String? {
        guard let secret, let id = issue.text(tags.clientID), issue.bytes(tags.binding) == binding(id, to: secret)
        else {
            return nil
        }
        return id
    }

    /// Stores a client id with the secret that it goes with.
    static func set(_ fields: inout FieldTable, _ tags: ClientTags, _ clientID: String?, of secret: Secret?) {
        guard let clientID, let secret else { return }
        fields.set(tags.clientID, text: clientID)
        fields.set(tags.binding, bytes: binding(clientID, to: secret))
    }

    /// A hash over both; a copy of the secret would outlive it where an older program destroys it.
    private static func binding(_ clientID: String, to secret: Secret) -> [UInt8] {
        list([Secret(clientID), secret]).withExposedBytes { Digest(hashingSecret: $0).bytes }
    }

    // MARK: - Changes

    /// Puts the client id in force that came with the pending secret, if one did.
    ///
    /// - Parameters:
    ///   - epoch: the secret epoch from now on.
    ///   - formerEpoch: the one until now.
    mutating func switchClient(at epoch: Int64, after formerEpoch: Int64) {
        retiredClientID = nil
        guard let new = pendingClientID, let former = registration?.clientID else { return }
        retiredClientID = former
        retiredClientEpoch = clientEpoch
        retiredSecretEpoch = formerEpoch
        registration?.clientID = new
        displayClientID = new
        clientEpoch = epoch
        pendingClientID = nil
    }

    /// Whether the app was another client when something was minted.
    func isOfFormerClient(mintedUnder epoch: Int64) -> Bool { epoch < clientEpoch }

    /// Whether what was minted then is of the client before the present one, and that is still used.
    ///
    /// It is for as long as its secret is kept, which nobody has seen dead by then; after a leak never, since who has that
    /// secret would have what it mints.
    func keepsClient(mintedUnder epoch: Int64) -> Bool {
        retiredClientID != nil && epoch >= retiredClientEpoch && epoch < clientEpoch && secretEpoch > taintEpoch
    }

    /// Whether a client id is, was or may become the app's, as far as is known here.
    func knows(clientID: String) -> Bool {
        [registration?.clientID, pendingClientID, retiredClientID].contains(clientID)
            || unwanted.contains { $0.clientID == clientID }
    }

    /// The secrets of other clients than the present one as one value: a field table whose tags count from 1.
    static func list(_ secrets: [UnwantedSecret]) -> Secret {
        list(secrets.flatMap { [Secret($0.clientID), $0.secret] })
    }
}
