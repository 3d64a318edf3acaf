// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

package import CofferAgent
package import CofferCredentials

/// Where the proxy listens.
package enum ProxyDoor: Sendable {
    /// At a Unix socket, which only processes of this user reach.
    case socket(AgentSocket)
    /// At a port of this machine, 0 for any, which everybody on it reaches: whoever has the bearer is served.
    case loopback(LoopbackAddress, bearer: Secret)

    /// An address of this machine.
    package struct LoopbackAddress: Sendable, Equatable {
        /// `127.0.0.1` or `::1`.
        package let host: String
        /// The port.
        package let port: Int

        /// Reads `127.0.0.1:PORT` or `[::1]:PORT`; nil for anything else, as a name can lead anywhere.
        package init?(_ text: String) {
            guard let colon = text.lastIndex(of: ":") else { return nil }
            let digits = text[text.index(after: colon)...]
            guard (1...5).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let port = Int(digits), port <= 65535
            else { return nil }
            switch text[..<colon] {
            case "127.0.0.1": host = "127.0.0.1"
            case "[::1]": host = "::1"
            default: return nil
            }
            self.port = port
        }

        /// Host and port as they stand in a URL and in `Host`, for the port that was given.
        func authority(port: Int) -> String { (host == "::1" ? "[::1]" : host) + (port == 80 ? "" : ":\(port)") }
    }
}
