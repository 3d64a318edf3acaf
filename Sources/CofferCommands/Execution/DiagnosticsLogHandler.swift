// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Logging

/// Shows what the keeper logs as lines on standard error, with the prefix that everything there has.
///
/// Metadata is left out: the keeper says all it has to say in its sentences.
struct DiagnosticsLogHandler: LogHandler {
    /// What is shown unless `COFFER_LOG` says otherwise.
    static let defaultLevel = Logger.Level.notice

    /// The variable that sets the level.
    private static let variable = "COFFER_LOG"

    var metadata: Logger.Metadata = [:]

    var logLevel = Self.defaultLevel

    /// Where the lines go.
    private let diagnostics: Diagnostics

    /// Writes to diagnostics.
    init(_ diagnostics: Diagnostics) {
        self.diagnostics = diagnostics
    }

    /// A logger for one command.
    ///
    /// A level that is none is warned about and not obeyed: nothing as small stops a leak's rotation.
    static func logger(_ context: CommandContext) -> Logger {
        var logger = Logger(label: "coffer") { _ in DiagnosticsLogHandler(context.diagnostics) }
        guard let name = context.environment[variable], !name.isEmpty else { return logger }
        if let level = Logger.Level(rawValue: name.lowercased()) {
            logger.logLevel = level
        } else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            context.diagnostics.warn("\(variable) is none of \(known)")
        }
        return logger
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let sentence = event.message.description
        event.level >= .warning ? diagnostics.warn(sentence) : diagnostics.note(sentence)
    }
}
