// Copyright the Coffer authors
// SPDX-License-Identifier: Apache-2.0

import CofferCredentials
import Foundation

/// The body of a report that a server refused a token: `{"path":…,"access_token":…,"version":…}`.
struct RejectedToken: Decodable {
    private enum CodingKeys: String, CodingKey {
        case path, version
        case accessToken = "access_token"
    }

    /// The token as it was handed out.
    let credential: Credential

    /// Reads a body.
    ///
    /// - Throws: ``RequestFault`` `bad_request`; what the body holds is not in it.
    init(reading body: Data) throws(RequestFault) {
        do { self = try JSONDecoder().decode(RejectedToken.self, from: body) } catch let fault as RequestFault {
            throw fault
        } catch {
            throw .malformed(
                "the body is a JSON object with path, access_token and version, as the token was handed out")
        }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let path = try container.decode(CredentialPath.self, forKey: .path)
        let token = try container.decode(String.self, forKey: .accessToken)
        // RFC 6749 appendix A.12: visible characters and the space.
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw RequestFault.malformed("access_token is no token: it is empty, or has a character that none has")
        }
        let version = try container.decode(Int.self, forKey: .version)
        credential = Credential(path: path, value: Secret(token), version: version)
    }
}
