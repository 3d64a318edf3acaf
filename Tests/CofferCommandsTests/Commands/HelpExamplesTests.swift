// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Testing

@testable import CofferCommands

@Suite struct `The help of every command` {
    /// A command, and how it is called.
    private struct Verb {
        let words: [String]
        let discussion: String

        var name: String { words.joined(separator: " ") }

        /// The lines that stand in from the text around them.
        var examples: [Substring] { discussion.split(separator: "\n").filter { $0.hasPrefix("  ") } }
    }

    private static let verbs = tree(CofferCommand.self, after: [])

    private static func tree(_ command: any ParsableCommand.Type, after words: [String]) -> [Verb] {
        let configuration = command.configuration
        let words = words + [configuration.commandName ?? ""]
        return [Verb(words: words, discussion: configuration.discussion)]
            + configuration.subcommands.flatMap { tree($0, after: words) }
    }

    /// The words of an example up to what the shell takes for itself; nil for what is no call of ours as it stands.
    private static func words(_ example: Substring) -> [String]? {
        let line = example.split(separator: " ").map(String.init)
        guard let start = line.firstIndex(of: "coffer"), line[..<start].allSatisfy({ $0.contains("=") }),
            !line.contains(where: { $0.hasSuffix("…") || $0.contains { quotes.contains($0) } || $0.hasPrefix("<(") })
        else { return nil }
        let words = line[(start + 1)...].prefix { !["<", ">", "|", "3<"].contains($0) }
        return words.map { $0 == "URL" ? "https://provider.example" : $0 }
    }

    /// What has the shell join words, or make others of them.
    private static let quotes: Set<Character> = ["'", "\"", "\\", "$"]

    @Test func `has an example`() {
        let without = Self.verbs.filter { verb in !verb.examples.contains { $0.contains("coffer ") } }
        #expect(without.map(\.name) == [])
        #expect(Self.verbs.count > 60)
    }

    @Test func `has none that is refused as it stands`() {
        var parsed = 0
        for verb in Self.verbs {
            for example in verb.examples {
                guard let words = Self.words(example) else { continue }
                parsed += 1
                do { _ = try CofferCommand.parseAsRoot(words) } catch {
                    Issue.record("\(verb.name): \(words): \(CofferCommand.message(for: error))")
                }
            }
        }
        #expect(parsed > 100)
    }
}
