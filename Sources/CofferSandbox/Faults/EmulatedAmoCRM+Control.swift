// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension EmulatedAmoCRM {
    private struct RuleList: Codable {
        let rules: [FaultRule]
    }

    private struct LogListing: Encodable {
        let version = 1
        let salt: String
        let requests: [RequestRecord]
    }

    /// `GET /sandbox/faults` and `GET /sandbox/requests`, for scripts beside the sandbox.
    func showControl(_ request: ParsedRequest) -> Reply {
        switch request.path {
        case "/sandbox/faults": .json(RuleList(rules: faults.rules))
        case "/sandbox/requests": .json(LogListing(salt: log.salt, requests: log.records))
        default: Self.nothingHere
        }
    }

    /// `POST /sandbox/faults` puts `{"rules":[…]}` in place of the present rules, `DELETE` takes them away.
    func changeControl(_ request: ParsedRequest) -> Reply {
        guard request.path == "/sandbox/faults" else { return Self.nothingHere }
        if request.method == "DELETE" {
            faults.clear()
        } else {
            guard let list = try? JSONDecoder().decode(RuleList.self, from: request.bytes) else {
                return .problem(
                    400, title: "Bad Request",
                    detail: "Send a list of rules, as docs/sandbox.md shows.")
            }
            faults.set(list.rules)
        }
        return .json(RuleList(rules: faults.rules))
    }
}
