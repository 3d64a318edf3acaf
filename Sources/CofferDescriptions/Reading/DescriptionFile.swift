// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth
import Yams

/// Reads a provider's description from a YAML file, and says all that is wrong with it.
package struct DescriptionFile {
    /// A description is a page or two; what is longer is none.
    package static let longest = 256 << 10

    private let root: Node.Mapping
    private var problems: [DescriptionProblem] = []

    /// Reads a file.
    ///
    /// - Parameters:
    ///   - bytes: the whole file.
    ///   - base: finds the provider that a file extends.
    /// - Returns: what it describes.
    /// - Throws: ``DescriptionError`` with everything that is wrong.
    package static func read(
        _ bytes: [UInt8], base: (String) -> CatalogueEntry? = { ProviderCatalogue.entry(id: $0) }
    ) throws(DescriptionError) -> CatalogueEntry {
        var file = try Self(bytes)
        let entry = file.entry(base: base)
        guard file.problems.isEmpty else {
            throw DescriptionError(file.problems.sorted { ($0.line ?? .max) < ($1.line ?? .max) })
        }
        // Quotes and escapes can hide in a text what no file may hold: what was read must be readable when it is written.
        if let written = try? DescriptionText.yaml(of: entry), let objection = YAMLGuard.objection(to: written) {
            throw DescriptionError([DescriptionProblem(objection)])
        }
        return entry
    }

    private init(_ bytes: [UInt8]) throws(DescriptionError) {
        guard bytes.count <= Self.longest, let text = String(validating: bytes, as: UTF8.self) else {
            throw DescriptionError([DescriptionProblem("it is no text of at most 256 KiB in UTF-8")])
        }
        if let objection = YAMLGuard.objection(to: text) { throw DescriptionError([DescriptionProblem(objection)]) }
        do {
            guard let mapping = try Yams.compose(yaml: text)?.mapping else {
                throw DescriptionError([DescriptionProblem("it is no table of fields")])
            }
            root = mapping
        } catch let error as DescriptionError {
            throw error
        } catch {
            throw DescriptionError([DescriptionProblem(parserError: error)])
        }
    }

    private mutating func entry(base: (String) -> CatalogueEntry?) -> CatalogueEntry {
        var entry = Schema.blank
        if root[Schema.versionField]?.scalar?.string != String(Schema.version) {
            problems.append(
                DescriptionProblem(
                    line: root[Schema.versionField]?.mark?.line, field: Schema.versionField,
                    "must be \(Schema.version); another version needs another Coffer"))
        }
        if let node = root[Schema.baseField] {
            if let found = node.scalar.flatMap({ base($0.string) }) {
                entry = found
            } else {
                problems.append(
                    DescriptionProblem(
                        line: node.mark?.line, field: Schema.baseField, "names no provider that is known"))
            }
        }
        var seen: Set<String> = []
        let inherited = entry
        walk(root, "", &entry, &seen)
        readVariables(&entry)
        let isOwn = root[Schema.baseField] == nil
        if !isOwn { entry.join(inherited, stating: seen) }
        // Under another's id it could not be named.
        for name in Schema.required where (isOwn || Schema.own.contains(name)) && !seen.contains(name) {
            problems.append(DescriptionProblem(field: name, "is missing"))
        }
        if problems.isEmpty { problems += DescriptionCheck(entry).problems }
        return entry
    }

    private mutating func walk(
        _ mapping: Node.Mapping, _ prefix: String, _ entry: inout CatalogueEntry, _ seen: inout Set<String>
    ) {
        for (key, value) in mapping {
            let name = prefix + (key.scalar?.string ?? "?")
            if prefix.isEmpty, [Schema.versionField, Schema.baseField, "variables"].contains(name) { continue }
            if let field = Schema.fields.first(where: { $0.name == name }) {
                seen.insert(name)
                if !field.read(value, &entry) {
                    problems.append(DescriptionProblem(line: key.mark?.line, field: name, "must be \(field.wanted)"))
                }
            } else if Schema.fields.contains(where: { $0.name.hasPrefix(name + ".") }) {
                if let section = value.mapping {
                    walk(section, name + ".", &entry, &seen)
                } else {
                    problems.append(DescriptionProblem(line: key.mark?.line, field: name, "must be a table of fields"))
                }
            } else {
                problems.append(DescriptionProblem(line: key.mark?.line, field: name.printable, unknown(name)))
            }
        }
    }

    private func unknown(_ name: String) -> String {
        let last = name.split(separator: ".").last ?? ""
        let near = Schema.fields.first { $0.name.split(separator: ".").last == last }
        return "is no field" + (near.map { "; there is \($0.name)" } ?? "")
    }

    private mutating func readVariables(_ entry: inout CatalogueEntry) {
        guard let node = root["variables"] else { return }
        guard let mapping = node.mapping, mapping.count <= 16 else {
            problems.append(
                DescriptionProblem(line: node.mark?.line, field: "variables", "must be a table of at most 16"))
            return
        }
        for (key, value) in mapping {
            let name = key.scalar?.string ?? ""
            guard let variable = ProviderVariable(name, value) else {
                problems.append(
                    DescriptionProblem(
                        line: key.mark?.line, field: "variables.\(name.printable)",
                        "must be a table of about and, if there is one, default and pattern, under a name of small letters"
                    ))
                continue
            }
            entry.variables.removeAll { $0.name == name }
            entry.variables.append(variable)
        }
    }
}

extension String {
    /// The text without what a terminal would act on, and bounded.
    var printable: String {
        let scalars = unicodeScalars.prefix(80).map { $0.properties.generalCategory == .control ? "?" : $0 }
        return String(String.UnicodeScalarView(scalars))
    }
}
