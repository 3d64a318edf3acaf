// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Configuration
import Foundation

extension ConfigValue {
    /// A credential's value as the type that is asked for, marked secret.
    ///
    /// Bytes are given as they are; everything else is read from the text, without spaces and line ends around it. The
    /// elements of a list are separated by commas; a list of byte chunks is the one chunk.
    ///
    /// - Throws: ``CredentialError`` `misconfigured`, which does not repeat the value.
    init(_ credential: Credential, as type: ConfigType) throws(CredentialError) {
        guard let content = Self.content(credential.value, type) else {
            throw CredentialError(
                .misconfigured, message: "its value is not of the type \(type.rawValue)", path: credential.path)
        }
        self.init(content, isSecret: true)
    }

    private static func content(_ secret: Secret, _ type: ConfigType) -> ConfigContent? {
        switch type {
        case .bytes: return .bytes(secret.withExposedBytes { Array($0) })
        case .byteChunkArray: return .byteChunkArray([secret.withExposedBytes { Array($0) }])
        default: break
        }
        let text = secret.withExposedText { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
        let elements = text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
        return switch type {
        case .int: Int(text).map { .int($0) }
        case .double: Double(text).map { .double($0) }
        case .bool: Bool(text).map { .bool($0) }
        case .stringArray: .stringArray(elements)
        case .intArray: all(elements, Int.init).map { .intArray($0) }
        case .doubleArray: all(elements, Double.init).map { .doubleArray($0) }
        case .boolArray: all(elements, Bool.init).map { .boolArray($0) }
        case .string, .bytes, .byteChunkArray: .string(text)
        }
    }

    /// Every element read, or nothing.
    private static func all<Value>(_ elements: [String], _ read: (String) -> Value?) -> [Value]? {
        let values = elements.compactMap(read)
        return values.count == elements.count ? values : nil
    }
}
