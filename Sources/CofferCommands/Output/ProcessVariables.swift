// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CPlatform
import CofferCredentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The environment of the process, without the values that nobody may keep.
///
/// A text in a dictionary lives as long as that, which for an agent is longer than its identity may.
enum ProcessVariables {
    /// What stands for a value that is not read: whether there is one is all that is asked.
    static let placeholder = "(not read)"

    /// The variables.
    ///
    /// - Parameter hidden: Those of which only is read whether they are empty.
    /// - Returns: the values by name.
    static func all(hiding hidden: Set<String>) -> [String: String] {
        read(coffer_environment(), hiding: hidden)
    }

    /// One that is hidden, where it is needed; nil where it is missing or empty.
    static func secret(_ name: String) -> Secret? {
        guard let value = getenv(name), value.pointee != 0 else { return nil }
        return Secret(bytes: UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }

    /// Reads texts as `environ` has them; of a name that is there twice the first counts, as with getenv(3).
    static func read(
        _ texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, hiding hidden: Set<String>
    ) -> [String: String] {
        guard var place = texts else { return [:] }
        var all: [String: String] = [:]
        while let text = place.pointee {
            place += 1
            guard let sign = strchr(text, Int32(UInt8(ascii: "="))) else { continue }
            let name = String(decoding: UnsafeRawBufferPointer(start: text, count: sign - text), as: UTF8.self)
            guard all[name] == nil else { continue }
            let value = sign + 1
            all[name] = hidden.contains(name) && value.pointee != 0 ? placeholder : String(cString: value)
        }
        return all
    }
}
