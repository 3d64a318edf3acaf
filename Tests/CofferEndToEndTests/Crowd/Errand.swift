// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What one process of a crowd does.
enum Errand: CaseIterable {
    case putShared
    case getShared
    case token
    case refresh
    case putOwn
    case list
    case putSharedToo
    case tokenOfAnother

    /// The path that many write.
    static let shared = "main/shared"

    /// The command of the process with a number.
    func arguments(_ number: Int) -> [String] {
        switch self {
        case .putShared, .putSharedToo: ["put", Self.shared, "--reason", "writer \(number)"]
        case .putOwn: ["put", "main/own\(number)", "--reason", "writer \(number)"]
        case .getShared: ["get", Self.shared]
        case .token: ["token", "main/crm/acme", "--json"]
        case .tokenOfAnother: ["token", "main/crm/birch", "--json"]
        case .refresh: ["refresh", "--force", "main/crm/acme"]
        case .list: ["list", "--json"]
        }
    }

    /// What it writes; long enough that half of it would be seen.
    static func value(_ number: Int) -> String {
        String(repeating: "value of writer \(number)\n", count: 200)
    }

    /// Whether it stores its value.
    var writes: Bool { [.putShared, .putSharedToo, .putOwn].contains(self) }

    /// Whether it writes where others do.
    var writesShared: Bool { self == .putShared || self == .putSharedToo }
}
