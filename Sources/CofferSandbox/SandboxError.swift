// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a sandbox did not start or could not do what it was asked; equal when the codes are equal.
package struct SandboxError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, as a stable name.
    package struct Code: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        /// The name in `snake_case`.
        package let rawValue: String

        /// Makes a code; the ones the sandbox throws are the static members.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A setting makes no sense: an account name that is no host label, two names with one id.
        package static let configuration = Code(rawValue: "configuration")
        /// The folder cannot be made, is open to other users, or a file in it cannot be written.
        package static let folder = Code(rawValue: "folder")
        /// The port is taken or may not be used.
        package static let cannotListen = Code(rawValue: "cannot_listen")
        /// No account or integration of that name.
        package static let unknownName = Code(rawValue: "unknown_name")

        /// The name itself.
        package var description: String { rawValue }
    }

    /// What went wrong.
    package let code: Code
    /// One sentence for a person; holds no secret.
    package let message: String

    /// Makes an error.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }

    /// Compares the codes only.
    package static func == (left: SandboxError, right: SandboxError) -> Bool {
        left.code == right.code
    }
}
