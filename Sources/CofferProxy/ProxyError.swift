// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why the proxy can't begin.
package struct ProxyError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure; new ones may come.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The name used in JSON.
        package let rawValue: String

        /// Makes a code.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The address or the socket can't be listened at.
        package static let cannotListen = Code(rawValue: "cannot_listen")
        /// The app's certificate authority is none, or the account's address is no place for a token.
        package static let misconfigured = Code(rawValue: "misconfigured")
    }

    /// The kind of failure.
    package let code: Code
    /// One sentence for a person, without secrets.
    package let message: String

    /// Makes an error.
    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The sentence.
    package var description: String { message }

    /// Equal if of the same kind; the prose is for people.
    package static func == (left: ProxyError, right: ProxyError) -> Bool { left.code == right.code }
}
