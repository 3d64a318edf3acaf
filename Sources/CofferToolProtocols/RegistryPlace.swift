// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// A container registry, as Docker's clients name it to a credential helper: a host, or a URL.
package struct RegistryPlace: Sendable, Equatable {
    /// Docker Hub by its other names (https://docs.docker.com/reference/cli/docker/login/); the first is the one of images.
    private static let hub: Set<String> = ["docker.io", "index.docker.io", "registry-1.docker.io"]
    /// What stands behind a host for the whole of it: the versions of the registry's API.
    private static let versions = [["v1"], ["v2"]]

    private let place: GitPlace

    /// Reads a name: `registry.example.com:5000`, `https://registry.example.com/v2/`, `https://index.docker.io/v1/`.
    ///
    /// Different paths are different places: beside its own a client keeps other things under
    /// `https://index.docker.io/v1/refresh-token`.
    ///
    /// - Throws: ``ToolFailure`` `invalid`.
    package init(_ name: String) throws(ToolFailure) {
        let marker = "://"
        let isURL = name.contains(marker)
        let read = try GitPlace(match: isURL ? name : "https" + marker + name, for: "a registry's client")
        let segments = Self.versions.contains(read.segments) ? [] : read.segments
        let host = segments.isEmpty && Self.hub.contains(read.host) ? "docker.io" : read.host
        // Clients leave out how they speak to a registry, so that a host is one place.
        guard let place = GitPlace(scheme: "https", host: host, path: segments.joined(separator: "/")) else {
            throw ToolFailure(.invalid, "a registry is named by its host")
        }
        self.place = place
    }

    /// The text that names it again.
    package var text: String { String(place.text.dropFirst("https://".count)) }

    /// By which name Docker's clients keep it in their own lists.
    package var listName: String { text == "docker.io" ? "https://index.docker.io/v1/" : text }
}
