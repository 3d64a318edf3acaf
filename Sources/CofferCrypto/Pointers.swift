// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

/// What C is given for "no bytes": never read, since the length beside it is 0.
@safe private let noBytes: UInt = 1

extension UnsafeRawBufferPointer {
    /// The first byte as C wants it, also where there is none.
    var octets: UnsafePointer<UInt8> {
        unsafe (baseAddress ?? UnsafeRawPointer(bitPattern: noBytes).unsafelyUnwrapped)
            .assumingMemoryBound(to: UInt8.self)
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The first byte as C wants it, also where there is none.
    var octets: UnsafeMutablePointer<UInt8> {
        unsafe (baseAddress ?? UnsafeMutableRawPointer(bitPattern: noBytes).unsafelyUnwrapped)
            .assumingMemoryBound(to: UInt8.self)
    }
}

extension [UInt8] {
    /// Lends the bytes with the error type kept.
    func withRawBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe withUnsafeBufferPointer { (buffer) throws(E) -> R in
            try unsafe body(UnsafeRawBufferPointer(buffer))
        }
    }
}
