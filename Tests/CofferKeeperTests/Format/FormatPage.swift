// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The tables of JSON objects in docs/vault-format.md, and values held against them.
struct FormatPage {
    /// A name in an object, as a row of a table lists it.
    struct Member {
        let isRequired: Bool
        /// What the last column says.
        let value: String

        /// The object, or the forms, that the value is.
        var object: String? { value.firstMatch(of: /\*([a-z ]+)\*/).map { String($0.1) } }
        /// Whether it is inside an object with the one name `_0`.
        var isWrapped: Bool { value.contains("`_0`") }
        /// The texts it may be; empty if the page lists none.
        var words: Set<String> { value.hasPrefix("`") && value.hasSuffix("`") ? FormatPage.names(value) : [] }
    }

    /// A place in a JSON value, and the object of the page that stands there.
    struct Instance {
        let object: String
        let path: [String]
        let names: Set<String>
    }

    /// Names by object.
    private(set) var objects: [String: [String: Member]] = [:]
    /// The objects of which one form is there.
    private(set) var forms: Set<String> = []
    /// The rows of tables with three columns: names by the first one.
    private(set) var events: [String: Set<String>] = [:]

    /// Reads the section under a heading.
    init(_ heading: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "docs/vault-format.md"), encoding: .utf8)
        let sections = page.components(separatedBy: "\n## ")
        let section = try #require(sections.first { $0.hasPrefix(heading + "\n") })
        for line in section.split(separator: "\n") where line.hasPrefix("| ") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().dropLast()
                .map { $0.trimmingCharacters(in: .whitespaces) }
            if cells.count == 3, let event = Self.names(cells[0]).first { events[event] = Self.names(cells[1]) }
            guard cells.count == 4, cells[0] != "object" else { continue }
            for (names, isRequired) in [(cells[1], true), (cells[2], false)] {
                for name in Self.names(names) {
                    #expect(objects[cells[0]]?[name] == nil, "\(name) of \(cells[0]) is listed twice")
                    objects[cells[0], default: [:]][name] = Member(isRequired: isRequired, value: cells[3])
                }
            }
            if let form = cells[3].firstMatch(of: /forms \*([a-z ]+)\*/) { forms.insert(String(form.1)) }
        }
    }

    private static func names(_ text: String) -> Set<String> { Set(text.matches(of: /`([^`]+)`/).map { String($0.1) }) }

    /// Every object of the page in a JSON value; what the page does not list, or lists otherwise, is told.
    func instances(of object: String, in json: Any, at path: [String] = []) throws -> [Instance] {
        let found = try #require(json as? [String: Any], "\(path) is no object")
        let listed = try #require(objects[object], "the page lists no \(object)")
        var all = [Instance(object: object, path: path, names: Set(found.keys))]
        for (name, value) in found {
            let member = try #require(listed[name], "the page does not list \(name) of \(object)")
            if !member.words.isEmpty, !forms.contains(object) {
                #expect(member.words.contains(value as? String ?? ""), "the page does not list \(value) of \(name)")
            }
            all += try instances(member, in: value, at: path + [name])
        }
        let missing = listed.filter { $0.value.isRequired && found[$0.key] == nil }.map(\.key)
        #expect(missing == [], "the page says that \(object) always has them")
        if forms.contains(object) { #expect(found.count == 1) }
        return all
    }

    private func instances(_ member: Member, in json: Any, at path: [String]) throws -> [Instance] {
        var (json, path) = (json, path)
        if member.isWrapped {
            let wrapper = try #require(json as? [String: Any])
            #expect(Set(wrapper.keys) == ["_0"])
            json = try #require(wrapper["_0"])
            path.append("_0")
        } else if member.value == "object without a name" {
            #expect((json as? [String: Any])?.isEmpty == true)
        }
        guard let object = member.object else { return [] }
        guard let list = json as? [Any] else { return try instances(of: object, in: json, at: path) }
        return try list.enumerated().flatMap { try instances(of: object, in: $0.element, at: path + ["\($0.offset)"]) }
    }

    /// The value without the member at a path.
    static func removing(_ path: some Collection<String>, from json: Any) -> Any {
        guard let name = path.first else { return json }
        let rest = path.dropFirst()
        if var object = json as? [String: Any] {
            object[name] = rest.isEmpty ? nil : object[name].map { removing(rest, from: $0) }
            return object
        }
        guard var list = json as? [Any], let place = Int(name) else { return json }
        list[place] = removing(rest, from: list[place])
        return list
    }

    /// Whether any optional property inside a value is nil: such a sample would hide a name from the page.
    static func hasGap(_ value: Any) -> Bool {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional, mirror.children.isEmpty { return true }
        return mirror.children.contains { hasGap($0.value) }
    }
}
