// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferAgent
import CofferAgentClient
import CofferCredentials
import CofferKeeper
import CofferVault

/// The way of what scripts call in a loop: an agent is asked for the token before the command line is parsed, the vault looked into or an HTTP
/// client made (docs/decisions/0029-short-way.md).
///
/// It prints what the long way prints, or leads nowhere: then the command begins as ever, does all of it again, and says what is wrong. Only
/// what an agent may have handed out is not asked for a second time.
enum ShortWay {
    /// Takes it where it leads somewhere.
    ///
    /// - Parameters:
    ///   - arguments: what follows the program's name.
    ///   - context: the effects; asked for only by a command line that is recognised.
    ///   - isInterruptible: whether a signal ends the process as on the long way; they belong to the process.
    /// - Returns: how the process ends, all having been said; nil where the command is to be run.
    static func take(
        _ arguments: [String], _ context: @autoclosure () -> CommandContext, isInterruptible: Bool = false
    ) -> ExitStatus? {
        guard let command = ShortCommand(arguments) else { return nil }
        let context = context()
        // Without --reveal nothing is shown there.
        guard !context.output.isTerminal, let place = place(context.environment),
            let file = vaultFile(context.environment)
        else { return nil }
        if isInterruptible { ShortSignals.begin() }
        let question = AgentQuestion(at: place.path, patience: AgentClient.patience)
        switch question.token(command.path, minimumValidity: command.minimumValidity, from: file) {
        case .nothing:
            if isInterruptible { ShortSignals.end() }
            return nil
        case .content(let content): return show(content, command.path, context)
        case .brokenOff: return CofferProgram.report(place.breach, false, context)
        case .late: return CofferProgram.report(place.lateness, false, context)
        }
    }

    /// The agent's place, where one is that can be trusted and nothing is said that only the vault can heed, as ``AgentVisit`` has it.
    ///
    /// With a ticket there are other rules, and there may be no vault: the long way knows them.
    static func place(_ environment: [String: String]) -> AgentPlace? {
        guard !VaultLocation.namesIdentity(environment), !VaultLocation.namesPin(environment),
            !AgentTicket.isNamed(environment), let place = try? AgentPlace(environment: environment)
        else { return nil }
        do throws(CredentialError) {
            try place.confirm()
            return place
        } catch {
            return nil
        }
    }

    /// The file that the command would open, or the database, as the agent is told of it; nil where there is no file.
    ///
    /// The long way compares the ids of two vaults, for which it reads the file. One file has one id.
    private static func vaultFile(_ environment: [String: String]) -> String? {
        guard let location = try? VaultLocation.resolve(environment: environment) else { return nil }
        return location.databaseMark ?? location.filePath.flatMap { FileIdentity($0)?.text }
    }

    /// Prints the token; from here on the process ends, however that goes.
    private static func show(_ content: Secret, _ path: CredentialPath, _ context: CommandContext) -> ExitStatus {
        do {
            let (credential, note) = try AgentAnswer.token(in: content, at: path)
            try TokenOutput(credential).write(.value, to: context.output)
            if let note { context.diagnostics.note(CommandError.clause(note)) }
            try context.output.finish()
            return .done
        } catch {
            return CofferProgram.report(error, false, context)
        }
    }
}
