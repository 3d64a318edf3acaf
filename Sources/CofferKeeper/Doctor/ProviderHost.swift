// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth
import Foundation

/// A host that tokens are asked for at, and which apps ask there.
struct ProviderHost: Sendable {
    let destination: ApprovedDestination
    let trust: TrustSettings
    var apps: [String]

    /// `host` or `host:port`.
    var name: String { destination.url.authority }
}

/// What a host said to the doctor.
struct ProviderAnswer: Sendable {
    let host: ProviderHost
    /// What went wrong; nil if it answered, whatever it answered.
    let failure: String?
    /// How far its clock is ahead of ours, in seconds; nil if it did not say.
    let clockAhead: TimeInterval?
}
