// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What an administration API answered, where it did what it was asked or does not know the thing.
package struct AdminAnswer: Sendable {
    /// The body, if it is JSON.
    package let value: JSONValue?
    /// Whether there is no such thing (404).
    package let isMissing: Bool
}
