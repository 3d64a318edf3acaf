// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What the system says of an error number.
enum SystemMessage {
    /// The sentence for a number of errno(3), in lower case as ours are: `no such file or directory`.
    static func text(_ number: Int32) -> String {
        // strerror_r(3) is safe to call from any thread; the buffer is longer than any message.
        let sentence = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer -> String in
            buffer.initialize(repeating: 0)
            guard let address = buffer.baseAddress else { return "" }
            // The form of POSIX, which fills the buffer; the GNU form hides behind _GNU_SOURCE.
            return strerror_r(number, address, buffer.count) == 0 ? String(cString: address) : ""
        }
        return sentence.isEmpty ? "error \(number)" : sentence.prefix(1).lowercased() + sentence.dropFirst()
    }
}
