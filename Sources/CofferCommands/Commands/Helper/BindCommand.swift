// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferCredentials
import CofferKeeper
import CofferToolProtocols

extension Binding.Kind: ExpressibleByArgument {}

/// `coffer bind`: which entry answers another tool.
struct BindCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "bind", abstract: "Say which entry answers another tool's requests, or list what was said.",
        discussion: """
            Of git a URL is bound: one host, or a path on it where credential.useHttpPath is set; the longest that fits \
            answers. A connection's token goes with the name oauth2 unless --username says another, or by itself with --bearer. A \
            static secret is a password; where there is none yet, git stores the one that was typed.

            AWS' SDKs name a profile; Kubernetes' clients the address of a cluster, or a name that stands in their configuration; \
            clients of registries, and netrc, a host; keyring and curl a URL.

              coffer bind git https://git.example.com main/gitlab/me
              coffer bind git https://git.example.com/team main/git-password --username ci
              coffer bind aws deploy main/aws/deploy
              coffer bind kubernetes https://cluster.example.com:6443 main/idp/me
              coffer bind docker registry.example.com:5000 main/gitlab/me
              coffer bind keyring https://packages.example.com/simple main/packages --username ci
              coffer bind
              coffer bind git https://git.example.com --remove

            What was bound stands in a file of this user's on this machine, not in the vault. docs/helpers.md says the rest.
            """)

    /// The tool.
    @Argument(help: "The tool: \(Binding.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
    var kind: Binding.Kind?

    /// What it asks for.
    @Argument(
        help: "What it asks for: https://HOST or https://HOST/PATH; for docker and netrc HOST, for aws a profile.")
    var match: String?

    /// What answers.
    @Argument(help: "The connection or static secret that answers.", completion: PathCompletion.answering)
    var path: String?

    /// The name.
    @Option(help: ArgumentHelp("The name that goes with it.", valueName: "name"))
    var username: String?

    /// Whether a token is presented by itself.
    @Flag(help: "Have it presented as Authorization: Bearer, without a name; curl can, and git since 2.46.")
    var bearer = false

    /// Whether it is taken away.
    @Flag(help: "Bind it to nothing any more; with --username, that name alone.")
    var remove = false

    /// The form of the list.
    @OptionGroup var list: ListOptions

    /// Refuses halves, and what contradicts itself.
    func validate() throws {
        if kind != nil, match == nil { throw ValidationError("what the tool asks for is missing") }
        if kind != nil, (path == nil) != remove {
            throw ValidationError("name the entry that answers, or take the binding away with --remove")
        }
        if kind == nil, username != nil { throw ValidationError("--username goes with what is bound") }
        if path == nil, bearer { throw ValidationError("--bearer goes with an entry") }
        if kind == nil, remove { throw ValidationError("--remove goes with what was bound") }
        if let kind, [.aws, .kubernetes].contains(kind), username != nil {
            throw ValidationError("--username does not go with \(kind.rawValue)")
        }
        if let kind, ![.git, .curl].contains(kind), bearer { throw ValidationError("--bearer goes with git and curl") }
        if kind == .docker, username == RegistryCredential.tokenName {
            // It says that the secret is a refresh token, and no tool gets one.
            throw ValidationError("<token> is the name of a token that only the registry makes")
        }
        if username != nil, bearer { throw ValidationError("--username and --bearer exclude each other") }
        if let username, username.isEmpty || !username.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) {
            throw ValidationError("a name has no control characters")
        }
        if kind != nil, list.json || list.quiet { throw ValidationError("--json and --quiet go with the list alone") }
    }

    /// Sets, removes or lists.
    func run() async throws {
        let context = CommandContext.current
        let settings = BindingSettings(context.environment)
        guard let kind, let match else {
            return try ListOutput(items: try settings.all(), now: context.now()).write(list.format, in: context)
        }
        let place = try kind.match(match)
        if let path {
            let binding = Binding(
                kind, place, to: try CredentialPath(path), username: username, scheme: bearer ? "Bearer" : nil)
            let wasThere = try settings.set(binding)
            context.diagnostics.note("\(place) is \(wasThere ? "now " : "")answered by \(path)")
        } else if try settings.remove(kind, place, username: username) {
            context.diagnostics.note("nothing answers \(place) any more")
        } else {
            throw CommandError("not_found", message: "nothing is bound to \(place)")
        }
    }
}
