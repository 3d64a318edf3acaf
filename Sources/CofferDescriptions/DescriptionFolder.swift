// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferOAuth

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A folder of a person's own descriptions: each file `ID.yaml` describes the provider of that id.
package struct DescriptionFolder: Sendable {
    /// The folder; it need not exist.
    package let path: String

    /// Names the folder.
    package init(_ path: String) { self.path = path }

    /// The ids of all files, in alphabetical order.
    package var ids: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }

    /// Where the description of an id is.
    package func file(of id: String) -> String { "\(path)/\(id).yaml" }

    /// The description of an id.
    ///
    /// - Returns: `nil` if there is no such file.
    /// - Throws: ``DescriptionError`` for a file that can't be used: others may write to it, it describes another id or a
    ///   built-in one, or it is wrong in itself.
    package func entry(id: String) throws(DescriptionError) -> CatalogueEntry? {
        // An id is a part of a path here.
        guard !id.isEmpty, !id.contains("/"), !id.hasPrefix(".") else { return nil }
        let file = file(of: id)
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        guard ProviderCatalogue.entry(id: id) == nil else {
            throw DescriptionError([
                DescriptionProblem(field: "id", "is that of a provider that is built in; take another and extend it")
            ])
        }
        let entry = try Self.read(file)
        guard entry.description.id == id else {
            throw DescriptionError([DescriptionProblem(field: "id", "must be \(id), as the file is named")])
        }
        return entry
    }

    /// Reads one file, wherever it is.
    ///
    /// - Throws: ``DescriptionError``.
    package static func read(_ file: String) throws(DescriptionError) -> CatalogueEntry {
        let bytes: [UInt8]
        do {
            // It says where secrets are sent: nobody else may have written it.
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
            guard mode.map({ $0 & 0o022 == 0 }) ?? true else {
                throw DescriptionError([DescriptionProblem("others may write to it; close it with: chmod go-w")])
            }
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: file)))
        } catch let error as DescriptionError {
            throw error
        } catch {
            throw DescriptionError([DescriptionProblem("it can't be read")])
        }
        return try DescriptionFile.read(bytes)
    }
}
