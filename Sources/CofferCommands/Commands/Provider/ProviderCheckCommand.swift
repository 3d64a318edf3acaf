// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferDescriptions
import CofferOAuth

/// `coffer provider check`.
struct ProviderCheckCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a description of a provider.",
        discussion: """
            Says all that is wrong with a description file, each with its line. A file that is right is put as ID.yaml into \
            the folder providers beside the identity; then: coffer app add --provider ID.

              coffer provider show hubspot --yaml > mine.yaml
              coffer provider check mine.yaml
            """)

    /// The file.
    @Argument(help: "The description, in YAML.", completion: .file(extensions: ["yaml", "yml"]))
    var file: String

    /// Reads the file and says what is wrong with it.
    func run() async throws {
        let context = CommandContext.current
        do {
            let entry = try DescriptionFile.read(ProviderLibrary.read(file))
            if ProviderCatalogue.entry(id: entry.description.id) != nil {
                context.diagnostics.warn(
                    "\(entry.description.id) is built in: give the file an id of its own before it is put into the folder"
                )
            }
            let described = "\(file) describes \(entry.description.displayName) as \(entry.description.id)"
            try context.output.write(PrintableText.clean(described) + "\n")
        } catch let error as DescriptionError {
            for problem in error.problems {
                context.diagnostics.note(PrintableText.clean("\(file): \(problem.sentence)"))
            }
            let count = error.problems.count
            throw CommandError(
                "bad_description",
                message: "\(file) can't be used: \(count) \(count == 1 ? "field is" : "fields are") wrong")
        }
    }
}
