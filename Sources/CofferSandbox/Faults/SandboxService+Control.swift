// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension SandboxService {
    private struct RuleList: Codable {
        var rules: [FaultRule]?
        var random: FaultSeed?
    }

    private struct LogListing: Encodable {
        let version = 1
        let salt: String
        let requests: [RequestRecord]
    }

    /// `GET /sandbox/faults` and `GET /sandbox/requests`, for scripts beside the sandbox.
    func showControl(_ request: ParsedRequest) -> Reply {
        switch request.path {
        case "/sandbox/faults": .json(presentRules)
        case "/sandbox/requests": .json(LogListing(salt: log.salt, requests: log.records))
        default: Self.nothingHere
        }
    }

    private var presentRules: RuleList { RuleList(rules: faults.rules, random: faults.seed) }

    /// `POST /sandbox/faults` puts `{"rules":[…]}` in place of the present rules, and `{"random":{…}}` in place of the
    /// present seed; `DELETE` takes all away.
    func changeControl(_ request: ParsedRequest) -> Reply {
        guard request.path == "/sandbox/faults" else { return Self.nothingHere }
        if request.method == "DELETE" {
            faults.clear()
        } else {
            guard let list = try? JSONDecoder().decode(RuleList.self, from: request.bytes),
                list.rules != nil || list.random != nil
            else {
                return .problem(
                    400, title: "Bad Request",
                    detail: "Send a list of rules, as docs/sandbox.md shows.")
            }
            if let objection = list.rules?.lazy.compactMap(\.objection).first {
                return .problem(400, title: "Bad Request", detail: "\(objection) See docs/sandbox.md.")
            }
            if let rules = list.rules { faults.set(rules) }
            if let random = list.random { faults.set(random) }
        }
        return .json(presentRules)
    }
}
