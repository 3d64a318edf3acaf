// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials
import CofferOAuth

/// What a client writes to have a vault opened again: `{"passphrase":…}`, or nothing where none is needed.
package struct PassphraseMessage: Sendable {
    /// Why it can't be read; nothing that stands in it is said.
    package struct Malformed: Error {
        /// One sentence.
        package let message: String
    }

    /// The passphrase, if there is one.
    package let passphrase: Secret?

    /// Reads a message, which is in no other memory than what is wiped.
    ///
    /// - Parameter text: JSON, which whoever brought it has bounded, or nothing; other members are passed over.
    /// - Throws: ``Malformed``.
    package init(reading text: Secret) throws(Malformed) {
        guard !text.isEmpty else {
            passphrase = nil
            return
        }
        let reading = JSONReader.read(text)
        guard reading.isWhole, let message = reading.value, case .object = message else {
            throw Malformed(message: "the body is a JSON object, with passphrase where one is needed")
        }
        switch message["passphrase"] {
        case nil: passphrase = nil
        case .text(let typed)? where !typed.isEmpty: passphrase = typed
        default: throw Malformed(message: "passphrase is a text that is not empty")
        }
    }
}
