// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// The strings of a report, each once however often it was found, and which findings have it.
struct UnitedStrings {
    /// A string by its bytes; the hash is seeded anew in each process, so that nobody can make many of one hash.
    private struct Key: Hashable {
        let string: Secret

        func hash(into hasher: inout Hasher) { string.withExposedBytes { hasher.combine(bytes: $0) } }
    }

    /// The strings in the order in which they were found.
    private(set) var strings: [Secret] = []
    /// The places of each finding's strings in that list.
    private(set) var ofFindings: [[Int]] = []

    /// Unites.
    init(_ findings: [LeakFinding]) {
        var places: [Key: Int] = [:]
        for finding in findings {
            ofFindings.append(
                finding.strings.map { string in
                    if let place = places[Key(string: string)] { return place }
                    places[Key(string: string)] = strings.count
                    strings.append(string)
                    return strings.count - 1
                })
        }
    }
}
