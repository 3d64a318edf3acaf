// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

// docs: contracts, "A rotation": snake_case, RFC 3339 in UTC with seconds, absent rather than null, `"version": 1`. Times
// are written as text here, so that no encoder's date strategy can change the contract.

extension RotationReport: Encodable {
    private enum Key: String, CodingKey {
        case version, id, app, mode, state, driver, taint, steps, connections, proofs, by, step, at, detail, path
        case outcome, tries, reason, tokens, subject, claim, result, evidence, connection, title, link, awaits, wants
        case stopReason = "stop_reason"
        case openedBy = "opened_by"
        case openedAt = "opened_at"
        case taintedAt = "tainted_at"
        case oldSecretDeadAt = "old_secret_dead_at"
        case reissuedAt = "reissued_at"
        case closedAt = "closed_at"
        case openItems = "open_items"
        case unplanned = "unplanned_connections"
        case handledAt = "handled_at"
        case drill, clock, bundles, identity, until, paths
        case madeAt = "made_at"
        case changesClientID = "changes_client_id"
        case standIn = "stand_in"
        case lastedSeconds = "lasted_seconds"
        case skippedSeconds = "skipped_seconds"
        case byHand = "by_hand"
    }

    /// Writes the report's JSON object.
    package func encode(to encoder: any Encoder) throws {
        var report = encoder.container(keyedBy: Key.self)
        try report.encode(1, forKey: .version)
        try encodeDrill(into: &report)
        try report.encode(id.description, forKey: .id)
        try report.encode(app.description, forKey: .app)
        try report.encode(subject.rawValue, forKey: .subject)
        try report.encode(mode.rawValue, forKey: .mode)
        try report.encode(state.rawValue, forKey: .state)
        try report.encodeIfPresent(stopReason?.rawValue, forKey: .stopReason)
        try report.encodeIfPresent(taint?.rawValue, forKey: .taint)
        try report.encode(driver, forKey: .driver)
        try report.encode(openedBy, forKey: .openedBy)
        try report.encode(Timestamp.text(openedAt), forKey: .openedAt)
        try report.encodeIfPresent(taintedAt.map(Timestamp.text), forKey: .taintedAt)
        try report.encodeIfPresent(oldSecretDeadAt.map(Timestamp.text), forKey: .oldSecretDeadAt)
        try report.encodeIfPresent(reissuedAt.map(Timestamp.text), forKey: .reissuedAt)
        try report.encodeIfPresent(closedAt.map(Timestamp.text), forKey: .closedAt)
        try encode(awaits, into: &report)
        try encodeSteps(into: &report)
        try encode(connections, into: &report, forKey: .connections)
        if !unplanned.isEmpty { try encode(unplanned, into: &report, forKey: .unplanned) }
        try encodeProofs(into: &report)
        try report.encode(openItems, forKey: .openItems)
        try encodeBundles(into: &report)
    }

    /// Absent where nobody looked, or who did is no owner: an empty list says that there is none.
    private func encodeBundles(into report: inout KeyedEncodingContainer<Key>) throws {
        guard case .known(let found)? = bundles else { return }
        var list = report.nestedUnkeyedContainer(forKey: .bundles)
        for bundle in found {
            var row = list.nestedContainer(keyedBy: Key.self)
            try row.encode(bundle.id, forKey: .id)
            try row.encode(bundle.identity, forKey: .identity)
            try row.encode(Timestamp.text(bundle.madeAt), forKey: .madeAt)
            try row.encode(Timestamp.text(bundle.expiresAt), forKey: .until)
            try row.encode(bundle.paths, forKey: .paths)
        }
    }

    private func encode(_ request: OperatorRequest?, into report: inout KeyedEncodingContainer<Key>) throws {
        guard let request else { return }
        var object = report.nestedContainer(keyedBy: Key.self, forKey: .awaits)
        try object.encode(awaitsRemoval ? "removal" : "secret", forKey: .wants)
        try object.encode(request.title, forKey: .title)
        try object.encode(request.steps, forKey: .steps)
        try object.encodeIfPresent(request.link, forKey: .link)
        if request.changesClientID { try object.encode(true, forKey: .changesClientID) }
    }

    /// Only drills have it: its presence says that nothing in the report is real.
    private func encodeDrill(into report: inout KeyedEncodingContainer<Key>) throws {
        guard let drill else { return }
        var object = report.nestedContainer(keyedBy: Key.self, forKey: .drill)
        try object.encode(drill.standIn, forKey: .standIn)
        try object.encode(drill.isVirtual ? "virtual" : "real", forKey: .clock)
        try object.encode(drill.lasted.components.seconds, forKey: .lastedSeconds)
        try object.encode(drill.skipped.components.seconds, forKey: .skippedSeconds)
        try object.encode(drill.isByHand, forKey: .byHand)
    }

    private func encodeSteps(into report: inout KeyedEncodingContainer<Key>) throws {
        var list = report.nestedUnkeyedContainer(forKey: .steps)
        for step in steps {
            var row = list.nestedContainer(keyedBy: Key.self)
            try row.encode(step.step, forKey: .step)
            try row.encode(Timestamp.text(step.at), forKey: .at)
            try row.encode(step.by, forKey: .by)
            try row.encodeIfPresent(step.detail, forKey: .detail)
        }
    }

    private func encode(
        _ connections: [ReportedConnection], into report: inout KeyedEncodingContainer<Key>, forKey key: Key
    ) throws {
        var list = report.nestedUnkeyedContainer(forKey: key)
        for connection in connections {
            var row = list.nestedContainer(keyedBy: Key.self)
            try row.encode(connection.path.description, forKey: .path)
            try row.encode(connection.outcome.rawValue, forKey: .outcome)
            try row.encode(connection.tries, forKey: .tries)
            try row.encodeIfPresent(connection.reason, forKey: .reason)
            try row.encodeIfPresent(connection.tokens?.rawValue, forKey: .tokens)
            try row.encodeIfPresent(connection.handledAt.map(Timestamp.text), forKey: .handledAt)
        }
    }

    private func encodeProofs(into report: inout KeyedEncodingContainer<Key>) throws {
        var list = report.nestedUnkeyedContainer(forKey: .proofs)
        for reported in proofs {
            var row = list.nestedContainer(keyedBy: Key.self)
            try row.encode(reported.proof.subject, forKey: .subject)
            try row.encode(reported.proof.claim, forKey: .claim)
            try row.encode(reported.proof.result.rawValue, forKey: .result)
            try row.encode(Timestamp.text(reported.proof.at), forKey: .at)
            try row.encode(reported.proof.evidence, forKey: .evidence)
            try row.encodeIfPresent(reported.connection?.description, forKey: .connection)
        }
    }
}
