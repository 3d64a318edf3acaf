// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferCredentials

/// A way to write variables down for one kind of reader, which has to read the very same values again.
///
/// What its reader would take for something else, a format refuses: it never leaves out, cuts or changes anything.
package protocol VariableFormat {
    /// What it is called on the command line.
    static var name: String { get }

    /// The longest value in bytes; nil if there is no limit.
    static var longestValue: Int? { get }

    /// Names that its reader keeps for itself.
    static var takenNames: Set<String> { get }

    /// Says why its reader would not find this value again, as a clause; nil if it would.
    ///
    /// Zero bytes, ``longestValue`` and ``takenNames`` have been looked at.
    static func obstacle(to variable: NamedValue) -> String?

    /// Says why its reader would not take the whole text; nil if it would.
    static func obstacle(toAll text: Secret) -> String?

    /// Writes variables that nothing is in the way of.
    static func write(_ variables: [NamedValue], to text: inout ByteSink)
}

extension VariableFormat {
    /// No limit.
    package static var longestValue: Int? { nil }

    /// None.
    package static var takenNames: Set<String> { [] }

    /// Nothing.
    package static func obstacle(toAll text: Secret) -> String? { nil }

    /// The variables in this format.
    ///
    /// - Parameter variables: each name once.
    /// - Returns: the whole text.
    /// - Throws: ``FormatRefusal`` for the first that it can't say.
    package static func text(of variables: [NamedValue]) throws(FormatRefusal) -> Secret {
        for variable in variables { try check(variable) }
        let text = Secret.written { write(variables, to: &$0) }
        if let obstacle = obstacle(toAll: text) {
            throw FormatRefusal(format: name, variable: nil, reason: obstacle)
        }
        return text
    }

    private static func check(_ variable: NamedValue) throws(FormatRefusal) {
        let reason: String? =
            if takenNames.contains(variable.name) {
                "its reader keeps that name for itself"
            } else if variable.value.contains(0) {
                "it holds a zero byte"
            } else if let longestValue, variable.value.byteCount > longestValue {
                "it is longer than \(longestValue) bytes"
            } else {
                obstacle(to: variable)
            }
        if let reason { throw FormatRefusal(format: name, variable: variable.name, reason: reason) }
    }
}

/// Limits that formats have in common.
enum EnvironmentLimit {
    /// The most that a variable of a program's environment holds, with room for its name: `MAX_ARG_STRLEN` of Linux, execve(2).
    static let longestValue = 128 * 1024 - 1024

    /// The obstacle of bytes that are no text.
    static let notText = "it is not UTF-8"
}
