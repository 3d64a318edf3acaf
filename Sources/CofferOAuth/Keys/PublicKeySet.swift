// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Public keys as a server wants them registered (RFC 7517 §5); it holds no secret.
package struct PublicKeySet: Sendable, Equatable, Encodable {
    /// Each key's members.
    package let keys: [[String: String]]

    /// A set of one, with its name and use.
    init(_ key: ClientKey) {
        var members = Dictionary(uniqueKeysWithValues: key.key.publicKey.members.map { ($0.name, $0.value) })
        members["alg"] = key.key.algorithm.rawValue
        members["kid"] = key.id
        members["use"] = "sig"
        keys = [members]
    }

    /// The set as JSON on one line.
    ///
    /// Members are base64url, words of ours and a name that was checked, so nothing in
    /// them needs an escape.
    package var text: String {
        let objects = keys.map { members in
            let pairs = members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
            return "{\(pairs.joined(separator: ","))}"
        }
        return "{\"keys\":[\(objects.joined(separator: ","))]}"
    }
}
