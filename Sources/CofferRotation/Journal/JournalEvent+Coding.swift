// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// A journal row is one flat object: `at`, `by`, `event` and what belongs to the event. The names are part of the stored
// format. Results and requests are spelled out here, as compiler-made enum coding would put Swift's case names on disk.

extension JournalEvent: Codable {
    private enum CodingKeys: String, CodingKey {
        case at, by, event, plan, request, attempt, evidence, proof, connection, connections, result, reason, retryable,
            proofs
        case mayHaveBeenSent = "may_have_been_sent"
        case openItems = "open_items"
    }

    /// Reads one row.
    ///
    /// - Throws: `RotationError` with code `newer_format` for an event this version doesn't know.
    package init(from decoder: any Decoder) throws {
        let row = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            at: try row.decode(Date.self, forKey: .at), by: try row.decode(String.self, forKey: .by),
            try Self.fact(of: row))
    }

    /// Writes one row.
    package func encode(to encoder: any Encoder) throws {
        var row = encoder.container(keyedBy: CodingKeys.self)
        try row.encode(at, forKey: .at)
        try row.encode(by, forKey: .by)
        try row.encode(fact.name, forKey: .event)
        switch fact {
        case .resumed, .tainted, .frozen, .switched: break
        case .opened(let plan): try row.encode(plan, forKey: .plan)
        case .listed(let found), .unplannedListed(let found):
            try row.encode(found.map(\.description), forKey: .connections)
        case .awaitingOperator(let request), .awaitingRemoval(let request): try row.encode(request, forKey: .request)
        case .secretRequested(let attempt, let mayHaveBeenSent):
            try row.encode(attempt, forKey: .attempt)
            try row.encode(mayHaveBeenSent, forKey: .mayHaveBeenSent)
        case .pendingSealed(let evidence), .oldSecretRemoved(let evidence): try row.encode(evidence, forKey: .evidence)
        case .pendingProbed(let proof), .oldSecretProbed(let proof): try row.encode(proof, forKey: .proof)
        case .reissued(let connection, let result):
            try row.encode(connection.description, forKey: .connection)
            try row.encode(result.name, forKey: .result)
            try row.encodeIfPresent(result.reason, forKey: .reason)
            if case .failed(_, let retryable) = result { try row.encode(retryable, forKey: .retryable) }
        case .tokensProbed(let connection, let proofs), .leftTokensProbed(let connection, let proofs):
            try row.encode(connection.description, forKey: .connection)
            try row.encode(proofs, forKey: .proofs)
        case .closed(let openItems): try row.encode(openItems, forKey: .openItems)
        case .abandoned(let reason): try row.encode(reason, forKey: .reason)
        }
    }

    /// Reads what happened.
    private static func fact(of row: KeyedDecodingContainer<CodingKeys>) throws -> Fact {
        let name = try row.decode(String.self, forKey: .event)
        switch name {
        case "opened": return .opened(try row.decode(RotationPlan.self, forKey: .plan))
        case "resumed": return .resumed
        case "listed": return .listed(try connections(of: row))
        case "tainted": return .tainted
        case "awaiting_operator": return .awaitingOperator(try row.decode(OperatorRequest.self, forKey: .request))
        case "frozen": return .frozen
        case "secret_requested":
            return .secretRequested(
                attempt: try row.decode(Int.self, forKey: .attempt),
                mayHaveBeenSent: try row.decode(Bool.self, forKey: .mayHaveBeenSent))
        case "pending_sealed": return .pendingSealed(evidence: try row.decode(String.self, forKey: .evidence))
        case "pending_probed": return .pendingProbed(try row.decode(Proof.self, forKey: .proof))
        case "switched": return .switched
        case "old_secret_removed": return .oldSecretRemoved(evidence: try row.decode(String.self, forKey: .evidence))
        case "awaiting_removal": return .awaitingRemoval(try row.decode(OperatorRequest.self, forKey: .request))
        case "old_secret_probed": return .oldSecretProbed(try row.decode(Proof.self, forKey: .proof))
        case "reissued": return .reissued(try connection(of: row), try result(of: row))
        case "tokens_probed":
            return .tokensProbed(try connection(of: row), try row.decode([Proof].self, forKey: .proofs))
        case "left_tokens_probed":
            return .leftTokensProbed(try connection(of: row), try row.decode([Proof].self, forKey: .proofs))
        case "unplanned_listed": return .unplannedListed(try connections(of: row))
        case "closed": return .closed(openItems: try row.decode([String].self, forKey: .openItems))
        case "abandoned": return .abandoned(reason: try row.decode(String.self, forKey: .reason))
        default:
            throw Self.newer("an event", name)
        }
    }

    private static func connection(of row: KeyedDecodingContainer<CodingKeys>) throws -> CredentialPath {
        try CredentialPath(row.decode(String.self, forKey: .connection))
    }

    private static func connections(of row: KeyedDecodingContainer<CodingKeys>) throws -> [CredentialPath] {
        try row.decode([String].self, forKey: .connections).map { try CredentialPath($0) }
    }

    private static func result(of row: KeyedDecodingContainer<CodingKeys>) throws -> ReissueResult {
        let name = try row.decode(String.self, forKey: .result)
        switch name {
        case "reissued": return .reissued
        case "needs_person": return .needsPerson(reason: try row.decode(String.self, forKey: .reason))
        case "failed":
            return .failed(
                reason: try row.decode(String.self, forKey: .reason),
                retryable: try row.decode(Bool.self, forKey: .retryable))
        default:
            throw Self.newer("a result", name)
        }
    }

    private static func newer(_ what: String, _ name: String) -> RotationError {
        RotationError(
            .newer,
            "the rotation's journal holds \(what) \"\(name.prefix(64))\", which needs a newer Coffer; update this one")
    }
}

extension JournalEvent.Fact {
    /// The event's name in the journal and in the report's steps.
    package var name: String {
        switch self {
        case .opened: "opened"
        case .resumed: "resumed"
        case .listed: "listed"
        case .tainted: "tainted"
        case .awaitingOperator: "awaiting_operator"
        case .frozen: "frozen"
        case .secretRequested: "secret_requested"
        case .pendingSealed: "pending_sealed"
        case .pendingProbed: "pending_probed"
        case .switched: "switched"
        case .oldSecretRemoved: "old_secret_removed"
        case .awaitingRemoval: "awaiting_removal"
        case .oldSecretProbed: "old_secret_probed"
        case .reissued: "reissued"
        case .tokensProbed: "tokens_probed"
        case .leftTokensProbed: "left_tokens_probed"
        case .unplannedListed: "unplanned_listed"
        case .closed: "closed"
        case .abandoned: "abandoned"
        }
    }
}
