// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferOAuth
import CofferRotation

/// One client secret as Microsoft Graph lists it (`passwordCredential`): never its value.
struct EntraPassword: Sendable {
    /// How many characters of a secret are shown.
    private static let hintLength = 3

    /// Graph's id of it.
    let keyID: String
    private let name: String?
    private let hint: String?

    /// Reads an item of the list; nil without an id.
    init?(_ value: JSONValue) {
        guard let keyID = value["keyId"]?.plainText else { return nil }
        self.keyID = keyID
        name = value["displayName"]?.plainText
        hint = value["hint"]?.plainText
    }

    /// The name that a secret of a rotation gets; at most 90 characters are kept.
    static func label(_ rotation: RotationID, attempt: Int) -> String { "coffer \(rotation) \(attempt)" }

    /// Whether a rotation has made it.
    func isLabelled(_ rotation: RotationID) -> Bool { name?.hasPrefix("coffer \(rotation) ") == true }

    /// Whether nothing speaks against its being a secret; without a hint nothing ever does.
    func mayBe(_ secret: Secret?) -> Bool {
        guard let secret else { return false }
        guard let hint else { return true }
        return secret.withExposedText { $0.prefix(Self.hintLength) == hint }
    }

    /// The id, fit for a report.
    var shownID: String { String(keyID.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }.prefix(36)) }
}
