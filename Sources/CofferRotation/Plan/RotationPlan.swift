// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// What one rotation is going to do; written once, as the journal's first event.
package struct RotationPlan: Sendable, Equatable {
    /// The rotation's id: every step is idempotent and keyed by it.
    package let id: RotationID

    /// The app whose `client_secret` is replaced.
    package let app: CredentialPath

    /// Leak or, later, planned.
    package let mode: RotationMode

    /// What readers get until their connection is reissued.
    package let taint: TaintStrength

    /// What replaces the secret: `rfc7592`, `operator`, and what later issues add.
    package let driver: String

    /// The connections to reissue, most exposed first.
    package let connections: [CredentialPath]

    /// Who began it, for the report.
    package let openedBy: String

    /// Makes a plan; a connection named twice is reissued once.
    package init(
        id: RotationID, app: CredentialPath, mode: RotationMode, taint: TaintStrength, driver: String,
        connections: [CredentialPath], openedBy: String
    ) {
        var seen: Set<CredentialPath> = []
        self.id = id
        self.app = app
        self.mode = mode
        self.taint = taint
        self.driver = driver
        self.connections = connections.filter { seen.insert($0).inserted }
        self.openedBy = DisplayText.clean(openedBy)
    }

    /// The driver that is a person.
    package static let operatorDriver = "operator"

    /// Whether a person must act from the start, so that the freeze waits for the person.
    package var startsWithOperator: Bool { driver == Self.operatorDriver }
}

// MARK: - Codable

extension RotationPlan: Codable {
    private enum CodingKeys: String, CodingKey {
        case id, app, mode, taint, driver, connections
        case openedBy = "opened_by"
    }

    /// Reads a plan; paths are checked as they are everywhere.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(RotationID.self, forKey: .id),
            app: try CredentialPath(container.decode(String.self, forKey: .app)),
            mode: try container.decode(RotationMode.self, forKey: .mode),
            taint: try container.decode(TaintStrength.self, forKey: .taint),
            driver: try container.decode(String.self, forKey: .driver),
            connections: try container.decode([String].self, forKey: .connections).map { try CredentialPath($0) },
            openedBy: try container.decode(String.self, forKey: .openedBy))
    }

    /// Writes a plan, paths as text.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(app.description, forKey: .app)
        try container.encode(mode, forKey: .mode)
        try container.encode(taint, forKey: .taint)
        try container.encode(driver, forKey: .driver)
        try container.encode(connections.map(\.description), forKey: .connections)
        try container.encode(openedBy, forKey: .openedBy)
    }
}
