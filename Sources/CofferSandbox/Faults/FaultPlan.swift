// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What is to go wrong: ordered rules, or a seed, or both.
///
/// Every rule counts the requests it matches. Of the rules that hit a request, those that change what the server does
/// all take part, and the first of those that bend the answer; where no rule bends it, the seed is asked.
public final class FaultPlan: Sendable {
    private struct Line {
        let rule: FaultRule
        var count = 0
    }

    private struct State {
        var lines: [Line] = []
        var dice: FaultDice?
    }

    private let state = Mutex(State())

    init() {}

    /// The rules in order.
    public var rules: [FaultRule] { state.withLock { $0.lines.map(\.rule) } }

    /// The seed in force, if there is one.
    package var seed: FaultSeed? { state.withLock { $0.dice?.seed } }

    /// Puts these rules in place of the present ones, and counts anew; a seed stays.
    public func set(_ rules: [FaultRule]) {
        state.withLock { $0.lines = rules.map { Line(rule: $0) } }
    }

    /// Lets a seed decide about the requests whose answer no rule bends; counting begins anew.
    package func set(_ seed: FaultSeed?) {
        state.withLock { $0.dice = seed.map { FaultDice($0) } }
    }

    /// Adds one rule at the end; the others go on counting.
    public func add(_ rule: FaultRule) {
        state.withLock { $0.lines.append(Line(rule: rule)) }
    }

    /// Takes all rules and the seed away.
    public func clear() { state.withLock { $0 = State() } }

    /// Counts a request and says which tricks to play.
    func next(for request: ParsedRequest, account: Account?) -> [Fault] {
        state.withLock { state in
            var hits: [FaultRule] = []
            for index in state.lines.indices where state.lines[index].rule.matches(request, account: account) {
                state.lines[index].count += 1
                let rule = state.lines[index].rule
                guard rule.hits(state.lines[index].count) else { continue }
                let isFirst = !hits.contains { rule.fault.bendsAnswer ? $0.fault.bendsAnswer : $0.fault == rule.fault }
                if isFirst { hits.append(rule) }
            }
            if !hits.contains(where: \.fault.bendsAnswer),
                let thrown = state.dice?.throwOnce(for: request, account: account),
                !hits.contains(where: { $0.fault == thrown.fault })
            {
                hits.append(thrown)
            }
            return hits.map(Fault.init)
        }
    }

    /// Counts a handshake and says whether it gets the wrong certificate.
    ///
    /// - Parameter label: the first label of the host that is named in SNI.
    /// - Returns: whether it does.
    func swapsCertificate(label: String?) -> Bool {
        state.withLock { state in
            var isHit = false
            for index in state.lines.indices where state.lines[index].rule.fault == .certificateSwap {
                guard state.lines[index].rule.account.map({ $0 == label }) ?? true else { continue }
                state.lines[index].count += 1
                isHit = isHit || state.lines[index].rule.hits(state.lines[index].count)
            }
            return isHit || (state.dice?.throwForHandshake(label: label) ?? false)
        }
    }
}
