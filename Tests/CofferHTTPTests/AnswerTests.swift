// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOCore
import NIOHTTP1
import Testing

@testable import CofferHTTP

@Suite("The body of an answer")
struct AnswerTests {
    private static func answer(_ text: String) -> APIAnswer {
        APIAnswer(status: 200, headers: [:], body: ByteBuffer(string: text), receivedAt: Date(timeIntervalSince1970: 0))
    }

    @Test(arguments: [
        "{}", #"{"a":"[[[["}"#, String(repeating: #"{"a":"#, count: 100) + "1" + String(repeating: "}", count: 100),
    ])
    func `is read`(text: String) {
        #expect(Self.answer(text).isObject)
    }

    /// Foundation's decoder ends the process for the 513th.
    @Test(arguments: [512, 513, 514, 100_000]) func `may break off behind any bracket`(count: Int) {
        for bracket in ["[", #"{"a":"#] {
            #expect(!Self.answer(String(repeating: bracket, count: count)).isObject)
        }
    }
}
