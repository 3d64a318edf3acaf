// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDescriptions
import CofferKeeper
import CofferOAuth

/// What `app update` changes, or would.
struct AppUpdateView: Encodable {
    private enum CodingKeys: String, CodingKey {
        case path, provider, updated, differences
    }

    /// The app's path.
    let path: String
    /// The provider's id, as it is or would be pinned.
    let provider: String
    /// Whether it was pinned.
    var updated = false
    /// Field by field, those first that say where secrets are sent.
    let differences: [DescriptionDifference]

    /// Compares what is pinned with what was found.
    init(_ update: AppUpdate) {
        path = update.path.description
        provider = update.proposed.id
        var differences: [DescriptionDifference] = []
        if update.allowedPrivateNetwork != update.allowsPrivateNetwork {
            differences.append(
                DescriptionDifference(
                    "private_network", pinned: "\(update.allowedPrivateNetwork)",
                    proposed: "\(update.allowsPrivateNetwork)"))
        }
        self.differences = differences + DescriptionDifference.between(update.pinned, update.proposed)
    }

    /// For people: each field with its two values under it.
    var text: String {
        differences.map { difference in
            difference.field + "\n"
                + FactSheet([
                    ("  pinned", difference.pinned ?? "(not stated)"), ("  new", difference.proposed ?? "(not stated)"),
                ]).text
        }.joined()
    }

    /// For the event: which fields, and the first few of them by name.
    var remark: String {
        let names = differences.map(\.field)
        let rest = names.count > 8 ? " and \(names.count - 8) more" : ""
        return "description: " + names.prefix(8).joined(separator: ", ") + rest
    }
}
