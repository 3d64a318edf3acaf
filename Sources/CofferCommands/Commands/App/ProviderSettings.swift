// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What `--set` gives: values of a provider's variables.
enum ProviderSettings {
    /// Reads the values.
    ///
    /// - Parameter texts: each as `tenant=contoso.example`.
    /// - Returns: the values by name.
    /// - Throws: ``CommandError`` `usage` for what is no name with a value, or stands twice.
    static func values(_ texts: [String]) throws(CommandError) -> [String: String] {
        var values: [String: String] = [:]
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, values.updateValue(parts[1], forKey: parts[0]) == nil else {
                throw CommandError(
                    "usage", message: "--set wants a name and a value once each, as tenant=contoso.example")
            }
        }
        return values
    }
}
