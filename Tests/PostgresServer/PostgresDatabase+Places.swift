// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

extension PostgresDatabase {
    /// The authority that the server's certificate is of; empty where it has none.
    package var caFile: String { server.settings.caFile ?? "" }

    /// The certificate of the user `certified`; empty where the server has no TLS.
    package var clientCertificate: String { server.settings.clientCertificate ?? "" }

    /// Its key.
    package var clientKey: String { server.settings.clientKey ?? "" }

    /// The password file for TCP.
    package var passwordFile: String { server.settings.passwordFile }

    /// The port of this machine, which is also in the name of the socket.
    package var port: Int { server.settings.port }

    /// The folder of the socket.
    package var socket: String { server.settings.socket }

    /// The user who may do everything.
    package var user: String { server.settings.user }

    /// What names it over TCP by any host, which leads to this machine: it is a name only for the certificate, and no DNS is asked.
    package func url(host: String, as user: String? = nil, _ parameters: String...) -> String {
        let query = (["hostaddr=127.0.0.1"] + parameters).joined(separator: "&")
        return "postgres://\(user ?? self.user)@\(host):\(port)/\(name)?\(query)"
    }
}
