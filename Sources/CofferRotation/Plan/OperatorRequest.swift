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

    /// Absent where it is false, as in journals from before there was such a member.
    private let givesClientID: Bool?

    private enum CodingKeys: String, CodingKey {
        case title, steps, link
        case givesClientID = "changes_client_id"
    }

    /// Makes a request.
    ///
    /// - Parameters:
    ///   - title: what is wanted.
    ///   - steps: where to click.
    ///   - link: the page to open.
    ///   - changesClientID: whether the provider gives another client id with the secret.
    package init(title: String, steps: [String], link: String?, changesClientID: Bool = false) {
        self.title = DisplayText.clean(title)
        self.steps = steps.map(DisplayText.clean)
        self.link = link.map(DisplayText.clean)
        givesClientID = changesClientID ? true : nil
    }

    /// Whether the provider gives another client id with the secret, which is then asked for as well.
    package var changesClientID: Bool { givesClientID == true }
}
