// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The version of this program.
package enum CofferVersion {
    /// Major, minor and patch (https://semver.org).
    package static let number = "0.1.0"
    /// What servers are told.
    package static var userAgent: String { "coffer/\(number)" }
}
