// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPostgres

#if canImport(Darwin)
import Darwin
#else
import Glibc
#endif

extension ServerConnection {
    /// Waits for notifications of what this connection listens to.
    ///
    /// - Returns: their texts; none if the time is over.
    func notices(until deadline: Deadline) throws -> [String] {
        while true {
            let texts = takeNotices()
            guard texts.isEmpty, !deadline.isOver else { return texts }
            do {
                try wait(for: POLLIN, until: deadline)
            } catch Failure.late {
                return []
            }
            guard PQconsumeInput(raw) == 1 else { throw Failure.lost }
        }
    }

    /// What libpq has read already, also while it waited for an answer.
    private func takeNotices() -> [String] {
        var texts: [String] = []
        while let notice = PQnotifies(raw) {
            if let text = notice.pointee.extra { texts.append(String(cString: text)) }
            PQfreemem(notice)
        }
        return texts
    }
}
