// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Yams

extension ValueForm where Value == TokenPresentation {
    /// `{header: X-Shopify-Access-Token}` for the token alone, or `{scheme: Zoho-oauthtoken}` in `Authorization`.
    static var tokenPresentation: Self {
        members(
            ["header", "scheme"], wanted: "a table of header or scheme: a word of letters, digits and hyphens",
            { mapping in
                func word(_ name: String) -> String? {
                    mapping[name].flatMap(ValueForm<String>.text.parse).flatMap {
                        TokenPresentation.isWord($0) ? $0 : nil
                    }
                }
                guard mapping.count == 1 else { return nil }
                if let name = word("header") { return .header(name: name) }
                if let scheme = word("scheme") { return .scheme(word: scheme) }
                return nil
            },
            emit: { presentation in
                switch presentation {
                case .header(let name): [("header", Node(name))]
                case .scheme(let word): [("scheme", Node(word))]
                }
            })
    }
}
