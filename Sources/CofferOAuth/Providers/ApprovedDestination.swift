// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A URL that ``HostRule`` approved, with what its host may turn out to be; the only thing a request can go to.
package struct ApprovedDestination: Sendable, Hashable, CustomStringConvertible {
    /// What a host's addresses may be.
    package enum AddressRule: String, Sendable {
        /// Public addresses only.
        case publicOnly
        /// This machine only: a loopback name that the description itself names.
        case loopbackOnly
        /// Anything (`--private-network`).
        case any
    }

    /// The URL.
    package let url: EndpointURL
    /// What its host may turn out to be.
    package let addresses: AddressRule

    /// Only ``HostRule`` and discovery, whose requests carry no secret, make one.
    init(url: EndpointURL, addresses: AddressRule) {
        self.url = url
        self.addresses = addresses
    }

    /// Where it goes, without path and query.
    package var description: String { "\(url.scheme)://\(url.authority)" }

    /// Whether an address may be connected to.
    package func allows(_ address: IPAddress) -> Bool {
        switch addresses {
        case .publicOnly: address.isPublic
        case .loopbackOnly: address.isLoopback
        case .any: true
        }
    }
}
