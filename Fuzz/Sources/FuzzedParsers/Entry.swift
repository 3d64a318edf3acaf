// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CAllocations
import Foundation

/// The parser that this process fuzzes, by the variable `COFFER_FUZZ_PARSER`.
private let chosen: FuzzedParser = {
    let name = ProcessInfo.processInfo.environment["COFFER_FUZZ_PARSER"] ?? ""
    if let parser = FuzzedParser.all.first(where: { $0.name == name }) { return parser }
    if name.hasPrefix("seeds:") {
        needed { try Seeds.write(into: String(name.dropFirst("seeds:".count))) }
        exit(0)
    }
    // The list, for scripts: name and longest input.
    for parser in FuzzedParser.all { print(parser.name, parser.longestInput) }
    exit(name == "list" ? 0 : 64)
}()

/// Prepares the parser before anything is counted.
@_cdecl("LLVMFuzzerInitialize")
public func initializeFuzzer(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    chosen.prepare()
    return 0
}

/// One execution: the parser reads the bytes, its property holds, and no more was allocated than the bytes justify.
@_cdecl("LLVMFuzzerTestOneInput")
public func runFuzzer(_ start: UnsafePointer<UInt8>?, _ byteCount: Int) -> CInt {
    let bytes = UnsafeRawBufferPointer(start: start, count: byteCount)
    coffer_allocations_begin()
    chosen.read(bytes)
    let allocated = Int(coffer_allocations_end())
    require(
        allocated <= chosen.allocationFloor + FuzzedParser.allocationFactor * byteCount,
        "\(allocated) bytes were held at once for an input of \(byteCount)")
    return 0
}
