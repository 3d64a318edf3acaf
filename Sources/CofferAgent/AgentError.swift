// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Why the agent can't begin, or can't go on.
package struct AgentError: Error, Equatable, CustomStringConvertible {
    /// The kinds of failure; new ones may come.
    package struct Code: RawRepresentable, Hashable, Sendable {
        /// The name used in JSON.
        package let rawValue: String

        /// Makes a code.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// Another agent serves at this place.
        package static let running = Code(rawValue: "agent_running")
        /// The socket can't be opened where it was said to be.
        package static let cannotListen = Code(rawValue: "cannot_listen")
        /// Nobody serves there, or whoever does is no agent of this user.
        package static let unreachable = Code(rawValue: "unreachable")
        /// The name of the socket can't be one.
        package static let usage = Code(rawValue: "usage")
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
    package static func == (left: AgentError, right: AgentError) -> Bool { left.code == right.code }
}
