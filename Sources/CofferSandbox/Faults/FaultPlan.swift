// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The ordered rules in force.
///
/// Every rule counts the requests it matches; the first one that hits decides.
package final class FaultPlan: Sendable {
    private struct Line {
        let rule: FaultRule
        var count = 0
    }

    private let lines = Mutex<[Line]>([])

    init() {}

    /// The rules in order.
    package var rules: [FaultRule] { lines.withLock { $0.map(\.rule) } }

    /// Puts these rules in place of the present ones; counting begins anew.
    package func set(_ rules: [FaultRule]) {
        lines.withLock { $0 = rules.map { Line(rule: $0) } }
    }

    /// Adds one rule at the end; the others go on counting.
    package func add(_ rule: FaultRule) {
        lines.withLock { $0.append(Line(rule: rule)) }
    }

    /// Takes all rules away.
    package func clear() { set([]) }

    /// Counts a request and says which trick to play, if any.
    func next(for request: ParsedRequest) -> Fault? {
        lines.withLock { lines in
            var hit: FaultRule?
            for index in lines.indices where lines[index].rule.matches(request) {
                lines[index].count += 1
                if hit == nil, lines[index].rule.hits(lines[index].count) { hit = lines[index].rule }
            }
            return hit.map(Fault.init)
        }
    }
}
