// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// How long tokens live where the answer does not say.
package struct TokenLifetimes: Sendable, Codable, Equatable {
    /// An access token's lifetime if `expires_in` is absent; `nil`: usable until rejected.
    package var accessToken: Duration?
    /// After how long without a refresh the refresh token is gone.
    package var refreshToken: Duration?
    /// At which age the refresh token is gone, however much it is used.
    package var absolute: Duration?

    /// When a grant ends that was given at a moment, however much it is used; `nil`: nobody knows.
    package func end(ofGrantFrom date: Date) -> Date? { absolute.map { date.addingTimeInterval($0 / .seconds(1)) } }

    /// States the lifetimes.
    package init(accessToken: Duration? = nil, refreshToken: Duration? = nil, absolute: Duration? = nil) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.absolute = absolute
    }
}
