// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Makes notices of a rotation's journal, event by event: a fold beside that of the machine, and as pure.
package struct NoticeMaker: Sendable {
    /// What a person is needed for; told again only when it is another one.
    private struct Need: Equatable {
        var request: OperatorRequest?
        var isRemoval: Bool
        var wasRefused: Bool
        var stopReason: StopReason?
    }

    private var events: [JournalEvent] = []
    private var machine: RotationMachine?
    private var told: Need?

    /// Begins before the first event.
    package init() {}

    /// Whether what a person was last told to be needed for is still open.
    package var isPersonNeeded: Bool { told != nil && need == told }

    /// Takes the next event.
    ///
    /// - Returns: what is to be told of it; nil for most.
    /// - Throws: `RotationError` with code `damaged` for an order that is impossible.
    package mutating func take(_ event: JournalEvent) throws(RotationError) -> RotationNotice? {
        let index = events.count
        guard machine != nil else {
            machine = try RotationMachine(event)
            events.append(event)
            return nil
        }
        try machine?.apply(event)
        events.append(event)
        switch event.fact {
        case .tainted: return try notice(.tainted, event, index)
        case .closed, .abandoned: return try notice(.closed, event, index)
        default:
            guard let need, need != told else { return nil }
            told = need
            return try notice(.needsPerson, event, index)
        }
    }

    private var need: Need? {
        guard let machine, machine.awaits != nil || machine.stopReason != nil else { return nil }
        return Need(
            request: machine.awaits, isRemoval: machine.awaitsRemoval,
            wasRefused: !machine.awaitsRemoval && machine.problem != nil, stopReason: machine.stopReason)
    }

    private func notice(
        _ kind: RotationNotice.Kind, _ event: JournalEvent, _ index: Int
    ) throws(RotationError) -> RotationNotice? {
        guard let machine else { return nil }
        let plan = machine.plan
        // Walks through all events: at the end alone.
        let report = kind == .closed ? try RotationReport(events: events) : nil
        let left = report.map { $0.connections.filter { $0.outcome != .reissued }.map(\.path) } ?? []
        let state: RotationState =
            report?.state
            ?? (machine.stopReason != nil ? .stopped : machine.awaits != nil ? .awaitingOperator : .running)
        return RotationNotice(
            id: "\(plan.id)-\(kind.rawValue)-\(index)", kind: kind, rotation: plan.id, app: plan.app, mode: plan.mode,
            state: state, at: event.at, taint: plan.taint, connectionCount: plan.connections.count,
            toDo: Self.toDo(kind, machine, need, report), link: kind == .needsPerson ? machine.awaits?.link : nil,
            left: Array(left.prefix(RotationNotice.mostNamed)), leftCount: left.count,
            isUnproven: report.flatMap { $0.state == .closed ? $0.closedUnproven : nil })
    }

    /// What a person does, in words that are ours or the instructions': never a provider's.
    private static func toDo(
        _ kind: RotationNotice.Kind, _ machine: RotationMachine, _ need: Need?, _ report: RotationReport?
    ) -> [String] {
        let plan = machine.plan
        switch kind {
        case .tainted: return []
        case .closed:
            return report?.closedUnproven == true ? ["see what is left: coffer rotate report \(plan.id)"] : []
        case .needsPerson:
            guard let need else { return [] }
            if let stopReason = need.stopReason {
                return [stopReason.advice(of: plan.subject, clientID: machine.probedClientID)]
            }
            guard let request = need.request else { return [] }
            let again = need.wasRefused ? ["the value that was given was refused by the provider"] : []
            let option = need.isRemoval ? " --removed" : request.changesClientID ? " --client-id NEW-ID" : ""
            let end = "then: coffer rotate resume \(plan.id)\(option)"
            return again + [request.title] + request.steps + [end]
        }
    }
}
