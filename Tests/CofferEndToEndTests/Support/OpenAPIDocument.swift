// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// docs/agent-openapi.json, against which requests and answers are held.
///
/// Knows the words of JSON Schema that the document uses, and no others: a word that is not known is a failure,
/// as it would say something that nothing holds.
struct OpenAPIDocument {
    typealias Object = [String: Any]

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
        guard let responses = description(of: operation)["responses"] as? Object,
            let response = responses["\(answer.status)"] as? Object
        else { return ["\(operation) \(answer.status) is not described"] }
        guard let content = response["content"] as? [String: Object] else {
            return answer.body.isEmpty ? [] : ["content where none is described"]
        }
        guard let type = answer.fields["content-type"], let schema = content[type]?["schema"] as? Object else {
            return ["the content type \(answer.fields["content-type"] ?? "-") is not described"]
        }
        let stored = (response["headers"] as? Object) == nil || answer.fields["cache-control"] == "no-store"
        guard type == "application/json" else {
            let text = String(validating: answer.body, as: UTF8.self)
            let isText = schema["type"] as? String == "string" && text != nil
            let events = (content[type]?["x-coffer-events"] as? Object).map { faults(ofEvents: text ?? "", by: $0) }
            return (isText ? [] : ["no text"]) + (stored ? [] : ["no Cache-Control"]) + (events ?? [])
        }
        guard let value = try? JSONSerialization.jsonObject(with: Data(answer.body)) else { return ["no JSON"] }
        return faults(of: value, by: schema, at: "") + (stored ? [] : ["no Cache-Control"])
    }

    /// What it says of an operation; nothing for one that it does not have.
    func description(of operation: String) -> Object {
        let parts = operation.split(separator: " ").map(String.init)
        return (root["paths"] as? [String: Object])?[parts[1]]?[parts[0].lowercased()] as? Object ?? [:]
    }

    /// What is wrong with a stream of events, as far as it was heard
    /// (https://html.spec.whatwg.org/multipage/server-sent-events.html).
    ///
    /// - Parameters:
    ///   - text: The stream.
    ///   - events: The schema of each event's data, by its name.
    /// - Returns: nothing if it is as the schemas say.
    func faults(ofEvents text: String, by events: Object) -> [String] {
        text.components(separatedBy: "\n\n").dropLast().filter { !$0.hasPrefix(":") }.flatMap { frame -> [String] in
            let lines = frame.components(separatedBy: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else {
                return ["\(frame) is no event"]
            }
            let name = String(lines[0].dropFirst("event: ".count))
            let data = Data(lines[1].dropFirst("data: ".count).utf8)
            guard let schema = events[name] as? Object else { return ["the event \(name) is not described"] }
            guard let value = try? JSONSerialization.jsonObject(with: data) else { return ["\(name) is no JSON"] }
            return faults(of: value, by: schema, at: name)
        }
    }

    /// What is wrong with a value; nothing if it is as a schema says.
    func faults(of value: Any, by schema: Object, at place: String) -> [String] {
        if let name = schema["$ref"] as? String {
            guard let target = target(of: name) else { return ["\(name) leads nowhere"] }
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
            case "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems":
                Self.isWithin(schema[word] as? Int ?? 0, word, value) ? [] : ["\(place) is beyond its \(word)"]
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

    /// What a reference within the document leads to.
    func target(of reference: String) -> Object? {
        let parts = reference.split(separator: "/").dropFirst().map(String.init)
        return parts.reduce(root as Any?, { ($0 as? Object)?[$1] }) as? Object
    }

    private static func isWithin(_ bound: Int, _ word: String, _ value: Any) -> Bool {
        guard let size = (value as? String)?.count ?? (value as? [Any])?.count ?? (value as? Int) else { return true }
        return word.hasPrefix("min") ? size >= bound : size <= bound
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
