// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// One output of a program on its way to somebody, with `***` wherever a secret stands in it.
///
/// What comes out does not depend on where the output was cut into pieces. All else passes byte for byte, whatever it is, and at
/// once: kept back is only an end that may be the beginning of a secret, until what follows shows whether it is. Secrets that overlap or
/// touch are one `***`.
package struct MaskingStream {
    /// An end that was a secret's beginning when the program stopped is masked if it is as long as this, and shown if not.
    static let longestShownEnd = 11

    private static let marker = Array("***".utf8)

    private let mask: SecretMask
    /// What is kept back.
    private var held: [UInt8] = []
    /// How much of `held` was masked already; nil unless the last byte that went out belongs to a mask.
    private var covered: Int?
    /// Whether the next byte holds bits of the secret that was masked last, if it is of base64.
    private var sharesNext = false

    /// - Parameter mask: may be that of several streams.
    package init(_ mask: SecretMask) { self.mask = mask }

    /// Takes the next piece, and gives out what no longer can become a secret.
    ///
    /// - Throws: what `out` throws; the stream is of no use then.
    package mutating func write(
        _ bytes: UnsafeRawBufferPointer, to out: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard !bytes.isEmpty else { return }
        if sharesNext {
            if Spelling.isBase64(bytes[0]), let covered { self.covered = covered + 1 }
            sharesNext = false
        }
        guard !held.isEmpty || (covered ?? 0) > 0 else { return try pass(bytes, to: out) }
        held += bytes
        let text = held
        held = []
        try text.withUnsafeBytes { text in try pass(text, to: out) }
    }

    /// Gives out what was kept back.
    ///
    /// - Throws: what `out` throws.
    package mutating func finish(to out: (UnsafeRawBufferPointer) throws -> Void) throws {
        let text = held
        held = []
        try text.withUnsafeBytes { text in
            var ranges = mask.ranges(in: text)
            if text.count - (covered ?? 0) > Self.longestShownEnd {
                ranges = [MaskedRange(0..<text.count)]
            }
            try give(text, ranges, upTo: text.count, to: out)
        }
        covered = nil
        sharesNext = false
    }

    private mutating func pass(
        _ text: UnsafeRawBufferPointer, to out: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try give(text, mask.ranges(in: text), upTo: mask.firstBegun(in: text), to: out)
    }

    /// Gives out a text up to an index, and keeps the rest.
    private mutating func give(
        _ text: UnsafeRawBufferPointer, _ ranges: [MaskedRange], upTo begun: Int,
        to out: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var position = min(covered ?? 0, text.count)
        var isMasking = covered != nil
        for range in ranges where range.end > position {
            if isMasking, range.start <= position {
                position = range.end
            } else {
                guard range.start <= begun else { break }
                if position < range.start {
                    try out(UnsafeRawBufferPointer(rebasing: text[position..<range.start]))
                }
                try Self.marker.withUnsafeBytes(out)
                position = range.end
                isMasking = true
            }
        }
        if position == text.count, let last = ranges.last, last.end == position { sharesNext = last.sharesNext }
        if position < begun {
            try out(UnsafeRawBufferPointer(rebasing: text[position..<begun]))
            position = begun
            isMasking = false
        }
        held = Array(text[min(begun, text.count)...])
        covered = isMasking ? position - begun : nil
    }
}
