// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferInjection

/// Variables of texts, all of them secret.
func values(_ texts: KeyValuePairs<String, String>) -> [NamedValue] {
    texts.map { NamedValue($0.key, Secret($0.value)) }
}

/// A variable `A` of bytes.
func value(_ bytes: [UInt8]) -> NamedValue { NamedValue("A", Secret(bytes: bytes)) }

extension Secret {
    /// What it holds.
    var bytes: [UInt8] { withExposedBytes { Array($0) } }

    /// What it holds, as text.
    var text: String { withExposedText { $0 } }
}
