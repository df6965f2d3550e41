internal import Foundation
package import SweepModel
package import ZeroMQ

/// What a worker or a client needs to be let in.
package struct ClientKeys: Sendable {
    package let server: CurveKey
    package let pair: CurveKeyPair

    /// Reads the directory that was handed over; of a coordinator's own directory of keys the admin's.
    package init(_ directory: String) throws(Complaint) {
        let isOwn = FileManager.default.fileExists(atPath: directory + "/server.secret")
        let bundle = isOwn ? "\(directory)/issued/\(KeyDirectory.adminName)" : directory
        try KeyFile.check(bundle, isSecret: false)
        server = try KeyDirectory.curveKey(bundle + "/server.public", isSecret: false)
        let secret = try KeyDirectory.curveKey(bundle + "/client.secret", isSecret: true)
        do { pair = try CurveKeyPair(secretKey: secret) } catch {
            throw Complaint(
                .request, "the secret key cannot be used: \(error)", at: bundle, advice: "have another key issued")
        }
    }

    /// What a socket that connects is given.
    package var security: SocketOptions.Security {
        .curveClient(serverKey: server, publicKey: pair.publicKey, secretKey: pair.secretKey)
    }
}
