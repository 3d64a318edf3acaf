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

    /// Reads a file that nobody else may have written, since it says where secrets are sent.
    private let read: @Sendable (String) throws(DescriptionError) -> [UInt8]

    /// Names the folder.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - read: reads a file that nobody else may have written.
    package init(_ path: String, read: @escaping @Sendable (String) throws(DescriptionError) -> [UInt8]) {
        self.path = path
        self.read = read
    }

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
    /// - Throws: ``DescriptionError`` for a file that can't be used: it can't be read safely, it describes another id or a
    ///   built-in one, or it is wrong in itself.
    package func entry(id: String) throws(DescriptionError) -> CatalogueEntry? {
        // An id is a part of a path here.
        guard !id.isEmpty, !id.contains("/"), !id.hasPrefix(".") else { return nil }
        let file = file(of: id)
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        guard ProviderCatalogue.entry(id: id) == nil else {
            let message = "is that of a provider that is built in; take another and extend it"
            throw DescriptionError([DescriptionProblem(field: "id", message)])
        }
        let entry = try DescriptionFile.read(read(file))
        guard entry.description.id == id else {
            throw DescriptionError([DescriptionProblem(field: "id", "must be \(id), as the file is named")])
        }
        return entry
    }
}
