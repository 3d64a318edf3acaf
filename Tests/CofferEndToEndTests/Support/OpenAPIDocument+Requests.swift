// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation

extension OpenAPIDocument {
    /// The parameters of an operation's query; a parameter that is anywhere else is none.
    func parameters(of operation: String) -> [Object] {
        (description(of: operation)["parameters"] as? [Object] ?? []).filter { $0["in"] as? String == "query" }
    }

    /// Whether an operation is answered with a ticket; else, whether it is without one, on the agent's own socket.
    func isOpen(_ operation: String, toTickets: Bool) -> Bool {
        let ways = description(of: operation)["security"] as? [[String: [String]]] ?? []
        return ways.contains(toTickets ? ["ticket": []] : [:])
    }

    /// The schema of an operation's body; nil for one without.
    func body(of operation: String) -> Object? {
        let content = (description(of: operation)["requestBody"] as? Object)?["content"] as? [String: Object]
        let schema = content?["application/json"]?["schema"] as? Object
        return (schema?["$ref"] as? String).flatMap { target(of: $0) } ?? schema
    }

    /// What is wrong with a request; nothing if it is as the document says.
    func faults(ofQuery query: String, body: String?, to operation: String) -> [String] {
        let described = parameters(of: operation)
        let given = query.split { "?&".contains($0) }.map { pair -> (name: String, value: String) in
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (String(sides[0]), sides.count > 1 ? sides[1].removingPercentEncoding ?? "" : "")
        }
        let wrong = given.flatMap { name, value -> [String] in
            guard let schema = described.first(where: { $0["name"] as? String == name })?["schema"] as? Object else {
                return ["\(name) is not described"]
            }
            if schema["type"] as? String == "integer", let number = Int(value) {
                return faults(of: number, by: schema, at: name)
            }
            return faults(of: value, by: schema, at: name)
        }
        let missing = described.filter { $0["required"] as? Bool == true }.compactMap { $0["name"] as? String }
            .filter { name in !given.contains { $0.name == name } }
        return wrong + missing.map { "\($0) is missing" } + faults(ofBody: body, to: operation)
    }

    private func faults(ofBody text: String?, to operation: String) -> [String] {
        let isRequired = (description(of: operation)["requestBody"] as? Object)?["required"] as? Bool == true
        guard let text else { return isRequired ? ["the body is missing"] : [] }
        guard let schema = body(of: operation) else { return ["a body where none is described"] }
        guard let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) else { return ["no JSON"] }
        return faults(of: value, by: schema, at: "body")
    }
}
