// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CofferKeeper

/// The options of every command that opens the vault.
struct VaultOptions: ParsableArguments {
    /// The vault's file, or the URL of its database.
    @Option(
        help: ArgumentHelp("The vault's file, or the URL of its PostgreSQL database.", valueName: "path"),
        completion: .file())
    var vault: String?

    /// The identity's file.
    @Option(help: ArgumentHelp("The file of the identity that opens it.", valueName: "file"), completion: .file())
    var identityFile: String?

    /// An open descriptor that the identity is read from.
    @Option(help: ArgumentHelp("An open descriptor to read the identity from.", valueName: "n"))
    var identityFd: Int32?

    /// A program that prints the identity.
    @Option(help: ArgumentHelp("A program that prints the identity: its absolute path.", valueName: "program"))
    var identityCommand: String?

    /// The name of an identity that is kept in the vault.
    @Option(help: ArgumentHelp("An identity that is kept in the vault under a passphrase.", valueName: "name"))
    var identityInVault: String?

    /// An open descriptor that its passphrase is read from.
    @Option(help: ArgumentHelp("An open descriptor with its passphrase, instead of a prompt.", valueName: "n"))
    var passphraseFd: Int32?

    /// A manifest to trust.
    @Option(help: ArgumentHelp("The manifest to trust besides the identity's own pin.", valueName: "coffer-pin-1…"))
    var pin: String?

    /// What is written into the events.
    @Option(help: ArgumentHelp("Why: written into the vault's record of events.", valueName: "text"))
    var reason: String?

    /// The longest reason, in bytes: a sentence.
    private static let longestReason = 500

    /// Refuses two identities, a descriptor that cannot be one, and a reason that is no sentence.
    func validate() throws {
        let named = [
            ("--identity-file", identityFile != nil), ("--identity-fd", identityFd != nil),
            ("--identity-command", identityCommand != nil), ("--identity-in-vault", identityInVault != nil),
        ].filter(\.1).map(\.0)
        if named.count > 1 {
            throw ValidationError("\(named.joined(separator: " and ")) exclude each other")
        }
        if let identityFd, identityFd < 0 { throw ValidationError("--identity-fd is the number of an open descriptor") }
        if passphraseFd != nil && identityInVault == nil {
            throw ValidationError("--passphrase-fd goes with --identity-in-vault")
        }
        if let passphraseFd, passphraseFd < 0 {
            throw ValidationError("--passphrase-fd is the number of an open descriptor")
        }
        if let reason, reason.utf8.count > Self.longestReason {
            throw ValidationError("--reason is a sentence of at most \(Self.longestReason) bytes")
        }
    }

    /// Where vault and identity are: flags before environment before defaults.
    ///
    /// - Throws: `KeeperError` with the code `usage`.
    func location(_ context: CommandContext) throws -> VaultLocation {
        try VaultLocation.resolve(
            environment: context.environment, vault: vault, identityFile: identityFile, identityDescriptor: identityFd,
            identityCommand: identityCommand, sealedIdentity: sealedIdentity(context), pin: pin)
    }

    /// The identity in the vault; its passphrase is asked for on the terminal device, as standard input is the command's.
    private func sealedIdentity(_ context: CommandContext) -> ((String) -> SealedIdentity)? {
        guard let name = identityInVault else { return nil }
        let descriptor = passphraseFd
        return { vaultPath in
            SealedIdentity(name, in: vaultPath) {
                guard let descriptor else { return try await context.terminal.secret("passphrase of \(name)") }
                return try await SecretInput(context, descriptor: descriptor).text("passphrase")
            }
        }
    }

    /// Works with the vault for a tool, and says why unless the caller did; not where a ticket is named.
    ///
    /// - Parameters:
    ///   - tool: what stands as the reason in the events.
    ///   - body: the work.
    /// - Returns: what the body returns.
    /// - Throws: as ``withKeeper(comparing:notify:_:)``.
    func withKeeper<R>(
        because tool: String, _ body: (Keeper, CommandContext) async throws -> R
    ) async throws -> R {
        try refuseTicket(CommandContext.current, because: "only the vault can do what is asked for")
        var options = self
        if options.reason == nil { options.reason = tool }
        return try await options.withKeeper(body)
    }

    /// Opens the vault, works on it, and lets what was sent land before this returns or throws.
    ///
    /// - Parameters:
    ///   - comparing: whether a vault older than what this machine has seen is refused.
    ///   - notify: the program that is told of rotations in this run.
    ///   - body: the work.
    /// - Returns: what the body returns.
    /// - Throws: what opening or the body throws.
    func withKeeper<R>(
        comparing: Bool = true, notify: NotifyOptions? = nil, _ body: (Keeper, CommandContext) async throws -> R
    ) async throws -> R {
        let context = CommandContext.current
        let network = context.network()
        let result: Result<R, any Error>
        do {
            var effects = Self.effects(context, network)
            effects.hooks.command = notify?.command
            let keeper = try await Keeper.open(
                location(context), effects: effects, reason: reason.map(PrintableText.clean),
                comparing: comparing)
            do { result = .success(try await body(keeper, context)) } catch {
                result = .failure(keeper.explained(error, of: try location(context).vaultPath))
            }
            await Landing.wait(for: keeper, context)
        } catch {
            result = .failure(error)
        }
        await network.shutdown()
        return try result.get()
    }

    /// Works with a vault that the body opens itself, and opens again.
    ///
    /// - Parameter body: the work; no token request is under way when it returns.
    /// - Returns: what the body returns.
    /// - Throws: what the body throws.
    func withOpening<R>(_ body: (KeeperOpening, CommandContext) async throws -> R) async throws -> R {
        let context = CommandContext.current
        let network = context.network()
        let result: Result<R, any Error>
        do {
            let opening = KeeperOpening(
                try location(context), effects: Self.effects(context, network), reason: reason.map(PrintableText.clean))
            result = .success(try await body(opening, context))
        } catch {
            result = .failure(error)
        }
        await network.shutdown()
        return try result.get()
    }

    /// The effects of a command as the keeper takes them.
    static func effects(_ context: CommandContext, _ network: CommandNetwork) -> KeeperEffects {
        var effects = KeeperEffects(
            transport: network.transport, now: context.now, log: KeeperLog(DiagnosticsLogHandler.logger(context)))
        effects.programs = ProgramSettings(context.environment)
        effects.hooks = HookSettings(context.environment)
        return effects
    }
}
