// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import CofferAgent

@Suite struct `A time in a header` {
    @Test(arguments: [
        (784_111_777.9, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (1_709_251_199, "Thu, 29 Feb 2024 23:59:59 GMT"),
    ])
    func `is as RFC 9110 has it`(seconds: Double, text: String) {
        #expect(HTTPTime.text(Date(timeIntervalSince1970: seconds)) == text)
    }
}
