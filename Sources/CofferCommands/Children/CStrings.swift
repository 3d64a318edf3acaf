// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials

/// Texts as C passes them to a program: pointers, the last of them null.
struct CStrings: Sendable {
    /// Each with its zero, in memory that is wiped.
    private let strings: [Secret]

    /// Keeps texts.
    init(_ texts: [String]) { strings = texts.map { Secret($0 + "\0") } }

    /// Keeps an environment.
    ///
    /// - Parameter variables: names and values; neither holds a zero.
    init(_ variables: [(name: String, value: Secret)]) {
        strings = variables.map { name, value in
            let start = Array("\(name)=".utf8)
            return Secret(byteCount: start.count + value.byteCount + 1) { memory in
                memory.copyBytes(from: start)
                value.withExposedBytes { memory[start.count...].copyBytes(from: $0) }
                return memory.count
            }
        }
    }

    /// Lends them for the length of a call.
    func withPointers<Result>(_ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result) -> Result {
        lend(strings[...], [], body)
    }

    private func lend<Result>(
        _ rest: ArraySlice<Secret>, _ lent: [UnsafeMutablePointer<CChar>?],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
    ) -> Result {
        guard let first = rest.first else {
            return (lent + [nil]).withUnsafeBufferPointer { pointers in
                guard let address = pointers.baseAddress else {
                    preconditionFailure("the array ends with a null pointer")
                }
                return body(address)
            }
        }
        return first.withExposedBytes { bytes in
            let string = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
            return lend(rest.dropFirst(), lent + [string], body)
        }
    }
}
