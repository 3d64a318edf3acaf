// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferKeeper
import CofferRotation

/// Links by which accounts log in again, for people and for programs.
struct LoginLinkSheet: Encodable {
    /// The rotation.
    let rotation: RotationID

    /// The links.
    let links: [LoginLink]

    /// Each path, its link, whole on a line of its own, and its command; nothing where there is none.
    var text: String {
        links.map { link in
            ([link.path.description] + [link.url, link.command].compactMap { $0.map { "  \($0)" } })
                .map { $0 + "\n" }.joined()
        }.joined()
    }

    private enum CodingKeys: String, CodingKey { case rotation, links }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(rotation.description, forKey: .rotation)
        try container.encode(links, forKey: .links)
    }
}
