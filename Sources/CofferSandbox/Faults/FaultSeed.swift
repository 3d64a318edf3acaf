// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// Faults at random, the same ones in every run with the same seed.
///
/// What happens to a request depends on the seed and on which one of its kind it is: the n-th of this endpoint,
/// `grant_type` and account. In what order different accounts ask does not matter.
package struct FaultSeed: Sendable, Codable, Equatable {
    /// Where the random numbers begin.
    package var seed: UInt64
    /// How many of a hundred requests are hit, 0 to 100.
    package var percent: Int
    /// The tricks to choose from; `nil`: all of them.
    package var kinds: [FaultKind]?
    /// The endpoints to watch; `nil`: the token endpoint.
    package var endpoints: [Endpoint]?

    /// States a seed.
    package init(_ seed: UInt64, percent: Int, kinds: [FaultKind]? = nil, endpoints: [Endpoint]? = nil) {
        self.seed = seed
        self.percent = percent
        self.kinds = kinds
        self.endpoints = endpoints
    }
}
