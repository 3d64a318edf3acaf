// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferOAuth

/// What no single field shows: whether the fields of a description fit together.
struct DescriptionCheck {
    private let entry: CatalogueEntry

    /// Takes an entry whose fields were read.
    init(_ entry: CatalogueEntry) { self.entry = entry }

    /// All that does not fit.
    var problems: [DescriptionProblem] {
        let first = stray + defaults + accounts + evidence
        return first.isEmpty ? hosts : first
    }

    /// Names in braces that stand for nothing.
    private var stray: [DescriptionProblem] {
        let known = Set(entry.variables.map(\.name) + ["account"])
        return Schema.texts(of: entry).flatMap { field, text in
            let names = text.matches(of: /\{([^}]*)\}/).map { String($0.1) }
            guard Schema.isFilled(field) else {
                return names.isEmpty ? [] : [DescriptionProblem(field: field, "holds braces, and is never filled in")]
            }
            return names.filter { !known.contains($0) }.map {
                DescriptionProblem(field: field, "names {\($0.printable)}, which is neither {account} nor a variable")
            }
        }
    }

    /// Defaults that their own patterns refuse.
    private var defaults: [DescriptionProblem] {
        entry.variables.compactMap { variable in
            guard let value = variable.fallback, let pattern = try? Regex(variable.pattern),
                value.wholeMatch(of: pattern) == nil
            else { return nil }
            return DescriptionProblem(
                field: "variables.\(variable.name)", "has a default that its own pattern refuses")
        }
    }

    /// Addresses that the description's own hosts do not allow; a variable without a default gets a value of any form.
    private var hosts: [DescriptionProblem] {
        var lenient = entry
        for index in lenient.variables.indices { lenient.variables[index].pattern = ".*" }
        let samples = entry.variables.filter { $0.fallback == nil }.map { ($0.name, "sample.example") }
        do {
            _ = try lenient.described(with: Dictionary(samples) { first, _ in first })
            return []
        } catch {
            return [DescriptionProblem(field: "hosts.secrets", "does not fit the endpoints: \(error.message)")]
        }
    }

    private var accounts: [DescriptionProblem] {
        let needs = entry.description.endpoints.all.contains(where: \.needsAccountHost)
        if needs, entry.description.accountHosts == .none {
            return [DescriptionProblem(field: "hosts.accounts", "is none, and an endpoint is on the account's host")]
        }
        return []
    }

    /// Sources and unknown fields must name fields that there are.
    private var evidence: [DescriptionProblem] {
        let stated = Set(Schema.stated(entry).map(\.name)).subtracting(Schema.required)
        let both = entry.unknown.filter(stated.contains).map {
            DescriptionProblem(field: "unknown", "names \($0.printable), which is stated")
        }
        let names = entry.sources.flatMap(\.fields).map { ("sources", $0) } + entry.unknown.map { ("unknown", $0) }
        return both
            + names.filter { !Schema.isName($0.1) }.map {
                DescriptionProblem(field: $0.0, "names \($0.1.printable), which is no field")
            }
    }
}
