// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One parser under the fuzzer, with what must hold of whatever it reads.
struct FuzzedParser: Sendable {
    /// What it may hold for each byte of input: `[0,0,…` is two bytes for each value of 40, in an array that doubles.
    static let allocationFactor = 192

    /// The name of its corpus.
    let name: String
    /// The longest input, in bytes.
    let longestInput: Int
    /// What it may hold at once whatever its input is: the fixture it works on and what errors need, in bytes.
    var allocationFloor = 128 << 10
    /// Makes what the parser works on.
    var prepare: @Sendable () -> Void = {}
    /// Reads; does not return if the property does not hold.
    let read: @Sendable (UnsafeRawBufferPointer) -> Void

    /// All of them.
    static let all: [FuzzedParser] =
        vaultFormats + sealedFormats + besideFormats + exchanged + records + providerAnswers + descriptions
        + addresses + texts + reports + webhooks + tools + programs + agent
}

/// Ends the process, which the fuzzer takes for a crash and writes the input down.
func require(_ condition: Bool, _ message: @autoclosure () -> String, line: UInt = #line) {
    if !condition { fatalError("property broken: \(message()) (line \(line))") }
}

/// A value that the fixture needs; the fuzzer can't go on without it.
func needed<Value>(_ make: () throws -> Value) -> Value {
    do { return try make() } catch { fatalError("the fixture can't be made: \(error)") }
}

/// Takes an input apart.
struct Slices {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: UnsafeRawBufferPointer) { rest = Array(bytes)[...] }

    /// The next byte, 0 at the end.
    mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

    /// The next bytes, as many as their first byte (or two) says and as there are.
    mutating func chunk() -> [UInt8] {
        let count = Int(byte())
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    /// The next bytes of a fixed number, filled up with zeros.
    mutating func fixed(_ count: Int) -> [UInt8] {
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count)) + [UInt8](repeating: 0, count: max(0, count - rest.count))
    }

    /// Everything else.
    mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }
}

/// Valid UTF-8 or nothing: what the parsers of texts are handed by the parts before them.
func text(_ bytes: UnsafeRawBufferPointer) -> String? { String(validating: bytes, as: UTF8.self) }
