// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What a person is asked to do where the provider has no way to be asked by a program.
package struct OperatorRequest: Codable, Sendable, Equatable {
    /// One line: what is wanted.
    package let title: String

    /// Where to click, in order.
    package let steps: [String]

    /// The page to open, if there is one.
    package let link: String?

    /// Makes a request.
    package init(title: String, steps: [String], link: String?) {
        self.title = DisplayText.clean(title)
        self.steps = steps.map(DisplayText.clean)
        self.link = link.map(DisplayText.clean)
    }
}
