// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// The values of a statement as libpq takes them: side by side in one buffer.
struct ArgumentList {
    /// All values, and a byte behind them, so that there is an address for an empty one.
    private(set) var bytes: [UInt8] = []
    /// Where each begins; nil for no value.
    private(set) var offsets: [Int?] = []
    /// How long each is.
    private(set) var lengths: [Int32] = []
    /// The number of each one's type.
    private(set) var types: [UInt32] = []
    /// That each is in the binary form.
    private(set) var formats: [Int32] = []

    /// Lays values out.
    init(_ arguments: [Argument]) {
        for argument in arguments {
            let encoded = argument.encoded
            offsets.append(encoded == nil ? nil : bytes.count)
            lengths.append(Int32(encoded?.count ?? 0))
            types.append(argument.type)
            formats.append(1)
            bytes += encoded ?? []
        }
        bytes.append(0)
    }
}
