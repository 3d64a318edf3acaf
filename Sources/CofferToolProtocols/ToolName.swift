// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A name by which a tool asks, where it is no address: a profile, a cluster, a service.
package struct ToolName: Sendable, Equatable {
    /// The longest, in bytes: longer than any name of a resource of AWS' (its ARN).
    private static let longest = 512

    /// The name.
    package let text: String

    /// Checks a name: visible ASCII, without what a configuration file or a shell would read in a way of its own.
    ///
    /// - Throws: ``ToolFailure`` `invalid`.
    package init(_ text: String) throws(ToolFailure) {
        let isName = text.utf8.allSatisfy { (0x21...0x7E).contains($0) && !#""'`\$*?#"#.utf8.contains($0) }
        guard !text.isEmpty, text.utf8.count <= Self.longest, isName else {
            throw ToolFailure(.invalid, "a name here is made of letters, digits and signs, without spaces and quotes")
        }
        self.text = text
    }
}
