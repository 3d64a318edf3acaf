// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What one rotation is going to do; written once, as the journal's first event.
package struct RotationPlan: Sendable, Equatable {
    /// The rotation's id: every step is idempotent and keyed by it.
    package let id: RotationID

    /// The app whose `client_secret` is replaced, or the static secret.
    package let app: CredentialPath

    /// Which of them.
    package let subject: RotationSubject

    /// Leak or planned.
    package let mode: RotationMode

    /// What readers get until their connection is reissued; absent where nothing leaked.
    package let taint: TaintStrength?

    /// What replaces the secret: `rfc7592`, `operator`, and what later issues add.
    package let driver: String

    /// Whether the new secret stands beside the old one until that is removed.
    package let overlaps: Bool

    /// The connections to reissue, most exposed first.
    package private(set) var connections: [CredentialPath]

    /// Whether these are all of them; after a leak they are looked up once the taint is in force, however many there are.
    package private(set) var isListed: Bool

    /// Who began it, for the report.
    package let openedBy: String

    /// Makes a plan; a connection named twice is reissued once.
    ///
    /// After a leak there is a taint, the strictest where none is named; where nothing leaked there is none.
    package init(
        id: RotationID, app: CredentialPath, subject: RotationSubject = .clientSecret, mode: RotationMode,
        taint: TaintStrength?, driver: String, overlaps: Bool = false, connections: [CredentialPath],
        isListed: Bool = true, openedBy: String
    ) {
        self.id = id
        self.app = app
        self.subject = subject
        self.mode = mode
        self.taint = mode == .leak ? taint ?? .hold : nil
        self.driver = driver
        self.overlaps = overlaps
        self.connections = []
        self.isListed = isListed
        self.openedBy = DisplayText.clean(openedBy)
        if isListed { list(connections) }
    }

    /// Takes the connections, once they are known.
    mutating func list(_ found: [CredentialPath]) {
        var seen: Set<CredentialPath> = []
        connections = found.filter { seen.insert($0).inserted }
        isListed = true
    }

    /// The driver that is a person.
    package static let operatorDriver = "operator"

    /// Whether a person must act from the start, so that the freeze waits for the person.
    package var startsWithOperator: Bool { driver == Self.operatorDriver }

    /// Whether refreshes wait while the secret changes.
    ///
    /// Not where nothing leaked and the old secret stays in force beside the new one: both are accepted then. Nothing is
    /// refreshed with a static secret.
    package var freezes: Bool { subject == .clientSecret && (mode == .leak || !overlaps) }
}

// MARK: - Codable

extension RotationPlan: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, app, subject, mode, taint, driver, overlaps, connections
        case openedBy = "opened_by"
    }

    /// Reads a plan; paths are checked as they are everywhere.
    ///
    /// Journals from before there were two secrets side by side name no overlap; those of apps name no subject. Where no connections
    /// are named they are still to be listed.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let connections = try container.decodeIfPresent([String].self, forKey: .connections)
        self.init(
            id: try container.decode(RotationID.self, forKey: .id),
            app: try CredentialPath(container.decode(String.self, forKey: .app)),
            subject: try container.decodeIfPresent(RotationSubject.self, forKey: .subject) ?? .clientSecret,
            mode: try container.decode(RotationMode.self, forKey: .mode),
            taint: try container.decodeIfPresent(TaintStrength.self, forKey: .taint),
            driver: try container.decode(String.self, forKey: .driver),
            overlaps: try container.decodeIfPresent(Bool.self, forKey: .overlaps) ?? false,
            connections: try (connections ?? []).map { try CredentialPath($0) }, isListed: connections != nil,
            openedBy: try container.decode(String.self, forKey: .openedBy))
    }

    /// Writes a plan, paths as text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(app.description, forKey: .app)
        if subject != .clientSecret { try container.encode(subject, forKey: .subject) }
        try container.encode(mode, forKey: .mode)
        try container.encodeIfPresent(taint, forKey: .taint)
        try container.encode(driver, forKey: .driver)
        if overlaps { try container.encode(true, forKey: .overlaps) }
        if isListed { try container.encode(connections.map(\.description), forKey: .connections) }
        try container.encode(openedBy, forKey: .openedBy)
    }
}
