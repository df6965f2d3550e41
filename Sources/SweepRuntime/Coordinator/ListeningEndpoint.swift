internal import Foundation
package import SweepModel
internal import ZeroMQ

extension Endpoint {
    /// The same with its host in numbers, since libzmq listens at no names. An interface of this host, such as `eth0`, stays as it is.
    ///
    /// - Parameter place: the option that holds it, for the complaint.
    package func inNumbers(at place: String) throws(Complaint) -> Endpoint {
        guard case .tcp(let address) = self, if_nametoindex(address.host) == 0 else { return self }
        guard let host = HostAddress.numeric(address.host) else {
            throw Complaint(
                .request, "the host '\(address.host)' is not known here", at: place,
                advice: "give a name or an address of this host, such as 127.0.0.1, or 0.0.0.0 for all of them")
        }
        return try Endpoint("tcp://\(NetworkAddress.inBrackets(host)):\(address.port)", for: .listening, at: place)
    }
}
