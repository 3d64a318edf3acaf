// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

@testable import CofferToolProtocols

extension FuzzedParser {
    /// What tools ask the helpers, and what is kept for them.
    static let tools: [FuzzedParser] = [
        FuzzedParser(name: "git-credential", longestInput: 1024) { bytes in
            guard let credential = try? GitCredential(reading: Secret(bytes: bytes)) else { return }
            if let host = credential.place?.host {
                require(host.utf8.allSatisfy { $0 < 0x80 && $0 != 0x0A }, "a host is one")
            }
            guard credential.password != nil, let kept = try? credential.lines() else { return }
            guard let again = try? GitCredential(reading: kept) else { return require(false, "what is kept is read") }
            require(again.username == credential.username, "the name is kept")
            require(again.password == credential.password, "the password is kept")
            require(again.refreshToken == credential.refreshToken, "the refresh token is kept")
            require(again.passwordExpiry == credential.passwordExpiry, "the end is kept")
        },
        FuzzedParser(name: "git-place", longestInput: 512) { bytes in
            guard let text = text(bytes) else { return }
            if let place = try? GitPlace(match: text) {
                require((try? GitPlace(match: place.text)) == place, "a place is read as it was written")
                require(place.covers(place), "a place covers itself")
            }
            if let name = try? GitPlace(onlyHost: text) {
                require(name.host == text.lowercased(), "a host alone is what stood there")
            }
            guard let asked = try? GitPlace(request: text, for: "curl") else { return }
            require(asked.scheme == "https" || asked.isLoopback, "nothing is asked for over plain HTTP")
            // Whom a client of URLs would speak to is whom a binding is compared with.
            guard let host = URLComponents(string: text)?.percentEncodedHost else { return }
            let port = URLComponents(string: text)?.port.map { ":\($0)" } ?? ""
            let name = host.lowercased()
            require([name, name + port].contains(asked.host), "two readers of a URL see one host")
        },
        FuzzedParser(name: "registry-place", longestInput: 512) { bytes in
            guard let text = text(bytes), let place = try? RegistryPlace(text) else { return }
            require((try? RegistryPlace(place.text)) == place, "a registry is read as it was written")
            require((try? RegistryPlace(place.listName)) == place, "a registry is found by the name in lists")
        },
        FuzzedParser(name: "registry-credential", longestInput: 1024) { bytes in
            let request = Secret(bytes: bytes)
            if let address = try? RegistryCredential.address(reading: request) {
                require((try? RegistryCredential.address(reading: Secret(address))) == address, "an address stays")
            }
            guard let credential = try? RegistryCredential(reading: request) else { return }
            guard let answer = try? credential.answer(), isLine(answer),
                let again = try? RegistryCredential(reading: answer)
            else { return require(false, "what is stored can be answered with") }
            require(again.address == credential.address, "the address is kept")
            require(again.username == credential.username, "the name is kept")
            require(again.secret == credential.secret, "the secret is kept")
        },
        FuzzedParser(name: "exec-request", longestInput: 1024) { bytes in
            guard let text = text(bytes), let request = try? ExecRequest(reading: text) else { return }
            require((request.server?.utf8.count ?? 0) <= bytes.count, "nothing grows by being read")
        },
        FuzzedParser(name: "aws-credentials", longestInput: 1024) { bytes in
            guard let kept = try? AWSCredentials(reading: Secret(bytes: bytes)) else { return }
            require(isLine(kept.answer), "an answer is one line")
            guard let again = try? AWSCredentials(reading: kept.answer) else {
                return require(false, "an answer can be kept")
            }
            require(again.answer == kept.answer && again.expiresAt == kept.expiresAt, "an answer stays as it is")
        },
        FuzzedParser(name: "exec-credential", longestInput: 1024) { bytes in
            guard let kept = try? ExecCredential(reading: Secret(bytes: bytes)), let answer = try? kept.answer() else {
                return
            }
            require(isLine(answer), "an answer is one line")
            guard case .certificate(let chain, let key) = kept else { return }
            let both = Secret(bytes: chain.withExposedBytes { Array($0) } + key.withExposedBytes { Array($0) })
            guard case .certificate(let againChain, let againKey)? = try? ExecCredential(reading: both) else {
                return require(false, "a certificate and its key are read as they were written")
            }
            require(againChain == chain && againKey == key, "a certificate and its key stay as they are")
        },
    ]

    /// What was sent or is kept, as each tool writes it.
    static let toolSeeds: [String: [String]] = [
        "git-credential": [
            "protocol=https\nhost=git.example.com\npath=team/a.git\nwwwauth[]=Basic realm=x\ncapability[]=authtype\n\n",
            "username=ada\npassword=made-up\npassword_expiry_utc=1900000000\noauth_refresh_token=made-up-2\n",
            "protocol=https\nhost=h\nauthtype=Bearer\ncredential=made-up\nephemeral=true\n",
        ],
        "git-place": [
            "https://git.example.com:8443/team/a", "http://127.0.0.1:80/", "http://[::1]:8080", "git.example.com",
            "https://api.example.com/v1?a=b#c", "https://h/%2e%2e/a",
        ],
        "registry-place": ["registry.example.com:5000", "https://index.docker.io/v1/", "docker.io", "localhost/v2/"],
        "registry-credential": [
            #"{"ServerURL":"https://index.docker.io/v1/","Username":"ada","Secret":"made-up"}"# + "\n",
            " https://registry.example.com\r\n",
        ],
        "exec-request": [
            #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":false,"cluster":{"server":"https://k8s.example.com:6443","insecure-skip-tls-verify":true}}}"#,
            #"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","spec":{}}"#,
        ],
        "aws-credentials": [
            #"{"Version":1,"AccessKeyId":"MADEUP","SecretAccessKey":"made-up","SessionToken":"made-up","Expiration":"2030-01-01T00:00:00.5Z","AccountId":"1"}"#,
            #"{"AccessKeyId":"MADEUP","SecretAccessKey":"made-up"}"#,
        ],
        "exec-credential": [
            "made-up-token\n",
            "-----BEGIN CERTIFICATE-----\r\nAAAA\r\n-----END CERTIFICATE-----\r\nx\n"
                + "-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n",
        ],
    ]

    /// Whether it is one line, with its end.
    private static func isLine(_ answer: Secret) -> Bool {
        answer.withExposedBytes { $0.last == 0x0A && $0.dropLast().allSatisfy { $0 >= 0x20 } }
    }
}
