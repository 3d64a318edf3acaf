// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation
import Testing

@testable import CofferAgent

@Suite struct `A request of the agent` {
    @Test func `has its fields decoded as forms are`() throws {
        let (endpoint, query) = try AgentEndpoint.find(
            "GET", "/v1/token?path=main%2Fcrm/acme&scope=read+write%20all&min_valid_seconds=300&audience=%C3%A9")
        #expect(endpoint == .token)
        #expect(query["path"] == "main/crm/acme")
        #expect(query["scope"] == "read write all")
        #expect(query["audience"] == "é")
        #expect(query["resource"] == nil)
        #expect(try query.seconds("min_valid_seconds") == .seconds(300))
        let (events, part) = try AgentEndpoint.find("GET", "/v1/events?below=main/crm")
        #expect(events == .events && part["below"] == "main/crm")
    }

    @Test func `with a ticket is one that reads`() {
        #expect(
            Set(AgentEndpoint.allCases.filter(\.isForTickets))
                == [.entries, .events, .health, .secret, .status, .token])
    }

    @Test(arguments: [
        "/v1/token?path=main/crm/acme&path=main/crm/acme", "/v1/token?path=a/b&refresh_token=1",
        "/v1/token?path=a%00b", "/v1/token?path=a%0Ab", "/v1/token?scope=a%0d", "/v1/token?audience=%7F",
        "/v1/token?resource=%C3", "/v1/token?resource=%E", "/v1/token?resource=%", "/v1/token?path%00=a/b",
        "/v1/health?x=1", "/v1/secret?below=main",
    ])
    func `is refused where its query is not what it should be`(target: String) throws {
        #expect(throws: RequestFault.self) { try AgentEndpoint.find("GET", target) }
    }

    @Test(arguments: ["", "-1", "+1", "1.5", "0x10", "1234567890", "٣", " 1", "NaN"])
    func `has a length of time in whole seconds or none`(text: String) throws {
        let encoded = try #require(text.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        let (_, query) = try AgentEndpoint.find("GET", "/v1/token?min_valid_seconds=\(encoded)")
        #expect(throws: RequestFault.self) { try query.seconds("min_valid_seconds") }
    }

    @Test(arguments: ["", "Main", "main/../x y", "main%2F%2Ax", String(repeating: "a", count: 521)])
    func `has a prefix that could begin a path or none`(text: String) throws {
        let (_, query) = try AgentEndpoint.find("GET", "/v1/entries?below=\(text.replacing(" ", with: "%20"))")
        #expect(throws: RequestFault.self) { try query.prefix("below") }
    }

    @Test(arguments: [
        "", "/", "/v1", "/v1/", "/v1/token/", "/v1/tokens", "/v1/ticket/", "//v1/token", "http://x/v1/token", "*",
        "/v1/%74oken",
    ])
    func `is for nothing where there is no such endpoint`(target: String) {
        let fault = #expect(throws: RequestFault.self) { try AgentEndpoint.find("GET", target) }
        #expect(fault?.status == 404)
    }

    @Test(arguments: AgentEndpoint.allCases, ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"])
    func `is refused with another method, and told which`(endpoint: AgentEndpoint, method: String) {
        let fault = #expect(throws: RequestFault.self) { try AgentEndpoint.find(method, endpoint.rawValue) }
        #expect(fault?.status == 405 && fault?.allowed == endpoint.method)
    }

    @Test func `to unlock has a passphrase or none`() throws {
        #expect(try UnlockRequest(reading: Secret("")).passphrase == nil)
        #expect(try UnlockRequest(reading: Secret(" {} ")).passphrase == nil)
        let typed = try UnlockRequest(reading: Secret(#"{"other":1,"passphrase":"made up \u00e9"}"#)).passphrase
        #expect(typed == Secret("made up é"))
    }

    @Test(arguments: [
        "x", "[]", "null", #"{"passphrase":""}"#, #"{"passphrase":7}"#, #"{"passphrase":["made-up"]}"#,
        #"{"passphrase":"made-up""#, #"{"passphrase":"made-up"} x"#,
    ])
    func `to unlock is refused where its body is not what it should be`(body: String) {
        let fault = #expect(throws: RequestFault.self) { try UnlockRequest(reading: Secret(body)) }
        #expect(fault?.status == 400 && fault?.message.contains("made-up") == false)
    }

    @Test func `that reports a refused token has path, token and version`() throws {
        let body = #" {"other":[1],"version":7,"path":"main/crm/acme","access_token":"made-up \u002b\/token"} "#
        let credential = try RejectedToken(reading: Secret(body)).credential
        #expect(credential.path.description == "main/crm/acme" && credential.version == 7)
        #expect(credential.value == Secret("made-up +/token"))
    }

    @Test(arguments: [
        "", "null", "[]", "{}", #"{"path":"main/crm/acme","access_token":"x"}"#,
        #"{"path":"main/crm/acme","access_token":"","version":1}"#,
        #"{"path":"main/crm/acme","access_token":"a\nb","version":1}"#,
        #"{"path":"main/crm/acme","access_token":"a\u0000b","version":1}"#,
        #"{"path":"main/crm/ac\nme","access_token":"a","version":1}"#,
        #"{"path":"../x","access_token":"a","version":1}"#, #"{"path":1,"access_token":"a","version":1}"#,
        #"{"path":"main/crm/acme","access_token":"a","version":"1"}"#,
        #"{"path":"main/crm/acme","access_token":"a","version":1e400}"#,
        #"{"path":"main/crm/acme","access_token":"a","version":-1}"#,
        #"{"path":"main/crm/acme","access_token":"made-up","version":1"#,
        #"{"path":"main/crm/acme","access_token":"made-up","version":1} x"#,
        String(repeating: "[", count: 513), String(repeating: "[", count: 60_000),
    ])
    func `that reports a refused token is refused where its body is not what it should be`(body: String) {
        let fault = #expect(throws: RequestFault.self) { try RejectedToken(reading: Secret(body)) }
        #expect(fault?.status == 400)
        #expect(fault?.message.contains("made-up") == false)
    }
}
