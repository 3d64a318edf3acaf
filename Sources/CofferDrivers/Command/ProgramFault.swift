// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth

/// What is wrong with a run of a program that replaces a secret, or with its answer.
///
/// Whatever it is, something may have been changed at the provider: the next run of the rotation asks about that first.
package struct ProgramFault: Error, Sendable, Equatable {
    /// The class of the failure: `indeterminate` where it did not answer, `nonsense` where its answer is none.
    package let code: OAuthError.Code

    /// The end of a sentence that begins with the program's name; nothing that the program wrote is in it.
    package let words: String

    /// Tells of a fault.
    package init(_ code: OAuthError.Code, _ words: String) {
        self.code = code
        self.words = words
    }
}
