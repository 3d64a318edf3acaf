// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why a sandbox did not start or could not do what it was asked; equal when the codes are equal.
public struct SandboxError: Error, Equatable, CustomStringConvertible {
    /// What went wrong, as a stable name.
    public struct Code: Hashable, Sendable, RawRepresentable, CustomStringConvertible {
        /// The name in `snake_case`.
        public let rawValue: String

        /// Makes a code; the ones the sandbox throws are the static members.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// A setting makes no sense: an account name that is no host label, two names with one id.
        public static let configuration = Code(rawValue: "configuration")
        /// The folder cannot be made, is open to other users, or a file in it cannot be written.
        public static let folder = Code(rawValue: "folder")
        /// The port is taken or may not be used.
        public static let cannotListen = Code(rawValue: "cannot_listen")
        /// No account or integration of that name.
        public static let unknownName = Code(rawValue: "unknown_name")

        /// The name itself.
        public var description: String { rawValue }
    }

    /// What went wrong.
    public let code: Code
    /// One sentence for a person; holds no secret.
    public let message: String

    /// Makes an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    public var description: String { message }

    /// Compares the codes only.
    public static func == (left: SandboxError, right: SandboxError) -> Bool {
        left.code == right.code
    }
}
