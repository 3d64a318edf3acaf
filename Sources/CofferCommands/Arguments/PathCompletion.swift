// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// What a shell offers for a word that stands for something in the vault: the scripts of `make install` ask at the press of a key.
///
/// Somebody is in the middle of a line: nothing is asked, no program is started, nothing is recorded, and whatever goes wrong there is
/// nothing to offer, and likewise where it takes long.
enum PathCompletion {
    /// The words of the line as far as it goes.
    private struct Line: Sendable {
        let words: [String]
        /// What stands there of the word that is completed.
        let typed: String

        init(_ words: [String], at index: Int) {
            self.words = words
            typed = words.indices.contains(index) ? words[index] : ""
        }

        /// What follows an option; its last place counts.
        func value(of option: String) -> String? {
            for (place, word) in words.enumerated().reversed() {
                if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
                if word == option, place + 1 < words.count { return words[place + 1] }
            }
            return nil
        }
    }

    /// No list is longer: a shell would ask whether it should show it.
    private static let longestList = 1000

    /// How long is looked: 1 s, or the line would hang with a vault that is locked, or lies on a disk that does not answer.
    private static let patience = Duration.seconds(1)

    /// Connections.
    static let connections = entries(["connection"])
    /// Apps.
    static let apps = entries(["app"])
    /// Apps, and connections that belong to one.
    static let grants = entries(["app", "connection"])
    /// Static secrets.
    static let secrets = entries(["secret"])
    /// What can be rotated.
    static let rotatable = entries(["app", "secret"])
    /// What answers another tool.
    static let answering = entries(["connection", "secret"])
    /// Every entry.
    static let all = entries(["app", "connection", "secret"])

    /// Connections, which can be connected again, and the beginnings of new ones.
    static let connectable = completion { line in
        let found = await names(line)
        return found.filter { $0.kind == "connection" }.map(\.path)
            + found.filter { $0.kind == "app" }.map { $0.path + "/" }
    }

    /// Entries, and the spaces they are in.
    static let beginnings = completion { line in
        let found = await names(line)
        return spaceNames(of: found).map { $0 + "/" } + found.map(\.path)
    }

    /// Spaces that have something in them.
    static let spaces = completion { line in spaceNames(of: await names(line)) }

    /// Providers, built in and one's own.
    static let providers = completion { _ in ProviderLibrary(CommandContext.current.environment).ids }

    private static func entries(_ kinds: Set<String>) -> CompletionKind {
        completion { line in await names(line).filter { kinds.contains($0.kind) }.map(\.path) }
    }

    private static func completion(
        _ candidates: @escaping @Sendable (Line) async -> [String]
    ) -> CompletionKind {
        .custom { (words: [String], index: Int, _: String) async -> [String] in
            let line = Line(words, at: index)
            let found = await BoundedWork.result(within: patience) { await candidates(line) } ?? []
            return Array(found.filter { $0.hasPrefix(line.typed) }.prefix(longestList))
        }
    }

    private static func spaceNames(of entries: [EntryView]) -> [String] {
        Set(entries.compactMap { $0.path.split(separator: "/").first.map(String.init) }).sorted()
    }

    /// What is in the vault that the line and the environment name, as far as it begins as what was typed.
    private static func names(_ line: Line) async -> [EntryView] {
        let context = CommandContext.current
        guard line.value(of: "--identity-in-vault") == nil, line.value(of: "--identity-fd") == nil,
            line.value(of: "--identity-command") == nil,
            let location = try? VaultLocation.resolve(
                environment: context.environment, vault: file(line.value(of: "--vault"), context),
                identityFile: file(line.value(of: "--identity-file"), context)),
            !location.isDatabase, opensQuietly(location)
        else { return [] }
        let network = context.network()
        var found: [EntryView] = []
        do {
            let keeper = try await Keeper.open(
                location, effects: KeeperEffects(transport: network.transport, now: context.now))
            found = try await keeper.names(beginning: line.typed)
        } catch {
            // There is nothing to offer.
        }
        await network.shutdown()
        return found
    }

    /// Whether the identity is there to be read: a program that prints it could ask for a fingerprint or a passphrase.
    private static func opensQuietly(_ location: VaultLocation) -> Bool {
        switch location.identity {
        case .file, .credential, .environment: true
        case .descriptor, .command, .sealed: false
        }
    }

    /// A word as the shell would give it, where that is only the home folder's sign.
    private static func file(_ word: String?, _ context: CommandContext) -> String? {
        guard let word, word.hasPrefix("~/"), let home = context.environment["HOME"] else { return word }
        return home + word.dropFirst()
    }
}
