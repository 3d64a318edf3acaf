// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// docs/agent-openapi.json, against which answers are held.
///
/// Knows the words of JSON Schema that the document's answers use, and no others: a word that is not known is a failure,
/// as it would say something that nothing holds.
struct OpenAPIDocument {
    private typealias Object = [String: Any]

    private let root: Object

    /// Reads it.
    init() throws {
        let folder = (0..<4).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
        let data = try Data(contentsOf: folder.appending(path: "docs/agent-openapi.json"))
        root = try #require(try JSONSerialization.jsonObject(with: data) as? Object)
    }

    /// Every operation: `GET /v1/token`.
    var operations: Set<String> {
        let paths = root["paths"] as? [String: Object] ?? [:]
        return Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
    }

    /// What is wrong with an answer to an operation; nothing if it is as the document says.
    func faults(of answer: RunningAgent.Answer, to operation: String) -> [String] {
        let parts = operation.split(separator: " ").map(String.init)
        guard let methods = (root["paths"] as? [String: Object])?[parts[1]],
            let responses = (methods[parts[0].lowercased()] as? Object)?["responses"] as? Object,
            let response = responses["\(answer.status)"] as? Object
        else { return ["\(operation) \(answer.status) is not described"] }
        guard let content = response["content"] as? [String: Object] else {
            return answer.body.isEmpty ? [] : ["content where none is described"]
        }
        guard let type = answer.fields["content-type"], let schema = content[type]?["schema"] as? Object else {
            return ["the content type \(answer.fields["content-type"] ?? "-") is not described"]
        }
        guard let value = try? JSONSerialization.jsonObject(with: Data(answer.body)) else { return ["no JSON"] }
        let stored = (response["headers"] as? Object) == nil || answer.fields["cache-control"] == "no-store"
        return faults(of: value, by: schema, at: "") + (stored ? [] : ["no Cache-Control"])
    }

    private func faults(of value: Any, by schema: Object, at place: String) -> [String] {
        if let name = schema["$ref"] as? String {
            let parts = name.split(separator: "/").dropFirst().map(String.init)
            guard let target = parts.reduce(root as Any?, { ($0 as? Object)?[$1] }) as? Object else {
                return ["\(name) leads nowhere"]
            }
            return faults(of: value, by: target, at: place)
        }
        return schema.keys.sorted().flatMap { word -> [String] in
            switch word {
            case "description", "required", "additionalProperties": []
            case "type":
                Self.isOf(schema["type"] as? String ?? "", value) ? [] : ["\(place) is no \(schema["type"] ?? "")"]
            case "const": "\(value)" == "\(schema["const"] ?? "")" ? [] : ["\(place) is \(value)"]
            case "enum":
                (schema["enum"] as? [String] ?? []).contains(value as? String ?? "") ? [] : ["\(place) is \(value)"]
            case "pattern":
                (value as? String)?.range(of: schema["pattern"] as? String ?? "", options: .regularExpression) != nil
                    ? [] : ["\(place) does not match"]
            case "items":
                (value as? [Any] ?? []).enumerated().flatMap { index, item in
                    faults(of: item, by: schema["items"] as? Object ?? [:], at: "\(place)/\(index)")
                }
            case "properties": members(of: value as? Object ?? [:], by: schema, at: place)
            default: ["the schema has the word \(word), which these tests do not know"]
            }
        }
    }

    private func members(of value: Object, by schema: Object, at place: String) -> [String] {
        let properties = schema["properties"] as? [String: Object] ?? [:]
        let missing = (schema["required"] as? [String] ?? []).filter { value[$0] == nil }
        let unknown = value.keys.filter { properties[$0] == nil }
        return missing.map { "\(place)/\($0) is missing" } + unknown.map { "\(place)/\($0) is not described" }
            + value.flatMap { name, member in
                properties[name].map { faults(of: member, by: $0, at: "\(place)/\(name)") } ?? []
            }
    }

    private static func isOf(_ type: String, _ value: Any) -> Bool {
        switch type {
        case "object": value is Object
        case "array": value is [Any]
        case "string": value is String
        case "integer": value is Int && !(value is String)
        case "boolean": value is Bool
        default: false
        }
    }
}
