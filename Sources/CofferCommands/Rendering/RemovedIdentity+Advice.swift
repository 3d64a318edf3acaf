// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferKeeper

extension SpaceExposure {
    /// `ci could read access tokens and secrets in main, as reader: 1 app, 2 connections, 3 secrets`.
    func line(of name: String) -> String {
        let what = isIssuing ? "client secrets, refresh and access tokens and secrets" : "access tokens and secrets"
        let count = entries.map { $0.total == 0 ? "nothing is there" : $0.phrase } ?? "what is there, you can't see"
        return "\(name) could read \(what) in \(space), as \(role): \(count)"
    }

    /// What replaces what could be read, most urgent first.
    var commands: [String] {
        let tokens =
            isIssuing
            ? appPaths.map { "coffer rotate \($0) --leak" }
            : connectionPaths.map { "coffer refresh --force \($0)" }
        return tokens + secretPaths.map { "coffer put \($0)" }
    }
}

extension RemovedIdentity {
    /// More commands than these are not listed: the whole list is a command of its own.
    private static let mostCommands = 12

    /// What is told where a sealed identity could not be taken out of the vault's log.
    static func leftInLog(of name: String) -> String {
        "what was sealed of \(name) may still lie in the vault's log, since another program was reading; coffer rekey clears it"
    }

    /// Says on standard error what to do next.
    func tell(_ diagnostics: Diagnostics) {
        diagnostics.note("removed \(name); what is written from now on it can't open")
        let commands = exposure.flatMap(\.commands)
        if !commands.isEmpty {
            diagnostics.note("what it could read is replaced with:")
            for command in commands.prefix(Self.mostCommands) { diagnostics.note("  \(command)") }
            if commands.count > Self.mostCommands {
                diagnostics.note("  … and \(commands.count - Self.mostCommands) more; see: coffer audit exposure")
            }
        }
        if wasOwner {
            diagnostics.warn(
                "\(name) was an owner and could still sign a vault of its own from before: everybody must get the new pin"
            )
            diagnostics.note("identity files: coffer identity repin \(pin)")
            diagnostics.note("jobs that keep no record: COFFER_PIN=\(pin)")
        }
        if let brokenAfter {
            diagnostics.warn(
                "the record of \(name) breaks off behind event \(brokenAfter): what lies there behind the gap does not count"
            )
            diagnostics.note(
                "what \(name) wrote with those events is refused from now on, and listed by: coffer verify")
        }
        if isLogLeft { diagnostics.warn(Self.leftInLog(of: name)) }
        if !begunSpaces.isEmpty, exposure.contains(where: { $0.entries?.total != 0 }) {
            diagnostics.hint("what is there is sealed anew under the new keys with: coffer rekey")
        }
    }
}
