// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension UInt8 {
    /// RFC 6749 appendix A `NQCHAR`: visible ASCII without quotation mark and backslash.
    package var isNQCHAR: Bool { (0x21...0x7E).contains(self) && self != 0x22 && self != 0x5C }

    /// RFC 6749 appendix A `NQSCHAR`: those and the space.
    package var isNQSCHAR: Bool { self == 0x20 || isNQCHAR }
}
