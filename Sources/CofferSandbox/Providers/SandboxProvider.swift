// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The providers that the sandbox can be.
package enum SandboxProvider: String, Sendable, Codable, CaseIterable {
    /// amoCRM.
    case amocrm
    /// Kommo, which is amoCRM under another name.
    case kommo

    /// The rules of the provider.
    var emulation: any EmulatedProvider {
        switch self {
        case .amocrm: EmulatedAmoCRM(kind: .amocrm)
        case .kommo: EmulatedAmoCRM(kind: .kommo)
        }
    }
}
