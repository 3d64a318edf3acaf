// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import CofferDescriptions
import CofferKeeper
import CofferOAuth
import CofferVault

/// The providers of this machine: those that are built in, and the person's own.
struct ProviderLibrary {
    private let folder: DescriptionFolder?

    /// Looks in the folder that the environment names.
    init(_ environment: [String: String]) {
        folder = VaultLocation.configurationFolder(environment).map {
            DescriptionFolder($0 + "/providers", read: Self.read)
        }
    }

    /// Reads a description file: one of ours or root's that others can neither write to nor put another in place of.
    ///
    /// - Throws: ``DescriptionError``.
    static func read(_ file: String) throws(DescriptionError) -> [UInt8] {
        do {
            let bytes = try CheckedFile.read(file, limit: DescriptionFile.longest, mayBeSeen: true)
            return bytes.withExposedBytes { Array($0) }
        } catch {
            throw DescriptionError([DescriptionProblem(error.message)])
        }
    }

    /// The ids of all, the built-in ones first.
    var ids: [String] { ProviderCatalogue.entries.map(\.description.id) + (folder?.ids ?? []) }

    /// The entry of an id.
    ///
    /// - Throws: ``CommandError`` with the code `unknown_provider` or `bad_description`.
    func entry(id: String) throws(CommandError) -> CatalogueEntry {
        if let entry = ProviderCatalogue.entry(id: id) { return entry }
        do {
            if let entry = try folder?.entry(id: id) { return entry }
        } catch {
            throw CommandError(badDescription: error, folder?.file(of: id) ?? id)
        }
        throw CommandError(
            "unknown_provider", message: "there is no provider of this name",
            hint: "see: coffer provider list; any other server with discovery is added with --issuer URL")
    }

    /// The person's own, and the files that can't be used with what is wrong with them.
    func own() -> (entries: [CatalogueEntry], failures: [CommandError]) {
        var entries: [CatalogueEntry] = []
        var failures: [CommandError] = []
        for id in folder?.ids ?? [] {
            do throws(CommandError) { entries.append(try entry(id: id)) } catch { failures.append(error) }
        }
        return (entries, failures)
    }
}

extension CommandError {
    /// A description file that can't be used: the first thing that is wrong with it, and how to see the rest.
    init(badDescription error: DescriptionError, _ file: String) {
        let first = error.problems.first?.sentence ?? "it can't be used"
        self.init(
            "bad_description", message: "\(file): \(first)",
            hint: error.problems.count > 1 ? "see all with: coffer provider check \(file)" : nil)
    }
}
