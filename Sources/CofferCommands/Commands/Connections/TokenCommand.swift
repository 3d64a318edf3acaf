// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferAgentClient
import CofferCredentials
import CofferKeeper

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `coffer token`: prints an access token that works.
struct TokenCommand: AsyncParsableCommand {
    /// What help says of it.
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Print an access token that works, refreshed first if it must be.",
        discussion: """
            Only the token goes to standard output, with one newline.

              token=$(coffer token main/amocrm/acme --min-valid 10m)
              coffer token main/amocrm/acme --format header | curl -H @- URL
              coffer token main/amocrm/acme --format curl | curl --config - URL
              coffer token main/idp/alice --scope 'read:orders' --audience billing
              coffer token main/bank/one --format header --for "GET $URL" | curl -H @- "$URL"

            Where coffer agent serves this vault and no identity is named, the agent is asked, and no identity is needed; not \
            with --for, --wait, --hold-wait, --reason and --pin, which are the vault's.

            A reader's identity can't refresh: it leaves a wish, which coffer refresh with an issuer's fulfils, and waits \
            for it; if nobody comes, the status is 86.

            --scope, --audience and --resource ask for a token with less. It is kept beside the whole one, which stays as \
            it is, and handed out again until it ends; docs/narrowed-tokens.md says at which providers.
            """)

    /// The connection's path.
    @Argument(help: "The connection, as main/amocrm/acme.", completion: PathCompletion.connections)
    var path: String

    /// How long the token must live.
    @Option(help: ArgumentHelp("How long it must be good for: 90s, 5m, 2h.", valueName: "time"))
    var minValid: DurationArgument?

    /// Whether less is an error.
    @Flag(help: "Fail with status 75 if it is good for less.")
    var minValidStrict = false

    /// How long a reader waits for an issuer's process.
    @Option(
        help: ArgumentHelp(
            "As a reader, wait so long for an issuer's process; 0s only leaves the wish.", valueName: "time"))
    var wait = DurationArgument(Keeper.issuerWait)

    /// How long a hold is waited for.
    @Option(
        help: ArgumentHelp(
            "While a leak is contained and its tokens are on hold, wait so long instead of ending with 84.",
            valueName: "time"))
    var holdWait: DurationArgument?

    /// The form.
    @Option(help: "In which form; header is for curl -H @-, curl for curl --config -, env sets ACCESS_TOKEN.")
    var format: TokenFormat?

    /// The request that a proof is for.
    @Option(
        name: .customLong("for"),
        help: ArgumentHelp(
            "The request it is for, 'GET https://api.example/me': --format header adds the proof that a DPoP token needs.",
            valueName: "request"))
    var request: RequestArgument?

    /// What the server gave as `DPoP-Nonce`.
    @Option(help: ArgumentHelp("What the server gave as DPoP-Nonce; it is no secret.", valueName: "nonce"))
    var nonce: String?

    /// Whether it may be shown on a terminal.
    @OptionGroup var revealing: RevealOption

    /// What less is enough.
    @OptionGroup(title: "Less than the whole") var less: NarrowingOptions

    /// Whether the agent is asked.
    @OptionGroup var agent: AgentOption

    /// Vault and identity.
    @OptionGroup(title: "Vault") var options: VaultOptions

    /// JSON.
    @OptionGroup var output: JSONOption

    /// Refuses two forms, and a demand without a length.
    func validate() throws {
        if output.json, let format, format != .json { throw ValidationError("--json and --format exclude each other") }
        if request != nil, format != .header { throw ValidationError("--for goes with --format header") }
        if nonce != nil, request == nil { throw ValidationError("--nonce goes with --for") }
        if minValidStrict && minValid == nil { throw ValidationError("--min-valid-strict goes with --min-valid") }
    }

    /// Prints the token; what was sent behind it has landed when this returns.
    func run() async throws {
        let path = try CredentialPath(path)
        try revealing.check(CommandContext.current)
        try await options.withAgent(unless: agent.isLeftOut, isVaultsAlone: isVaultsAlone) { client, context in
            let (credential, note) = try await token(path, from: client, context)
            try show(credential, proof: nil, note: note, context)
        } vault: { keeper, context in
            let handout = try await keeper.token(
                path, narrowing: less.narrowing, minimumValidity: minValid?.duration, isStrict: minValidStrict,
                wait: wait.duration, holdWait: holdWait?.duration)
            let proof = try await request?.proof(handout.credential, nonce)
            try show(handout.credential, proof: proof, note: handout.note, context)
        }
    }

    /// Whether something is asked that the agent can't do: to sign, and to wait.
    private var isVaultsAlone: Bool { request != nil || holdWait != nil || wait.duration != Keeper.issuerWait }

    /// The agent's token; the agent refuses one that ends too soon, where this command says how long it has.
    private func token(
        _ path: CredentialPath, from client: AgentClient, _ context: CommandContext
    ) async throws -> (credential: Credential, note: String?) {
        func request(_ minimumValidity: Duration?) -> CredentialRequest {
            CredentialRequest(
                path: path, minimumValidity: minimumValidity, scope: less.scope, audience: less.audience,
                resource: less.resource)
        }
        do { return try await client.token(for: request(minValid?.duration)) } catch {
            guard minValid != nil, (error as? CredentialError)?.code == .expired else { throw error }
        }
        let credential = try await client.token(for: request(nil)).credential
        let left = credential.expiresAt.map { Int($0.timeIntervalSince(context.now())) } ?? 0
        let note = "the token of \(path) lives for \(left) seconds, less than was asked for"
        if minValidStrict { throw CommandError("too_short", message: note, path: path) }
        return (credential, note)
    }

    private func show(_ credential: Credential, proof: String?, note: String?, _ context: CommandContext) throws {
        try TokenOutput(credential, proof: proof)
            .write(format ?? (output.json ? .json : .value), to: context.output)
        if let note { context.diagnostics.note(CommandError.clause(note)) }
    }
}
